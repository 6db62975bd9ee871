import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadReporter } from '../../../../src/diagnostics/reporters/index.js';
import { all, anyFindings, report, unknownGroup } from './findings.js';

interface Issue {
  readonly description: string;
  readonly check_name: string;
  readonly fingerprint: string;
  readonly severity: string;
  readonly location: { readonly path: string; readonly lines: { readonly begin: number } };
}
const issues = (text: string): Issue[] => JSON.parse(text) as Issue[];

describe('gitlab', () => {
  it('is a Code Quality report with files as git names them', async () => {
    const found = issues(await report('gitlab', all)).map(({ fingerprint: _, ...rest }) => rest);
    expect(found).toEqual([
      {
        description: 'promtool is not installed',
        check_name: 'verify/tool-missing',
        severity: 'minor',
        location: { path: 'monitoring/aami.yaml', lines: { begin: 1 } },
      },
      {
        description: 'There is no group `grp-9`. Did you mean `grp-1`?',
        check_name: 'reference/unknown-group',
        severity: 'critical',
        location: { path: 'monitoring/groups/a.yaml', lines: { begin: 2 } },
      },
      {
        description: 'promtool says: no (node:cpu.yaml:2:7, which aami ships)',
        check_name: 'verify/promtool',
        severity: 'critical',
        location: { path: 'monitoring/aami.yaml', lines: { begin: 1 } },
      },
      {
        description: 'Two policies set `for` (monitoring/groups/a.yaml:1:5 the other one)',
        check_name: 'policy/conflict',
        severity: 'critical',
        location: { path: 'monitoring/policies/p.yaml', lines: { begin: 2 } },
      },
    ]);
  });

  it('knows a finding again when lines move', async () => {
    const moved = { ...unknownGroup, span: { file: 'groups/a.yaml', start: 28, end: 33 } };
    const gitlab = await loadReporter('gitlab');
    const later = gitlab([moved], () => '# a comment\nid: grp-1\nparent: grp-9\n', { color: false });
    const [now] = issues(gitlab([unknownGroup], () => 'id: grp-1\nparent: grp-9\n', { color: false }));
    const [then] = issues(later);
    expect(then?.location.lines.begin).toBe(3);
    expect(then?.fingerprint).toBe(now?.fingerprint);
  });

  it('is an empty list without findings', async () => {
    expect(issues(await report('gitlab', []))).toEqual([]);
  });

  it('parses, with a fingerprint for each finding, whatever the texts hold', async () => {
    await fc.assert(
      fc.asyncProperty(anyFindings, async (findings) => {
        // Twice the same mistake at two places.
        const twice = findings.flatMap((one) => [one, { ...one, span: { file: 'groups/a.yaml', start: 1, end: 2 } }]);
        const found = issues(await report('gitlab', twice));
        expect(new Set(found.map(({ fingerprint }) => fingerprint)).size).toBe(found.length);
        for (const { description, location } of found) {
          expect(description).toMatch(/^[^\p{Cc}\p{Surrogate}]+$/u);
          expect(location.path).not.toBe('');
        }
      }),
    );
  });
});
