import { finding } from '../diagnostics/codes.js';
import type { Finding } from '../diagnostics/finding.js';
import { didYouMean } from '../diagnostics/nearest.js';
import type { Repo } from '../model/types.js';
import { matcherAccepts, type Selector, selectors } from '../promql/index.js';
import { below, spanInScalar } from '../source/positions.js';
import { type StaticRule, staticRules } from './static-alerts.js';

/** Hand-written rules that ask for what the series of this repo never have. */
export function selectsNothing(repo: Repo): Finding[] {
  const rules = staticRules(repo.staticRules);
  if (rules.length === 0) return [];
  const known = labelsOf(repo, rules);
  return rules.flatMap((rule) =>
    selectors(rule.expr).flatMap((selector) => known.flatMap((label) => neverMatches(rule, selector, label))),
  );
}

/** A label that the repo alone gives its values. */
interface KnownLabel {
  readonly label: string;
  readonly values: ReadonlySet<string>;
  /** As in: No exporter has the job `x`. */
  readonly nobody: string;
}

function labelsOf(repo: Repo, rules: readonly StaticRule[]): KnownLabel[] {
  const all = [
    {
      label: 'job',
      values: [...repo.project.exporters.values()].map(({ job }) => job),
      nobody: 'No exporter has the job',
    },
    // Rules over the whole fleet have `global`, and ALERTS is a metric like any other.
    { label: 'group_id', values: [...repo.groups.keys(), 'global'], nobody: 'No group has the id' },
    { label: 'target_id', values: repo.targets.map(({ id }) => id), nobody: 'No target has the id' },
  ];
  return all.flatMap(({ label, values, nobody }) => {
    const given = rules.flatMap(({ labels }) => (labels[label] === undefined ? [] : [labels[label]]));
    // What an alert is given by a template may be anything.
    return given.some((value) => value.includes('{{'))
      ? []
      : [{ label, values: new Set([...values, ...given]), nobody }];
  });
}

function neverMatches({ origin }: StaticRule, selector: Selector, { label, values, nobody }: KnownLabel): Finding[] {
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
