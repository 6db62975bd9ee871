import type { OutputHints } from './hints.js';
import type { WrittenRule } from './rules.js';

/** The labels of series by which policies narrow each alert: as its rules say in their `override` label, or the hints. */
export function seriesLabelsOf(
  rules: readonly WrittenRule[],
  hints: OutputHints,
): (alert: string) => ReadonlySet<string> {
  const overrides = new Map<string, Set<string>>();
  for (const { alert, labels } of rules) {
    if (labels.override === undefined) continue;
    const known = overrides.get(alert) ?? new Set();
    overrides.set(alert, known.add(labels.override));
  }
  const found = new Map<string, ReadonlySet<string>>();
  return (alert) => {
    const known = found.get(alert);
    if (known !== undefined) return known;
    const named = [...(overrides.get(alert) ?? [])].flatMap(labelsIn);
    const made = new Set([...(hints.get(alert)?.seriesLabels ?? []), ...named]);
    found.set(alert, made);
    return made;
  };
}

/** `mountpoint=/scratch,type=gpu`; a label of targets has the form of one of series unless it says `target:`. */
const NARROWING = /(?:^|,)(?:series:)?([A-Za-z_][A-Za-z0-9_]*)(?:=~|!~|!=|=)/g;

/** No policy narrows series by these. */
const OF_TARGETS = /^(?:instance|group|group_id|groups|target_id|target_label_.*)$/;

const labelsIn = (override: string): string[] =>
  [...override.matchAll(NARROWING)].flatMap(([, label = '']) => (OF_TARGETS.test(label) ? [] : [label]));
