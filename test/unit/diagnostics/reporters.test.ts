import { describe, expect, it } from 'vitest';
import { finding } from '../../../src/diagnostics/codes.js';
import { loadReporter } from '../../../src/diagnostics/reporters/index.js';
import { sortFindings } from '../../../src/diagnostics/sort.js';

const TEXTS: Record<string, string> = {
  'groups/a.yaml': 'id: grp-1\nparent: grp-9\n',
  'policies/p.yaml': 'alerts:\n  A: {}\n',
};
const texts = (file: string): string | undefined => TEXTS[file];

const unknown = finding(
  'reference/unknown-group',
  'There is no group `grp-9`',
  { file: 'groups/a.yaml', start: 18, end: 23 },
  { hint: 'Did you mean `grp-1`?' },
);
const clash = finding(
  'policy/conflict',
  'Two policies set `for`',
  { file: 'policies/p.yaml', start: 10, end: 11 },
  {
    related: [{ span: { file: 'groups/a.yaml', start: 4, end: 9 }, message: 'the other one' }],
  },
);
const repoWide = finding('verify/tool-missing', 'promtool is not installed', null);
const all = [clash, repoWide, unknown, { ...unknown }];

describe('sortFindings', () => {
  it('orders by file and place, and shows each once', () => {
    expect(sortFindings(all)).toEqual([repoWide, unknown, clash]);
    expect(sortFindings([...all].reverse())).toEqual([repoWide, unknown, clash]);
  });

  it('keeps two mistakes at one place', () => {
    const other = finding('schema/bad-value', 'Something else', unknown.span);
    expect(sortFindings([other, unknown])).toEqual([unknown, other]);
  });
});

describe('pretty', () => {
  it('shows each finding with its lines, hint and related places, and a summary', async () => {
    const report = (await loadReporter('pretty'))(all, texts, { color: false });
    expect(report).toBe(`warning[verify/tool-missing]: promtool is not installed

groups/a.yaml:2:9 error[reference/unknown-group]: There is no group \`grp-9\`
  1 | id: grp-1
> 2 | parent: grp-9
    |         ^^^^^
  hint: Did you mean \`grp-1\`?

policies/p.yaml:2:3 error[policy/conflict]: Two policies set \`for\`
  1 | alerts:
> 2 |   A: {}
    |   ^
  groups/a.yaml:1:5
> 1 | id: grp-1
    |     ^^^^^ the other one
  2 | parent: grp-9

2 errors, 1 warning
`);
  });

  it('is nothing without findings', async () => {
    expect((await loadReporter('pretty'))([], texts, { color: true })).toBe('');
  });

  it('has colours only when asked, and shows the same text with them', async () => {
    const pretty = await loadReporter('pretty');
    const coloured = pretty(all, texts, { color: true });
    expect(coloured).toContain('\u001b[');
    expect(coloured.replace(/\u001b\[[0-9;]*m/g, '')).toBe(pretty(all, texts, { color: false }));
  });

  it('shows a finding whose text is not at hand, or that is about a whole file, without a frame', async () => {
    const pretty = await loadReporter('pretty');
    const gone = finding('source/unreadable', 'This file cannot be read', { file: 'x.yaml', start: 0, end: 0 });
    expect(pretty([gone], () => undefined, { color: false })).toBe(
      'x.yaml:1:1 error[source/unreadable]: This file cannot be read\n\n1 error\n',
    );
  });

  it('lets no message, hint or file name drive a terminal', async () => {
    const hostile = finding(
      'schema/bad-value',
      '`\u001b[2J` is bad\n',
      { file: 'a\u001b]0;x\u0007.yaml', start: 1, end: 1 },
      { hint: '\u202e' },
    );
    const report = (await loadReporter('pretty'))([hostile], () => '\u001b[2J', { color: false });
    expect(report).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(report).toContain('`\\x1b[2J` is bad\\n');
  });
});

describe('json', () => {
  it('has a stable shape', async () => {
    const report = (await loadReporter('json'))([unknown, clash, repoWide], texts, { color: true });
    expect(JSON.parse(report)).toEqual({
      findings: [
        {
          code: 'verify/tool-missing',
          severity: 'warning',
          message: 'promtool is not installed',
          file: null,
          line: null,
          column: null,
          endLine: null,
          endColumn: null,
          hint: null,
          related: [],
          docs: 'docs/findings/verify/tool-missing.md',
        },
        {
          code: 'reference/unknown-group',
          severity: 'error',
          message: 'There is no group `grp-9`',
          file: 'groups/a.yaml',
          line: 2,
          column: 9,
          endLine: 2,
          endColumn: 14,
          hint: 'Did you mean `grp-1`?',
          related: [],
          docs: 'docs/findings/reference/unknown-group.md',
        },
        {
          code: 'policy/conflict',
          severity: 'error',
          message: 'Two policies set `for`',
          file: 'policies/p.yaml',
          line: 2,
          column: 3,
          endLine: 2,
          endColumn: 4,
          hint: null,
          related: [{ message: 'the other one', file: 'groups/a.yaml', line: 1, column: 5, endLine: 1, endColumn: 10 }],
          docs: 'docs/findings/policy/conflict.md',
        },
      ],
      summary: { errors: 2, warnings: 1, infos: 0 },
    });
  });

  it('is an empty report without findings', async () => {
    expect(JSON.parse((await loadReporter('json'))([], texts, { color: false }))).toEqual({
      findings: [],
      summary: { errors: 0, warnings: 0, infos: 0 },
    });
  });
});
