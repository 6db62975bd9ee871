import { finding } from '../diagnostics/codes.js';
import type { Finding } from '../diagnostics/finding.js';
import type { Group, Labels, Notify, Repo } from '../model/types.js';
import { droppedBy, matcherAccepts, resultLabels } from '../promql/index.js';
import { ALERT_CLASSES, alertClass, type Ownership, type Ownerships, resolveOwnerships } from '../resolve/ownership.js';
import { below, spanOf } from '../source/positions.js';
import type { Origin } from '../source/types.js';
import { type StaticAlert, staticAlerts } from './static-alerts.js';
import type { ConcreteRule, RuleFile } from './types.js';

/**
 * Alerts that land in the default receiver because no layer names anybody. A mistake is told once: for a whole tree of
 * groups, for the rules of the fleet, for a hand-written file.
 */
export function untoldAlerts(repo: Repo, ruleFiles: readonly RuleFile[]): Finding[] {
  const ownerships = resolveOwnerships(repo);
  if (ownerships === null) return [];
  const untold = (ownership: Ownership, rule: ConcreteRule, ofGroup: boolean): boolean =>
    ownership[alertClass(rule.labels.severity)].origin === null && !mayBeRouted(repo, rule.alert, rule.labels, ofGroup);
  const inGroups = new Map<Group, ConcreteRule[]>();
  const inFleet: ConcreteRule[] = [];
  for (const { scope, groups } of ruleFiles) {
    const ownership = scope.kind === 'fleet' ? ownerships.fleet : ownerships.groups.get(scope.group);
    const rules = groups.flatMap((group) => group.rules);
    const found =
      ownership === undefined ? [] : rules.filter((rule) => untold(ownership, rule, scope.kind !== 'fleet'));
    if (scope.kind === 'fleet') inFleet.push(...found);
    else inGroups.set(scope.group, found);
  }
  const inFiles = untoldFiles(repo, ownerships);
  if (inFleet.length + inFiles.length + [...inGroups.values()].flat().length === 0) return [];
  const { defaultReceiver, origin } = repo.project.alertmanager;
  const said = (what: string, place: Origin, hint: string): Finding =>
    finding(
      'lint/only-default-receiver',
      `Nobody but the default receiver \`${defaultReceiver}\` is told ${what}`,
      spanOf(place),
      {
        hint: `${hint} ${MEANT}`,
      },
    );
  if (namesNobody(repo)) return [said('of any alert', below(origin, 'default_receiver'), 'Name others with `notify`.')];
  return [
    ...trees(inGroups).map(({ top, rules }) =>
      said(`of ${named(rules)} in ${placeOf(top)}`, below(top.origin, 'id'), GROUP),
    ),
    ...inFleet.slice(0, 1).map(({ resolved }) => {
      const place = resolved.boundBy[0] ?? resolved.template.origin;
      return said(`of ${named(inFleet)}, which belongs to no group`, place, FLEET);
    }),
    ...inFiles.map(({ alerts, first }) => said(`of ${named(alerts)}`, below(first.origin, 'alert'), STATIC)),
  ];
}

const GROUP = 'Name somebody with `notify` in the group or in one above it.';
const FLEET = 'Name somebody with `alertmanager.notify` in aami.yaml, or write a Route.';
const STATIC = 'Give the rule a `group_id` or `severity` that somebody is named for, or write a Route.';
const MEANT = 'To say that the default receiver is meant, name it as `alertmanager.notify.default` in aami.yaml.';

/** What is not known of the labels may be what a route asks for. */
function mayBeRouted({ routes }: Repo, alert: string, labels: Labels, ofGroup: boolean): boolean {
  const known = new Map([...Object.entries(labels).filter(([, value]) => !value.includes('{{')), ['alertname', alert]]);
  return routes.some(
    ({ matches, position }) =>
      (position === 'before' || !ofGroup) &&
      matches.every((matcher) => {
        const value = known.get(matcher.label);
        return value === undefined || matcherAccepts(matcher, value);
      }),
  );
}

function namesNobody({ project: { alertmanager }, groups, routes }: Repo): boolean {
  const empty = ({ receivers }: Notify): boolean => Object.keys(receivers).length === 0;
  const all = [
    alertmanager.notify,
    ...alertmanager.namespaces.values(),
    ...[...groups.values()].map(({ notify }) => notify),
  ];
  return all.every(empty) && routes.length === 0;
}

interface Tree {
  readonly top: Group;
  readonly rules: readonly ConcreteRule[];
}

/** The highest groups below which there is something untold in every group that has rules. */
function trees(untold: ReadonlyMap<Group, readonly ConcreteRule[]>): Tree[] {
  const told = new Set([...untold].flatMap(([group, rules]) => (rules.length > 0 ? [] : [...group.ancestors, group])));
  const tops = new Map<Group, ConcreteRule[]>();
  for (const [group, rules] of untold) {
    if (rules.length === 0) continue;
    const top = [...group.ancestors, group].find((one) => !told.has(one)) ?? group;
    const known = tops.get(top);
    if (known === undefined) tops.set(top, [...rules]);
    else known.push(...rules);
  }
  return [...tops].map(([top, rules]) => ({ top, rules }));
}

const placeOf = (top: Group): string => `the group \`${top.id}\``;

/** `HighCPUUsage`, `HighCPUUsage and NodeDown`, `HighCPUUsage, NodeDown and 3 more`. */
function named(rules: readonly { readonly alert: string }[]): string {
  const [first = '', second, ...more] = [...new Set(rules.map(({ alert }) => alert))];
  if (second === undefined) return first;
  return more.length === 0 ? `${first} and ${second}` : `${first}, ${second} and ${more.length} more`;
}

interface UntoldFile {
  readonly first: StaticAlert;
  readonly alerts: readonly StaticAlert[];
}

function untoldFiles(repo: Repo, ownerships: Ownerships): UntoldFile[] {
  const files = new Map<string, StaticAlert[]>();
  for (const alert of staticAlerts(repo.staticRules)) {
    if (!isUntold(alert, repo, ownerships)) continue;
    const { file } = alert.origin.document;
    files.set(file, [...(files.get(file) ?? []), alert]);
  }
  return [...files.values()].flatMap((alerts) => alerts.slice(0, 1).map((first) => ({ first, alerts })));
}

/** Whoever it may belong to, as far as its labels tell. */
function isUntold({ alert, labels, expr }: StaticAlert, repo: Repo, ownerships: Ownerships): boolean {
  const { group_id: id, severity = '' } = labels;
  const classes = severity.includes('{{') ? ALERT_CLASSES : [alertClass(severity)];
  const ofNoGroup = [ownerships.fleet, ...ownerships.namespaces.values()];
  const group = id === undefined ? undefined : repo.groups.get(id);
  const own = group === undefined ? undefined : ownerships.groups.get(group);
  const unknown = id === undefined ? droppedBy(resultLabels(expr), 'group_id') === null : id.includes('{{');
  const owners = own !== undefined ? [own] : unknown ? [...ofNoGroup, ...ownerships.groups.values()] : ofNoGroup;
  const nobody = owners.every((ownership) => classes.every((one) => ownership[one].origin === null));
  return nobody && !mayBeRouted(repo, alert, labels, own !== undefined);
}
