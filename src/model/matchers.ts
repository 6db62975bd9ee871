import { finding } from '../diagnostics/codes.js';
import type { Finding, Staged } from '../diagnostics/finding.js';
import { byCodeUnit } from '../diagnostics/order.js';
import { parseMatcherList } from '../promql/matcher-list.js';
import { LABEL_NAME } from '../promql/matchers.js';
import { spanInScalar, spanOf } from '../source/positions.js';
import type { Origin } from '../source/types.js';
import type { Labels, Matcher } from './types.js';

/** A matcher and where it is written. */
interface PlacedMatcher {
  readonly matcher: Matcher;
  readonly label: { readonly origin: Origin; readonly range: readonly [number, number] | null };
}

const LIST_HINT =
  'A matcher list reads `mountpoint="/scratch", fstype=~"ext.*"`, a mapping `{ mountpoint: /scratch }`.';

/** Labels that service discovery gives: they tell of which target a series is, not which series of it. */
const TARGET_LABEL = /^(?:instance|group|group_id|groups|target_id|target_label_.*)$/;

/** The narrowing by target labels, in order of label. */
export function targetMatchers(raw: Labels | string | undefined, origin: Origin): Staged<readonly Matcher[]> {
  const placed = placedMatchers(raw, origin);
  return { value: inOrder(placed.value), findings: placed.findings };
}

/** Matchers on the labels of an alert, as they are written. */
export function alertMatchers(raw: Labels | string | undefined, origin: Origin): Staged<readonly Matcher[]> {
  const placed = placedMatchers(raw, origin);
  return { value: placed.value.map(({ matcher }) => matcher), findings: placed.findings };
}

const METRIC_NAME = '__name__';
const isReserved = (label: string): boolean => label === METRIC_NAME || TARGET_LABEL.test(label);

/** The narrowing by labels of the series, in order of label. */
export function seriesMatchers(raw: Labels | string | undefined, origin: Origin): Staged<readonly Matcher[]> {
  const placed = placedMatchers(raw, origin);
  const reserved = placed.value.filter(({ matcher }) => isReserved(matcher.label));
  const kept = placed.value.filter(({ matcher }) => !isReserved(matcher.label));
  return { value: inOrder(kept), findings: [...placed.findings, ...reserved.map(reservedLabel)] };
}

function placedMatchers(raw: Labels | string | undefined, origin: Origin): Staged<readonly PlacedMatcher[]> {
  if (raw === undefined) return { value: [], findings: [] };
  const written = typeof raw === 'string' ? matchersOfList(raw, origin) : matchersOfMap(raw, origin);
  const findings = [...written.findings];
  const value: PlacedMatcher[] = [];
  for (const placed of written.value) {
    const problem = badLabel(placed);
    if (problem === null) value.push(placed);
    else findings.push(problem);
  }
  return { value, findings };
}

function matchersOfMap(raw: Labels, { document, path }: Origin): Staged<readonly PlacedMatcher[]> {
  const value = Object.entries(raw).map(([label, text]) => ({
    matcher: { label, op: '=' as const, value: text },
    label: { origin: { document, path: [...path, label] }, range: null },
  }));
  return { value, findings: [] };
}

function matchersOfList(raw: string, origin: Origin): Staged<readonly PlacedMatcher[]> {
  const list = parseMatcherList(raw);
  const findings = list.problems.map(({ code, message, start, end, hint }) =>
    finding(code === 'schema/bad-regex' ? code : 'schema/bad-matcher', message, spanInScalar(origin, start, end), {
      hint: hint ?? (code === 'schema/bad-regex' ? null : LIST_HINT),
    }),
  );
  const value = list.matchers.map(({ label, op, value, start, end }) => ({
    matcher: { label, op, value },
    label: { origin, range: [start, end] as const },
  }));
  return { value, findings };
}

function spanOfMatcher({ label: { origin, range } }: PlacedMatcher) {
  return range === null ? spanOf(origin, 'key') : spanInScalar(origin, ...range);
}

function badLabel(placed: PlacedMatcher): Finding | null {
  const { label } = placed.matcher;
  if (LABEL_NAME.test(label)) return null;
  return finding('schema/bad-label', `\`${label}\` is not a label name of Prometheus`, spanOfMatcher(placed), {
    hint: 'Label names are made of letters, digits and `_`, and do not begin with a digit.',
  });
}

function reservedLabel(placed: PlacedMatcher): Finding {
  const { label } = placed.matcher;
  const own = label.startsWith('target_label_') ? label.slice('target_label_'.length) : null;
  if (label === METRIC_NAME) {
    return finding(
      'policy/reserved-series-label',
      'The name of the metric is the template’s own',
      spanOfMatcher(placed),
      {
        hint: 'Write a second template for the other metric.',
      },
    );
  }
  return finding(
    'policy/reserved-series-label',
    `\`${label}\` tells of which target a series is, so \`series\` cannot narrow by it`,
    spanOfMatcher(placed),
    { hint: hintFor(label, own) },
  );
}

function hintFor(label: string, targetLabel: string | null): string {
  if (targetLabel !== null) return `Write \`targets: { ${targetLabel}: … }\`.`;
  if (label.startsWith('group')) return 'Give the policy a `group:`.';
  return 'Give the target a label, and narrow by that with `targets:`.';
}

function inOrder(placed: readonly PlacedMatcher[]): readonly Matcher[] {
  return placed
    .map(({ matcher }) => matcher)
    .sort((a, b) => byCodeUnit(a.label, b.label) || byCodeUnit(a.op, b.op) || byCodeUnit(a.value, b.value));
}
