import { finding } from '../diagnostics/codes.js';
import type { Finding } from '../diagnostics/finding.js';
import { didYouMean } from '../diagnostics/nearest.js';
import type { Repo } from '../model/types.js';
import { matcherAccepts, type Selector, selectors } from '../promql/index.js';
import { groupsLabel } from '../resolve/cover.js';
import { below, spanInScalar } from '../source/positions.js';
import { type StaticRule, staticRules } from './static-alerts.js';

/** Hand-written rules that ask for what the series of this repo never have. */
export function selectsNothing(repo: Repo): Finding[] {
  const rules = staticRules(repo.staticRules);
  const known = new Map<string, KnownLabel | null>();
  const knownLabel = (label: string): KnownLabel | null => {
    const found = known.get(label) ?? withGiven(label, ofRepo(label, repo), rules);
    known.set(label, found);
    return found;
  };
  return rules.flatMap((rule) =>
    selectors(rule.expr).flatMap((selector) =>
      [...new Set(selector.matchers.map(({ label }) => label))].flatMap((label) =>
        neverMatches(rule, selector, label, knownLabel(label)),
      ),
    ),
  );
}

interface KnownLabel {
  readonly values: ReadonlySet<string>;
  /** As in: No exporter has the job `x`. */
  readonly nobody: string;
}

/** A label that the repo alone gives its values; null for others. */
function ofRepo(label: string, { project, groups, targets }: Repo): KnownLabel | null {
  const known = (values: readonly string[], nobody: string): KnownLabel => ({ values: new Set(values), nobody });
  const own = /^target_label_(.+)$/.exec(label)?.[1];
  if (own !== undefined)
    return known(
      targets.map(({ labels }) => labels[own] ?? ''),
      `No target has the label ${own}`,
    );
  if (label === 'job')
    return known(
      [...project.exporters.values()].map(({ job }) => job),
      'No exporter has the job',
    );
  // Rules over the whole fleet have `global`, and ALERTS is a metric like any other.
  if (label === 'group_id') return known([...groups.keys(), 'global'], 'No group has the id');
  if (label === 'groups') return known(targets.map(groupsLabel), 'No target has the list of groups');
  return label === 'target_id'
    ? known(
        targets.map(({ id }) => id),
        'No target has the id',
      )
    : null;
}

/** With what hand-written rules give their results. What one is given by a template may be anything. */
function withGiven(label: string, known: KnownLabel | null, rules: readonly StaticRule[]): KnownLabel | null {
  if (known === null) return null;
  const given = rules.flatMap(({ labels }) => labels[label] ?? []);
  if (given.some((value) => value.includes('{{'))) return null;
  return { ...known, values: new Set([...known.values, ...given]) };
}

function neverMatches({ origin }: StaticRule, selector: Selector, label: string, known: KnownLabel | null): Finding[] {
  if (known === null) return [];
  const { values, nobody } = known;
  const asked = selector.matchers.filter((matcher) => matcher.label === label);
  const [first] = asked;
  // A series may also lack the label: what a rule has recorded without it.
  const possible = ['', ...values].some((value) => asked.every((matcher) => matcherAccepts(matcher, value)));
  if (first === undefined || possible) return [];
  const what = first.op === '=' ? `${nobody} \`${first.value}\`` : `${nobody} that is asked for`;
  const hint = first.op === '=' ? didYouMean(first.value, values) : null;
  const place = spanInScalar(below(origin, 'expr'), first.start, first.end);
  return [finding('lint/selects-nothing', `${what}, so this selects nothing`, place, { hint })];
}
