import type { Matcher } from '../../model/types.js';
import { shapeOf } from '../../promql/canonical.js';
import { formatMatcher, type Selector, traceLabel } from '../../promql/index.js';
import { relate, sameMatcher } from '../../promql/matchers.js';
import { categoryOf } from '../names.js';
import { applyEdits, escapePlaceholders } from './edits.js';
import { numbersOf, paramNames, type WrittenNumber } from './numbers.js';
import { parsed } from './rename.js';
import { sharedText } from './texts.js';
import type { Candidate, Carried, Cell, Family, Member } from './types.js';
import { withoutMatchers } from './without-matchers.js';
import { intersect, isTargetLabel, type World, withoutPrefix } from './world.js';

/**
 * Alerts of one name as one template each: those that differ by matchers on labels and by numbers, `for`, severity,
 * labels or annotations. What does not fit together, such as two alerts that both fire for one series, is carried.
 */
export function familiesOf(candidates: readonly Candidate[], world: World): { families: Family[]; carried: Carried[] } {
  const byName = new Map<string, Candidate[]>();
  for (const candidate of candidates) append(byName, candidate.source.name, candidate);
  const made: Family[] = [];
  const carried: Carried[] = [];
  for (const alike of byName.values()) {
    const buckets = bucketsOf(alike, world);
    // A template has the name of its alert, so there is one for each name: the one of the most rules.
    const [chosen = [], ...others] = buckets.sort((a, b) => b.length - a.length);
    for (const part of others.flat())
      carried.push({
        rule: part.candidate,
        why: `another ${part.candidate.source.name} with a different expression became the template of that name`,
        mark: null,
      });
    const { family, left } = familyOf(chosen, world);
    if (family !== null) made.push(family);
    carried.push(...left);
  }
  return { families: made, carried };
}

/** A candidate with the matchers that may be said by a policy. */
interface Part {
  readonly candidate: Candidate;
  readonly onTargets: readonly Matcher[];
  readonly onSeries: readonly Matcher[];
}

/** Parts of one shape, once their matchers are out. */
function bucketsOf(candidates: readonly Candidate[], world: World): Part[][] {
  const parts = candidates.map((candidate) => partOf(candidate, world));
  const buckets = new Map<string, Part[]>();
  for (const part of parts) {
    const text = stripped(part, [...part.onTargets, ...part.onSeries]);
    if (text === null) append(buckets, part.candidate.expr.text, { ...part, onTargets: [], onSeries: [] });
    else append(buckets, `${part.candidate.looksAt} ${shapeOf(parsed(text)).text}`, part);
  }
  return [...buckets.values()].map(withoutCommon);
}

/** What all of them ask of series stays in the expression. */
function withoutCommon(parts: Part[]): Part[] {
  const [first] = parts;
  const common = (first?.onSeries ?? []).filter((one) =>
    parts.every(({ onSeries }) => onSeries.some((other) => sameMatcher(one, other))),
  );
  return parts.map((part) => ({
    ...part,
    onSeries: part.onSeries.filter((one) => !common.some((other) => sameMatcher(one, other))),
  }));
}

function partOf(candidate: Candidate, world: World): Part {
  const { expr, looksAt } = candidate;
  const none = { candidate, onTargets: [], onSeries: [] };
  if (looksAt === 'fleet') return none;
  const [first, ...others] = expr.selectors;
  if (first === undefined) return none;
  const everywhere = plain(first.matchers.filter((matcher) => others.every(has(matcher))));
  const onTargets = everywhere.filter(({ label }) => isTargetLabel(label));
  // What an aggregate counts can only be narrowed to groups, and each of them would have a rule of its own.
  if (looksAt === 'aggregate')
    return { ...none, onTargets: onTargets.filter((matcher) => groupsOf(matcher, world)?.length === 1) };
  const labels = new Set(expr.selectors.flatMap(({ matchers }) => matchers.map(({ label }) => label)));
  const onSeries = [...labels].filter(isSeriesLabel).flatMap((label) => {
    const trace = traceLabel(expr, label);
    if (trace.kind === 'lost') return [];
    const [one, ...rest] = trace.selectors;
    const elsewhere = expr.selectors.filter((selector) => !trace.selectors.includes(selector));
    const asked = plain(one?.matchers.filter((matcher) => matcher.label === label && rest.every(has(matcher))) ?? []);
    return asked.filter((matcher) => !elsewhere.some(has(matcher)));
  });
  return { candidate, onTargets, onSeries };
}

const plain = (matchers: readonly Matcher[]): Matcher[] =>
  matchers.map(({ label, op, value }) => ({ label, op, value }));
const has = (matcher: Matcher) => (selector: Selector) => selector.matchers.some((own) => sameMatcher(own, matcher));
const isSeriesLabel = (label: string): boolean =>
  label !== '__name__' && label !== 'instance' && label !== 'job' && !isTargetLabel(label);

function stripped({ candidate }: Part, matchers: readonly Matcher[]): string | null {
  const edits = withoutMatchers(candidate.expr, (one) => matchers.some((other) => sameMatcher(one, other)));
  return edits === null ? null : applyEdits(candidate.expr.text, edits);
}

/** The groups that a matcher on the label of groups names; null for other matchers. */
function groupsOf({ label, op, value }: Matcher, { plan, targets }: World): string[] | null {
  const name = withoutPrefix(label);
  if (name === null || name !== plan.groupLabel) return null;
  const values = op === '=' ? [value] : op === '=~' && /^[\w|-]+$/.test(value) ? value.split('|') : null;
  if (values === null || values.includes('')) return null;
  const ids = values.map((one) => targets.find(({ labels }) => labels[name] === one)?.groups[0]);
  return ids.every((id) => id !== undefined) ? ids.flatMap((id) => id ?? []) : null;
}

