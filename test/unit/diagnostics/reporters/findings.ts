import fc from 'fast-check';
import { CODES, type FindingCode, finding } from '../../../../src/diagnostics/codes.js';
import type { Finding, Span } from '../../../../src/diagnostics/finding.js';
import { loadReporter, type ReportFormat, type ReportOptions } from '../../../../src/diagnostics/reporters/index.js';

const TEXTS = new Map([
  ['groups/a.yaml', 'id: grp-1\nparent: grp-9\n'],
  ['policies/p.yaml', 'alerts:\n  A: {}\n'],
  ['node:cpu.yaml', 'kind: AlertTemplate\nexpr: up\n'],
]);

export const texts = (file: string): string | undefined => TEXTS.get(file);

export const unknownGroup = finding(
  'reference/unknown-group',
  'There is no group `grp-9`',
  { file: 'groups/a.yaml', start: 18, end: 23 },
  { hint: 'Did you mean `grp-1`?' },
);
export const conflict = finding(
  'policy/conflict',
  'Two policies set `for`',
  { file: 'policies/p.yaml', start: 10, end: 11 },
  { related: [{ span: { file: 'groups/a.yaml', start: 4, end: 9 }, message: 'the other one' }] },
);
export const repoWide = finding('verify/tool-missing', 'promtool is not installed', null);
export const inLibrary = finding('verify/promtool', 'promtool says: no', { file: 'node:cpu.yaml', start: 26, end: 28 });
export const all = [unknownGroup, conflict, repoWide, inLibrary];

/** Findings in a format, in a repo that is the folder `monitoring` of its git repo. */
export async function report(
  format: ReportFormat,
  findings: readonly Finding[],
  options: Partial<ReportOptions> = {},
): Promise<string> {
  return (await loadReporter(format))(findings, texts, { color: false, root: 'monitoring/', ...options });
}

/** What breaks out of formats, among anything else. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.constantFrom(
        ...[
          '::error::x',
          '\n::set-output name=a::b',
          '\r',
          '\n',
          '%0A',
          ']]>',
          '<!--',
          '&',
          '"',
          "'",
          ',',
          ':',
          '](',
          '[',
        ],
        ...[
          '\u0000',
          '\u001b[2J',
          '\u0085',
          '\u2028',
          '\u202e',
          '\ud800',
          '\udc00',
          '\ufffe',
          '\uffff',
          '##[error]',
          'a',
        ],
      ),
      { maxLength: 6 },
    )
    .map((parts) => parts.join('')),
);
const span: fc.Arbitrary<Span> = fc.record({
  file: fc.oneof(
    fc.constantFrom(...TEXTS.keys()),
    hostile.filter((file) => file !== ''),
  ),
  start: fc.nat(40),
  end: fc.nat(40),
});

/** Any findings at all, each with another message so that none is taken for another. */
export const anyFindings: fc.Arbitrary<Finding[]> = fc
  .array(
    fc.record({
      code: fc.constantFrom(...(Object.keys(CODES) as FindingCode[])),
      severity: fc.constantFrom('error', 'warning', 'info'),
      message: hostile,
      span: fc.option(span),
      related: fc.array(fc.record({ span, message: hostile }), { maxLength: 2 }),
      hint: fc.option(hostile),
    }),
    { maxLength: 5 },
  )
  .map((findings) => findings.map((one, at) => ({ ...one, message: `${at}${one.message}` })));
