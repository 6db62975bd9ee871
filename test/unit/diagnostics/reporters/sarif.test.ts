import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findingPage } from '../../../../src/cli/finding-pages.js';
import { CODES, type FindingCode, finding } from '../../../../src/diagnostics/codes.js';
import { all, anyFindings, conflict, inLibrary, report, unknownGroup } from './findings.js';

/** The published schema, https://json.schemastore.org/sarif-2.1.0-rtm.5.json, formatted anew. */
const { id, ...schema } = JSON.parse(readFileSync(join(import.meta.dirname, 'sarif-2.1.0.schema.json'), 'utf8')) as {
  readonly id: string;
};
// It is of draft 4, and uses nothing but `id` that draft 7 words in another way.
const isValid = new Ajv({
  strictRequired: false,
  // One of its patterns is none with the flag `u`.
  unicodeRegExp: false,
  allErrors: true,
  formats: {
    uri: (text: string) => URL.canParse(text),
    'uri-reference': (text: string) => /^(?:[\w.~:/?#[\]@!$&'()*+,;=-]|%[\dA-F]{2})*$/.test(text),
    'date-time': true,
  },
}).compile({ ...schema, $id: id, $schema: 'http://json-schema.org/draft-07/schema#' });

interface Log {
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly version?: string; readonly rules: readonly Rule[] } };
    readonly results: readonly Result[];
  }[];
}
interface Rule {
  readonly id: string;
  readonly name: string;
  readonly shortDescription: { readonly text: string };
  readonly fullDescription: { readonly text: string };
  readonly help: { readonly text: string; readonly markdown: string };
  readonly defaultConfiguration: { readonly level: string };
}
interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly locations: readonly { readonly physicalLocation: unknown }[];
  readonly relatedLocations: readonly unknown[];
}

function read(text: string) {
  const log: unknown = JSON.parse(text);
  expect(isValid(log) ? [] : isValid.errors).toEqual([]);
  const [run] = (log as Log).runs;
  if (run === undefined) throw new Error('no run');
  return run;
}

describe('sarif', () => {
  it('gives each finding its rule, level, message and place, from the root of the git repo', async () => {
    const { tool, results } = read(await report('sarif', all, { version: '1.2.3' }));
    expect(tool.driver.version).toBe('1.2.3');
    expect(results.map(({ ruleId, level }) => [ruleId, level])).toEqual([
      ['verify/tool-missing', 'warning'],
      ['reference/unknown-group', 'error'],
      ['verify/promtool', 'error'],
      ['policy/conflict', 'error'],
    ]);
    for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
    expect(results[1]?.message.text).toBe('There is no group `grp-9`. Did you mean `grp-1`?');
    expect(results[1]?.locations).toEqual([
      {
        physicalLocation: {
          artifactLocation: { uri: 'monitoring/groups/a.yaml', uriBaseId: '%SRCROOT%' },
          region: { startLine: 2, startColumn: 9, endLine: 2, endColumn: 14 },
        },
      },
    ]);
  });

  it('links to related places', async () => {
    const [result] = read(await report('sarif', [conflict])).results;
    expect(result?.message.text).toBe('Two policies set `for`\n[monitoring/groups/a.yaml:1:5 the other one](1)');
    expect(result?.relatedLocations).toEqual([
      {
        id: 1,
        physicalLocation: {
          artifactLocation: { uri: 'monitoring/groups/a.yaml', uriBaseId: '%SRCROOT%' },
          region: { startLine: 1, startColumn: 5, endLine: 1, endColumn: 10 },
        },
        message: { text: 'the other one' },
      },
    ]);
  });

  it('says where it is, in words, what lies in no file of the repo', async () => {
    const about = { ...inLibrary, related: [{ span: { file: 'node:cpu.yaml', start: 0, end: 4 }, message: 'here' }] };
    const [result] = read(await report('sarif', [about])).results;
    expect(result?.message.text).toBe(
      'promtool says: no (node:cpu.yaml:2:7, which aami ships)\nnode:cpu.yaml:1:1 here',
    );
    expect(result?.relatedLocations).toEqual([]);
    expect(result?.locations).toMatchObject([
      { physicalLocation: { artifactLocation: { uri: 'monitoring/aami.yaml' }, region: { startLine: 1 } } },
    ]);
  });

  it('encodes paths, and makes no link of what a repo says', async () => {
    const odd = finding('schema/bad-value', '[x](https://example.com)', {
      file: 'groups/a b#?\ud800%.yaml',
      start: 0,
      end: 0,
    });
    const [result] = read(await report('sarif', [odd])).results;
    expect(result?.locations).toMatchObject([
      { physicalLocation: { artifactLocation: { uri: 'monitoring/groups/a%20b%23%3F%EF%BF%BD%25.yaml' } } },
    ]);
    expect(result?.message.text).toBe('[x] (https://example.com)');
  });

  it('explains every rule by its page', async () => {
    const codes = Object.keys(CODES) as FindingCode[];
    const findings = codes.map((code) => finding(code, 'x', unknownGroup.span));
    const { rules } = read(await report('sarif', findings, { page: findingPage })).tool.driver;
    expect(rules.map((rule) => rule.id)).toEqual(codes);
    for (const { id: code, shortDescription, fullDescription, help, defaultConfiguration } of rules) {
      const [severity, title] = CODES[code as FindingCode];
      expect(shortDescription.text).toBe(title);
      expect(defaultConfiguration.level).toBe(severity);
      expect(fullDescription.text, code).not.toBe(title);
      expect(fullDescription.text, code).not.toMatch(/\n|\*\*|\]\(/);
      expect(help.markdown).toMatch(/^## How to fix it$/m);
      expect(help.markdown).not.toMatch(/\]\((?!https:)/);
      expect(help.text).toContain('How to fix it');
    }
    expect(new Set(rules.map(({ name }) => name)).size).toBe(codes.length);
  });

  it('explains a rule by its title where there is no page', async () => {
    const [rule] = read(await report('sarif', [conflict])).tool.driver.rules;
    expect(rule?.help).toEqual({ text: CODES['policy/conflict'][1], markdown: CODES['policy/conflict'][1] });
  });

  it('is a run without results where there is nothing', async () => {
    expect(read(await report('sarif', [])).results).toEqual([]);
  });

  it('is valid, with a result for each finding, whatever the texts hold', async () => {
    await fc.assert(
      fc.asyncProperty(anyFindings, async (findings) => {
        const { results } = read(await report('sarif', findings));
        expect(results).toHaveLength(findings.length);
        for (const { message } of results) expect(message.text).toMatch(/^(?:[^\p{Cc}\p{Surrogate}]|\n)+$/u);
      }),
    );
  });
});
