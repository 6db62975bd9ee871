import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { finding } from '../../../../src/diagnostics/codes.js';
import { all, anyFindings, report, unknownGroup } from './findings.js';

describe('github', () => {
  it('annotates files as git names them, errors first, and sums up', async () => {
    expect(await report('github', all)).toBe(
      [
        '::error file=monitoring/groups/a.yaml,line=2,endLine=2,col=9,endColumn=14,title=reference/unknown-group::There is no group `grp-9`%0Ahint: Did you mean `grp-1`?',
        '::error title=verify/promtool::promtool says: no (node:cpu.yaml:2:7, which aami ships)',
        '::error file=monitoring/policies/p.yaml,line=2,endLine=2,col=3,endColumn=4,title=policy/conflict::Two policies set `for`%0Amonitoring/groups/a.yaml:1:5 the other one',
        '::warning title=verify/tool-missing::promtool is not installed',
        '3 errors, 1 warning',
        '',
      ].join('\n'),
    );
  });

  it('names no columns where a finding has several lines, and no line that only begins', async () => {
    const whole = finding('schema/missing-key', 'no `kind`', { file: 'groups/a.yaml', start: 0, end: 24 });
    const first = finding('schema/missing-key', 'no `id`', { file: 'groups/a.yaml', start: 0, end: 10 });
    const lines = await report('github', [whole, first]);
    expect(lines).toContain('file=monitoring/groups/a.yaml,line=1,endLine=2,title=schema/missing-key::no `kind`');
    expect(lines).toContain('file=monitoring/groups/a.yaml,line=1,endLine=1,title=schema/missing-key::no `id`');
  });

  it('escapes what would end a property or a message', async () => {
    const odd = finding('schema/bad-value', '100%\n::error::x', { file: 'groups/a,b:c.yaml', start: 0, end: 0 });
    const [line] = (await report('github', [odd])).split('\n');
    expect(line).toBe(
      '::error file=monitoring/groups/a%2Cb%3Ac.yaml,line=1,endLine=1,col=1,endColumn=1,title=schema/bad-value::100%25\\n::error::x',
    );
  });

  it('tells that GitHub will not show all of them', async () => {
    const many = Array.from({ length: 11 }, (_, at) => finding('schema/bad-value', `${at}`, unknownGroup.span));
    expect(await report('github', many)).toMatch(/^11 errors; GitHub shows the first 10 of each kind as annotations$/m);
  });

  it('says so where there is nothing', async () => {
    expect(await report('github', [])).toBe('No findings\n');
  });

  it('has one command for each finding and one plain line, whatever the texts hold', async () => {
    await fc.assert(
      fc.asyncProperty(anyFindings, async (findings) => {
        // The runner takes any line break for one.
        const lines = (await report('github', findings)).trimEnd().split(/\r\n|[\r\n\u0085\u2028\u2029]/);
        expect(lines).toHaveLength(findings.length + 1);
        for (const line of lines.slice(0, -1))
          expect(line).toMatch(
            /^::(error|warning|notice) (file=[^:,]+,line=\d+,endLine=\d+,(col=\d+,endColumn=\d+,)?)?title=[a-z/-]+::/,
          );
        expect(lines.at(-1)).toMatch(/^(No findings|\d+ (error|warning|note)s?.*)$/);
      }),
    );
  });
});
