import { fileNamePart } from '../../emit/names.js';
import type { Matcher } from '../../model/types.js';
import {
  canonicalExpr,
  formatMatcher,
  type ParsedExpr,
  parseExpr,
  type Selector,
  traceLabel,
} from '../../promql/index.js';
import { relate } from '../../promql/matchers.js';
import type { Piece } from '../../resolve/types.js';
import type { WrittenRule } from './rules.js';

/** An emitted expression, taken apart into what its author wrote and what aami put in. */
export interface Unscoped {
  /** In its canonical form. */
  readonly expr: string;
  /** On the primary group of a target; one that asks for the rule's own group has the value `OWN_GROUP`. */
  readonly scope: readonly Matcher[];
  readonly pieces: readonly Piece[];
  /** The jobs that its selectors ask for, as folders of the service discovery. */
  readonly jobs: readonly string[];
}

/** Stands for the id of the rule's own group, so that groups share what is worked out. No id holds such characters. */
export const OWN_GROUP = '{own group}';

export const asksOwnGroup = (scope: readonly Matcher[]): boolean => scope.some(isOwnGroup);

export const isOwnGroup = ({ op, value }: Matcher): boolean => op === '=' && value === OWN_GROUP;

export type Unscope = (rule: WrittenRule) => Unscoped;

/** Takes emitted expressions apart, each text once. */
export function unscoper(seriesLabelsOf: (alert: string) => ReadonlySet<string>): Unscope {
  const known = new Map<string, Unscoped>();
  return ({ expr, group, alert }) => {
    const [own, any] = [group ?? '', OWN_GROUP].map((value) => formatMatcher({ label: 'group_id', op: '=', value }));
    const text = group === null ? expr : expr.replaceAll(own ?? '', any ?? '');
    const seriesLabels = seriesLabelsOf(alert);
    const key = JSON.stringify([text, group === null, [...seriesLabels].sort()]);
    const made = known.get(key) ?? unscope(text, group === null, seriesLabels) ?? unread(text, group);
    known.set(key, made);
    return made.expr.includes(OWN_GROUP) ? { ...made, expr: made.expr.replaceAll(OWN_GROUP, group ?? '') } : made;
  };
}

/** What a newer aami, or a newer Prometheus, can read: it is compared as it stands. */
const unread = (expr: string, group: string | null): Unscoped => ({
  expr,
  scope: group === null ? [] : [OWN],
  pieces: [{ target: [], series: [] }],
  jobs: [],
});

const OWN: Matcher = { label: 'group_id', op: '=', value: OWN_GROUP };

/** null: not an expression that aami can read. */
function unscope(text: string, fleet: boolean, seriesLabels: ReadonlySet<string>): Unscoped | null {
  const parts = partsOf(text).map((part) => takeApart(part, fleet, seriesLabels));
  const [first] = parts;
  const pieces = parts.flatMap((part) => (part !== null && part.expr === first?.expr ? [part.piece] : []));
  if (first !== null && first !== undefined && pieces.length === parts.length) return { ...first, pieces };
  const whole = parts.length === 1 ? null : takeApart(text, fleet, seriesLabels);
  return whole === null ? null : { ...whole, pieces: [whole.piece] };
}

/** Several pieces are written one below the other, as nobody else writes them. */
function partsOf(text: string): string[] {
  return /^\(\n.*\n\)$/s.test(text) ? text.slice(2, -2).split('\n)\nor\n(\n') : [text];
}

type Part = Omit<Unscoped, 'pieces'> & { readonly piece: Piece };

function takeApart(text: string, fleet: boolean, seriesLabels: ReadonlySet<string>): Part | null {
  const { expr: parsed } = parseExpr(text);
  if (parsed === null) return null;
  const scoped = scopedSelectors(parsed, fleet);
  const onTargets = shared(scoped, ({ label }) => isTargetLabel(label));
  const onSeries = [...seriesLabels].sort().flatMap((label) => {
    const trace = traceLabel(parsed, label);
    return trace.kind === 'reaches' ? [shared(trace.selectors, (matcher) => matcher.label === label)] : [];
  });
  const dropped = new Set([onTargets, ...onSeries].flatMap(({ written }) => written));
  const onGroup = onTargets.matchers.filter(({ label }) => label === 'group_id');
  const jobs = scoped.flatMap(({ matchers }) => matchers.filter(({ label, op }) => label === 'job' && op === '='));
  return {
    expr: canonicalExpr(parsed, { dropMatcher: (matcher) => dropped.has(matcher) }),
    scope: fleet || onTargets.matchers.some(({ label }) => isGroupLabel(label)) ? onGroup : [OWN],
    piece: {
      target: onTargets.matchers.filter(({ label }) => label !== 'group_id'),
      series: onSeries.flatMap(({ matchers }) => matchers),
    },
    jobs: [...new Set(jobs.map(({ value }) => fileNamePart(value)))].sort(),
  };
}

const isGroupLabel = (label: string): boolean => label === 'group_id' || label === 'groups';
const isTargetLabel = (label: string): boolean => isGroupLabel(label) || label.startsWith('target_label_');

/** Those of metrics that have no target labels carry no group. A fleet-wide rule asks for none. */
function scopedSelectors({ selectors }: ParsedExpr, fleet: boolean): readonly Selector[] {
  return fleet ? selectors : selectors.filter(({ matchers }) => matchers.some(({ label }) => isGroupLabel(label)));
}

interface Shared {
  /** What each of the selectors asks for, in so many words or by something narrower that the author wrote. */
  readonly matchers: readonly Matcher[];
  /** Where they are written. */
  readonly written: readonly Matcher[];
}

function shared(selectors: readonly Selector[], concerned: (matcher: Matcher) => boolean): Shared {
  const candidates = selectors.flatMap(({ matchers }) => matchers.filter(concerned));
  const distinct = new Map(
    candidates.map(({ label, op, value }) => [formatMatcher({ label, op, value }), { label, op, value }]),
  );
  const common = new Map(
    [...distinct].filter(([text, matcher]) =>
      selectors.every(
        ({ matchers }) =>
          matchers.some((own) => formatMatcher(own) === text) || relate(matchers, matcher) === 'implied',
      ),
    ),
  );
  return {
    matchers: [...common.values()],
    written: candidates.filter((matcher) => common.has(formatMatcher(matcher))),
  };
}
