import { amount, thousands } from '../../diagnostics/amounts.js';
import type {
  FieldChange,
  FilesChange,
  FleetDiff,
  GroupChange,
  ReceiverChange,
  Rename,
  RouteChange,
  ScriptChange,
  StateLoss,
} from '../types.js';
import { alertItem, checkItem, maintenanceItem, notifiedItem, staticRuleItem, targetItem } from './changes.js';
import { fieldDetail, scriptDetail } from './details.js';
import type { HostFolder } from './hosts.js';
import type { Item, Mark, Section } from './outline.js';
import { listed, name, path, place } from './phrase.js';
import { tallyOf, tallyOfCoverage, tallyOfTargets } from './tally.js';
import { groupsOf, idsOf, nameAndId, onTargets, runBy } from './wording.js';

/** Every section that has something to say, in the order in which it is read. */
export function sectionsOf(diff: FleetDiff, fold: HostFolder): readonly Section[] {
  const {
    alerts,
    notified,
    receivers,
    routes,
    maintenances,
    checks,
    scripts,
    targets,
    groups,
    staticRules,
    renamed,
    settings,
    stateLost,
    files,
  } = diff;
  const sections = [
    section(
      'Alerts',
      tallyOfCoverage(alerts, (change) => change.alerts),
      alerts,
      (one) => alertItem(one, fold),
    ),
    section('Who is told', amount(notified.length, 'change'), notified, (one) => notifiedItem(one, fold)),
    section('Receivers', tallyOf(receivers), receivers, receiverItem),
    section('Routes', tallyOf(routes), routes, routeItem),
    section('Maintenances', tallyOf(maintenances), maintenances, (one) => maintenanceItem(one, fold)),
    section(
      'Checks',
      tallyOfCoverage(checks, (change) => change.checks),
      checks,
      (one) => checkItem(one, fold),
    ),
    section('Scripts', `${thousands(scripts.length)} changed`, scripts, scriptItem),
    section('Targets', tallyOfTargets(targets), targets, (one) => targetItem(one, fold)),
    section('Groups', tallyOf(groups), groups, groupItem),
    section('Static rules', tallyOf(staticRules), staticRules, staticRuleItem),
    section('Templates', `${thousands(renamed.length)} renamed`, renamed, renameItem),
    section('Settings', `${thousands(settings.length)} changed`, settings, settingItem),
    section('Pending and firing state', lossesOf(stateLost), stateLost, (one) => stateLossItem(one, fold)),
    filesSection(files),
  ];
  return sections.filter((one) => one !== null);
}

function section<T>(title: string, tally: string, changes: readonly T[], item: (change: T) => Item): Section | null {
  return changes.length === 0 ? null : { title, tally, items: changes.map(item) };
}

/** An item that is neither good nor bad. */
function plain(mark: Mark, title: Item['title'], details: Item['details'] = []): Item {
  return { heading: null, mark, tone: 'plain', title, details };
}

function scriptItem({ check, count, hunks }: ScriptChange): Item {
  return plain('changed', [name(check), runBy(count)], [scriptDetail(hunks)]);
}

function groupItem({ kind, id, name: called, fields }: GroupChange): Item {
  return plain(kind, nameAndId(called, id), fields.map(fieldDetail));
}

function receiverItem({ kind, name: called, at }: ReceiverChange): Item {
  return plain(kind, [name(called), ', ', place(at)]);
}

function routeItem({ kind, name: called, fields, at }: RouteChange): Item {
  return plain(kind, [name(called), ', ', place(at)], kind === 'removed' ? [] : fields.map(fieldDetail));
}

function renameItem({ kind, before, after, at }: Rename): Item {
  const where = at === null ? [] : [', ', place(at)];
  return plain('changed', [`${kind} `, name(before), ' → ', name(after), ...where]);
}

function settingItem(field: FieldChange): Item {
  const { label, phrase, lines } = fieldDetail(field);
  const mark = field.before === null ? 'added' : field.after === null ? 'removed' : 'changed';
  const details = lines.length === 0 ? [] : [{ label: null, phrase: [], lines }];
  return plain(mark, [...(label === null ? [] : [label, ' ']), ...phrase], details);
}

const MOST_ALERTS = 20;
const ROOM_FOR_HOSTS = 200;

function stateLossItem({ alerts, because, where }: StateLoss, fold: HostFolder): Item {
  const names = listed(
    alerts.map((one) => [name(one)]),
    MOST_ALERTS,
  );
  return {
    heading: groupsOf(where),
    mark: 'changed',
    tone: 'unclear',
    title: [...names, ...onTargets(idsOf(where), fold, ROOM_FOR_HOSTS)],
    details: because.map(fieldDetail),
  };
}

function lossesOf(losses: readonly StateLoss[]): string {
  const alerts = new Set(losses.flatMap((loss) => loss.alerts));
  return `lost at the reload by ${thousands(alerts.size)} ${alerts.size === 1 ? 'alert' : 'alerts'}`;
}

const MOST_FILES = 10;

/** Few are named, many are only counted. */
function filesSection({ added, changed, removed }: FilesChange): Section | null {
  const kinds: readonly (readonly [Mark, readonly string[]])[] = [
    ['removed', removed],
    ['changed', changed],
    ['added', added],
  ];
  const all = kinds.flatMap(([kind, paths]) => paths.map((one) => ({ kind, path: one })));
  const named = all.length <= MOST_FILES ? all.map((one) => plain(one.kind, [path(one.path)])) : [];
  return all.length === 0 ? null : { title: 'Output files', tally: tallyOf(all), items: named };
}