function familyOf(parts: readonly Part[], world: World): { family: Family | null; left: Carried[] } {
  const left: Carried[] = [];
  const cells: { readonly scope: Scope; readonly parts: Part[] }[] = [];
  for (const part of parts) {
    const scope = scopeOf(part, world);
    const same = cells.find((cell) => cell.scope.key === scope.key);
    const { candidate } = part;
    const line = (other: Candidate): string => `${other.source.place.file}:${other.source.place.line}`;
    if (scope.reach.size === 0) {
      left.push({ rule: candidate, why: 'none of the imported targets has the labels that it asks for', mark: null });
    } else if (same !== undefined) {
      const twin = same.parts.find((other) => other.candidate.severity === candidate.severity);
      if (twin === undefined) same.parts.push(part);
      else
        left.push({
          rule: candidate,
          why: `${line(twin.candidate)} has the same name, severity and scope`,
          mark: null,
        });
    } else {
      const clash = cells.find((cell) => !areDisjoint(cell.scope, scope));
      if (clash === undefined) cells.push({ scope, parts: [part] });
      else {
        const other = clash.parts[0]?.candidate ?? candidate;
        left.push({
          rule: candidate,
          why: `${line(other)} has the same name and fires for some of the same series; of one template, one rule would`,
          mark: null,
        });
      }
    }
  }
  const used = cells.flatMap((cell) => cell.parts);
  const [base] = used;
  if (base === undefined) return { family: null, left };
  return { family: build(base, cells, world), left };
}

interface Scope {
  readonly key: string;
  readonly groups: readonly string[] | null;
  readonly targets: readonly Matcher[];
  readonly series: readonly Matcher[];
  readonly reach: ReadonlySet<number>;
}

function scopeOf({ onTargets, onSeries }: Part, world: World): Scope {
  const naming = onTargets.find((matcher) => groupsOf(matcher, world) !== null);
  const groups = naming === undefined ? null : groupsOf(naming, world);
  const targets = onTargets
    .filter((matcher) => matcher !== naming)
    .map((matcher) => ({ ...matcher, label: withoutPrefix(matcher.label) ?? matcher.label }));
  const key = JSON.stringify([onTargets, onSeries].map((list) => list.map(formatMatcher).sort()));
  return { key, groups, targets, series: onSeries, reach: world.select(onTargets) };
}

function areDisjoint(a: Scope, b: Scope): boolean {
  return (
    intersect(a.reach, b.reach).size === 0 || b.series.some((matcher) => relate(a.series, matcher) === 'contradicted')
  );
}

function build(
  base: Part,
  cells: readonly { readonly scope: Scope; readonly parts: readonly Part[] }[],
  world: World,
): Family {
  const parts = cells.flatMap((cell) => cell.parts);
  const numbers = new Map(parts.map((part) => [part, numbersOf(bare(part))]));
  const own = numbers.get(base) ?? [];
  const differs = new Set(
    [...own.keys()].filter((i) => parts.some((part) => numbers.get(part)?.[i]?.value !== own[i]?.value)),
  );
  const names = paramNames(own, differs);
  const valuesOf = (part: Part): Record<string, WrittenNumber> =>
    Object.fromEntries(
      [...names].flatMap(([i, name]) => {
        const number = numbers.get(part)?.[i];
        return number === undefined ? [] : [[name, number] as const];
      }),
    );
  const annotations = sharedText(parts.map((part) => ({ texts: part.candidate.annotations, numbers: valuesOf(part) })));
  const labels = sharedText(parts.map((part) => ({ texts: withoutSeverity(part.candidate.labels), numbers: {} })));
  const memberOf = (part: Part): Member => ({
    rule: part.candidate,
    config: Object.fromEntries(Object.entries(valuesOf(part)).map(([name, { value }]) => [name, value])),
    labels: labels[parts.indexOf(part)] ?? {},
    annotations: annotations[parts.indexOf(part)] ?? {},
  });
  const { source } = base.candidate;
  return {
    name: source.name,
    category: categoryOf(source.group),
    expr: applyEdits(
      bare(base).text,
      [...names].flatMap(([i, name]) => {
        const number = own[i];
        return number === undefined ? [] : [{ start: number.start, end: number.end, text: `\${${name}}` }];
      }),
      escapePlaceholders,
    ),
    aggregate: base.candidate.looksAt !== 'targets',
    requires: requiredBy(parts, world),
    params: [...names.values()],
    cells: cells.map(({ scope, parts: inside }) => ({
      groups: scope.groups,
      targets: scope.targets,
      series: scope.series,
      members: inside.map(memberOf),
    })) satisfies Cell[],
  };
}

function withoutSeverity({ severity: _, ...labels }: Candidate['labels']): Candidate['labels'] {
  return labels;
}

/** The expression without what policies say. */
function bare(part: Part): Candidate['expr'] {
  const text = stripped(part, [...part.onTargets, ...part.onSeries]);
  return text === null ? part.candidate.expr : parsed(text);
}

/** The exporter of the one job that every selector asks for, where some target runs it. */
function requiredBy(parts: readonly Part[], { plan }: World): string[] {
  const jobs = new Set(
    parts.flatMap(({ candidate }) =>
      candidate.expr.selectors.map(
        ({ matchers }) => matchers.find(({ label, op }) => label === 'job' && op === '=')?.value ?? null,
      ),
    ),
  );
  const [job] = jobs;
  return jobs.size === 1 ? plan.exporters.filter((exporter) => exporter.job === job).map(({ name }) => name) : [];
}

function append<T>(map: Map<string, T[]>, key: string, item: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [item]);
  else list.push(item);
}
