import { parse } from 'yaml';
import type { Compilation } from '../../src/compile.js';
import { ALERTMANAGER_CONFIG } from '../../src/emit/alertmanager/index.js';
import { holds, type Labels } from './routing.js';

/** Alertmanager's inhibition as its documentation describes it, by the rules in the file that was compiled. */
export interface Inhibition {
  readonly source_matchers: readonly string[];
  readonly target_matchers: readonly string[];
  readonly equal: readonly string[];
}

export function inhibitionsOf({ files, findings }: Compilation): readonly Inhibition[] {
  const file = files.find(({ path }) => path === ALERTMANAGER_CONFIG);
  if (file === undefined) throw new Error(`no ${ALERTMANAGER_CONFIG}: ${JSON.stringify(findings)}`);
  return (parse(file.content) as { inhibit_rules?: readonly Inhibition[] }).inhibit_rules ?? [];
}

/** Those of the alerts that fire of which nobody is told. */
export function muted(rules: readonly Inhibition[], firing: readonly Labels[]): readonly Labels[] {
  return firing.filter((target) => firing.some((source) => rules.some((rule) => mutes(rule, source, target))));
}

export function mutes(
  { source_matchers, target_matchers, equal }: Inhibition,
  source: Labels,
  target: Labels,
): boolean {
  const isSource = (labels: Labels): boolean => source_matchers.every((matcher) => holds(matcher, labels));
  const isTarget = (labels: Labels): boolean => target_matchers.every((matcher) => holds(matcher, labels));
  if (!isTarget(target) || !isSource(source)) return false;
  // An alert that matches both sides is silenced by none that does so, itself among them.
  if (isSource(target) && isTarget(source)) return false;
  return equal.every((label) => (source[label] ?? '') === (target[label] ?? ''));
}
