import type { Compilation } from '../compile.js';
import { declarations } from '../emit/checks/index.js';
import { ruleFilePath } from '../emit/rules/index.js';
import type { Group, Target } from '../model/types.js';
import type { ResolvedCheck, ResolvedModel } from '../resolve/types.js';
import type { ConcreteRule } from '../rules/types.js';
import type { Snapshot, SnapshotCheck, SnapshotGroup, SnapshotRule, SnapshotTarget } from './snapshot.js';

/** What a repo that compiles comes to. */
export function snapshotOf(
  { files, ruleFiles }: Compilation,
  model: ResolvedModel,
  texts: ReadonlyMap<string, string>,
): Snapshot {
  const { repo } = model;
  const idsOf = memoised((targets: readonly Target[]) => targets.map(({ id }) => id));
  return {
    model,
    groups: new Map([...repo.groups].map(([id, group]) => [id, snapshotGroup(group)])),
    targets: new Map(repo.targets.map((target) => [target.id, snapshotTarget(target)])),
    rules: ruleFiles.flatMap(({ scope, groups }) => {
      const file = ruleFilePath(scope);
      return groups.flatMap(({ name, rules }) =>
        rules.map((rule) => snapshotRule(rule, file, name, idsOf(rule.resolved.targets))),
      );
    }),
    checks: snapshotChecks(model.checks),
    files: new Map(files.map(({ path, content }) => [path, content])),
    settings: { 'rules.alert_name': repo.project.alertName },
    texts,
  };
}

function snapshotGroup(group: Group): SnapshotGroup {
  const fields: Record<string, string> = { name: group.name };
  const parent = group.ancestors.at(-1);
  if (parent !== undefined) fields.parent = parent.id;
  if (group.namespace !== null) fields.namespace = group.namespace;
  for (const [name, value] of Object.entries(group.labels)) fields[`labels.${name}`] = value;
  return { id: group.id, name: group.name, fields };
}

function snapshotTarget({ id, hostname, address, groups, labels, exporters, active }: Target): SnapshotTarget {
  const fields: Record<string, string> = { address };
  for (const { exporter, port, metricsPath, scheme } of exporters) {
    fields[`exporter ${exporter.name}`] = `${scheme === null ? '' : `${scheme} `}${port}${metricsPath ?? ''}`;
    fields[`job of ${exporter.name}`] = exporter.job;
  }
  return { id, hostname, groups: groups.map((group) => group.id), labels, active, fields };
}

function snapshotRule(
  concrete: ConcreteRule,
  file: string,
  ruleGroup: string,
  targets: readonly string[],
): SnapshotRule {
  const { template, scope, effective, pieces } = concrete.resolved;
  return {
    template: template.name,
    aggregate: template.aggregate,
    group: scope.kind === 'fleet' ? null : scope.group.id,
    severity: effective.severity,
    file,
    ruleGroup,
    alert: concrete.alert,
    labels: concrete.labels,
    for: concrete.for,
    keepFiringFor: concrete.keepFiringFor,
    annotations: concrete.annotations,
    expr: concrete.unscoped,
    targets,
    pieces,
    concrete,
  };
}

function snapshotChecks(checks: ResolvedModel['checks']): Map<string, readonly SnapshotCheck[]> {
  const listOf = memoised((list: readonly ResolvedCheck[]) => list.map(snapshotCheck));
  return new Map([...checks].map(([target, list]) => [target.id, listOf(list)]));
}

function snapshotCheck(resolved: ResolvedCheck): SnapshotCheck {
  const { template, config, interval, timeout } = resolved;
  const { name, args, version, language, user, content: script } = template;
  const metrics = template.metrics === null ? null : declarations(template.metrics);
  return { name, config, interval, timeout, args, version, language, user, metrics, script, resolved };
}

/** Lists that are one object stay one object: so it is cheap to see that they are the same. */
function memoised<T, R>(make: (list: readonly T[]) => R): (list: readonly T[]) => R {
  const known = new Map<readonly T[], R>();
  return (list) => {
    const seen = known.get(list);
    if (seen !== undefined) return seen;
    const made = make(list);
    known.set(list, made);
    return made;
  };
}
