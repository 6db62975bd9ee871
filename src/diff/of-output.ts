import { oneLine } from '../diagnostics/display.js';
import { byCodeUnit } from '../diagnostics/order.js';
import { readChecks } from './output/checks.js';
import { coverageIn } from './output/coverage.js';
import type { OutputHints } from './output/hints.js';
import { seriesLabelsOf } from './output/narrowings.js';
import { type RuleReader, readRules, ruleReader, snapshotRules, type WrittenRule } from './output/rules.js';
import { type OutputTargets, readTargets } from './output/targets.js';
import { type Unscope, unscoper } from './output/unscope.js';
import type { Snapshot, SnapshotCheck, SnapshotGroup } from './snapshot.js';

export { hintsOfModel, type OutputHints } from './output/hints.js';

type Files = ReadonlyMap<string, string>;

/** What is known where there is only the output of a build. */
export interface OutputSnapshot {
  readonly snapshot: Snapshot;
  /** Sentences about files that are not as a build writes them; the snapshot lacks what they hold. */
  readonly troubles: readonly string[];
}

/** Reads the files of an output. To compare two, read them together. */
export function snapshotOfOutput(files: Files, hints: OutputHints): OutputSnapshot {
  const output = read(files, ruleReader());
  return snapshotOf(output, unscoper(seriesLabelsOf(output.rules, hints)), hints);
}

/**
 * Reads two outputs so that they can be compared: what is equal in both gives equal parts of the snapshots, because
 * each alert is read with the narrowings that it has on either side.
 *
 * An output does not tell what the author wrote from what aami put in. A matcher on the labels of targets that all
 * selectors of a rule share counts as coverage, whoever wrote it, and so does one on a label by which policies narrow
 * series. A target that nothing scrapes has no groups, and no rule covers it.
 */
export function snapshotsOfOutputs(
  before: Files,
  after: Files,
  hints: OutputHints,
): { readonly before: OutputSnapshot; readonly after: OutputSnapshot } {
  const reader = ruleReader();
  const [old, now] = [read(before, reader), read(after, reader)];
  const unscope = unscoper(seriesLabelsOf([...old.rules, ...now.rules], hints));
  return { before: snapshotOf(old, unscope, hints), after: snapshotOf(now, unscope, hints) };
}

interface Output {
  readonly files: Files;
  readonly rules: readonly WrittenRule[];
  readonly checks: ReadonlyMap<string, readonly SnapshotCheck[]>;
  readonly targets: OutputTargets;
  readonly troubles: string[];
}

function read(files: Files, reader: RuleReader): Output {
  const troubles: string[] = [];
  const no = (what: string) => (path: string) => troubles.push(`"${oneLine(path)}" is not ${what} of aami`);
  const rules = readRules(files, reader, no('a rule file'));
  const checks = readChecks(files, no('a check bundle'));
  const targets = readTargets(files, checks.keys(), no('a list of targets'));
  return { files, rules, checks, targets, troubles };
}

function snapshotOf(
  { files, rules, checks, targets, troubles }: Output,
  unscope: Unscope,
  hints: OutputHints,
): OutputSnapshot {
  const covered = coverageIn(targets, (id, name) => checks.get(id)?.some((check) => check.name === name) === true);
  const snapshot: Snapshot = {
    model: null,
    groups: groupsOf(targets, rules),
    targets: targets.targets,
    rules: snapshotRules(rules, unscope, covered, hints),
    checks,
    files,
    settings: {},
    texts: new Map(),
  };
  return { snapshot, troubles };
}

/** Those that have targets or rules of their own have a name; of the others only the id is known. */
function groupsOf({ targets, groupNames }: OutputTargets, rules: readonly WrittenRule[]): Map<string, SnapshotGroup> {
  const names = new Map<string, string>();
  for (const { groups } of targets.values()) for (const id of groups) names.set(id, id);
  for (const { group, labels } of rules) if (group !== null) names.set(group, plainName(labels.group ?? group));
  for (const [id, name] of groupNames) names.set(id, name);
  return new Map(
    [...names].sort(([a], [b]) => byCodeUnit(a, b)).map(([id, name]) => [id, { id, name, fields: { name } }]),
  );
}

/** Names stand in labels as templates that give them. */
const plainName = (label: string): string => label.replaceAll('{{"{{"}}', '{{');
