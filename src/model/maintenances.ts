import { finding } from '../diagnostics/codes.js';
import type { Finding, Staged } from '../diagnostics/finding.js';
import type { MaintenanceDocument } from '../schema/documents.js';
import { below, spanOf } from '../source/positions.js';
import type { Origin, SourceDocument } from '../source/types.js';
import type { MayExist } from './broken.js';
import { targetMatchers } from './matchers.js';
import { sortedMap, uniqueBy } from './order.js';
import { scopeOf } from './policy-scope.js';
import { timeIntervals } from './schedule.js';
import type { Group, Maintenance, MaintenanceTime, Project, Receiver } from './types.js';

interface RawMaintenance {
  readonly document: SourceDocument;
  readonly value: MaintenanceDocument;
}

interface MaintenanceContext {
  readonly project: Project;
  readonly groups: ReadonlyMap<string, Group>;
  readonly receivers: ReadonlyMap<string, Receiver>;
  readonly mayExist: MayExist;
}

/** When nobody is told, in order of name. What has mistakes is left out. */
export function buildMaintenances(
  raw: readonly RawMaintenance[],
  context: MaintenanceContext,
): Staged<readonly Maintenance[]> {
  const unique = uniqueBy(raw, ({ value }) => value.name, duplicate);
  const built = [...sortedMap(unique.value).values()].map((one) => maintenanceOf(one, context));
  return {
    value: built.flatMap(({ value }) => value ?? []),
    findings: [...unique.findings, ...built.flatMap(({ findings }) => findings)],
  };
}

function maintenanceOf(raw: RawMaintenance, context: MaintenanceContext): Staged<Maintenance | null> {
  const { document, value } = raw;
  const origin: Origin = { document, path: [] };
  const scope = value.groups === undefined ? null : scopeOf(document, { groups: value.groups }, context);
  const targets = targetMatchers(value.targets, below(origin, 'targets'));
  const time = timeOf(value, origin);
  const findings = [
    ...(value.groups === undefined && value.targets === undefined ? [coversNothing(origin)] : []),
    ...(scope?.findings ?? []),
    ...targets.findings,
    ...time.findings,
    ...(time.value?.kind === 'schedule' ? withoutRoutes(context, origin) : []),
  ];
  if (time.value === null || findings.some(({ severity }) => severity === 'error')) return { value: null, findings };
  const groups = scope === null ? null : scope.value?.kind === 'groups' ? scope.value.groups : [];
  const comment = value.comment?.trim() ?? null;
  return { value: { name: value.name, groups, targets: targets.value, time: time.value, comment, origin }, findings };
}

/** Either again and again, or once. */
function timeOf(value: MaintenanceDocument, origin: Origin): Staged<MaintenanceTime | null> {
  const { schedule, start, end } = value;
  const [given] = (['start', 'end'] as const).filter((key) => value[key] !== undefined);
  if (schedule !== undefined && given !== undefined) return bothTimes(given, origin);
  if (schedule !== undefined) {
    const intervals = timeIntervals(schedule, below(origin, 'schedule'));
    return { value: { kind: 'schedule', intervals: intervals.value }, findings: intervals.findings };
  }
  if (start === undefined || end === undefined)
    return missingTime(start === undefined ? 'start' : 'end', given, origin);
  return windowOf(start, end, origin);
}

const YEAR = 366 * 86_400_000;

function windowOf(start: string, end: string, origin: Origin): Staged<MaintenanceTime | null> {
  const unknown = (['start', 'end'] as const)
    .filter((key) => !isInCalendar(key === 'start' ? start : end))
    .map((key) => finding('schema/bad-value', `The day of \`${key}\` does not exist`, spanOf(below(origin, key))));
  if (unknown.length > 0) return { value: null, findings: unknown };
  const value = { kind: 'window', start: Date.parse(start), end: Date.parse(end) } as const;
  const place = spanOf(below(origin, 'end'));
  if (value.end <= value.start) {
    const related = [{ span: spanOf(below(origin, 'start')), message: 'it begins here' }];
    const message = value.end === value.start ? 'The window ends when it begins' : 'The window ends before it begins';
    return { value: null, findings: [finding('schema/bad-value', message, place, { related })] };
  }
  if (value.end - value.start <= YEAR) return { value, findings: [] };
  const hint = 'What is not to be told for good is better muted by a policy, with `enabled: false`.';
  const long = finding('lint/long-maintenance', 'This window is longer than a year', place, { hint });
  return { value, findings: [long] };
}

/** JavaScript takes the 31st of February for the 3rd of March. */
function isInCalendar(moment: string): boolean {
  const [year = 0, month = 0, day = 0] = moment.slice(0, 10).split('-').map(Number);
  return Date.UTC(year, month - 1, day) < Date.UTC(year, month, 1);
}

function bothTimes(second: 'start' | 'end', origin: Origin): Staged<null> {
  const related = [{ span: spanOf(below(origin, 'schedule'), 'key'), message: '`schedule` is given here' }];
  const message = `A Maintenance has a \`schedule\` or a window, not both`;
  const hint = 'Write two documents: one with `schedule`, one with `start` and `end`.';
  const place = spanOf(below(origin, second), 'key');
  return { value: null, findings: [finding('schema/bad-value', message, place, { related, hint })] };
}

function missingTime(missing: string, given: string | undefined, origin: Origin): Staged<null> {
  const found =
    given === undefined
      ? finding('schema/missing-key', 'A Maintenance needs `schedule`, or `start` and `end`', kindOf(origin))
      : finding('schema/missing-key', `A window needs \`${missing}\`, too`, spanOf(below(origin, given), 'key'));
  return { value: null, findings: [found] };
}

function coversNothing(origin: Origin): Finding {
  return finding('schema/missing-key', 'A Maintenance needs `groups` or `targets`', kindOf(origin));
}

/** A schedule stands in alertmanager.yml. Where there are receivers without a default one, that is a finding already. */
function withoutRoutes({ project, receivers }: MaintenanceContext, origin: Origin): Finding[] {
  if (project.alertmanager.defaultReceiver !== null || receivers.size > 0) return [];
  const message = 'Without a default receiver no alertmanager.yml is written, where a schedule belongs';
  return [
    finding('reference/no-default-receiver', message, spanOf(below(origin, 'schedule'), 'key'), {
      hint: 'Name one as `alertmanager.default_receiver` in aami.yaml.',
    }),
  ];
}

const kindOf = (origin: Origin) => spanOf(below(origin, 'kind'));

function duplicate(first: RawMaintenance, second: RawMaintenance): Finding {
  const at = ({ document }: RawMaintenance) => spanOf({ document, path: ['name'] });
  return finding(
    'reference/duplicate-maintenance',
    `The maintenance \`${second.value.name}\` is defined twice`,
    at(second),
    { related: [{ span: at(first), message: 'it is also defined here' }] },
  );
}
