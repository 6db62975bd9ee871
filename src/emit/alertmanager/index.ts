import type { MaintenanceTime, Receiver } from '../../model/types.js';
import { resolveOwnerships } from '../../resolve/ownership.js';
import type { Emitted, Emitter } from '../emitter.js';
import { header } from '../header.js';
import { writeYaml, type YamlMapping } from '../yaml.js';
import { inhibitMapping, inhibitRules } from './inhibit.js';
import { alertmanagerMatcher } from './matcher.js';
import { type Route, routeTree } from './tree.js';

export const ALERTMANAGER_CONFIG = 'alertmanager/alertmanager.yml';

/** alertmanager.yml, where the project names a default receiver. */
export const emitAlertmanager: Emitter = (input): Emitted => {
  const { repo } = input.model;
  const ownerships = resolveOwnerships(repo);
  if (ownerships === null) return { files: [], findings: [] };
  const { project, receivers, routes, groups } = repo;
  const { global, templates, origin } = project.alertmanager;
  const schedules = repo.maintenances.filter(({ time }) => time.kind === 'schedule');
  const inhibitions = inhibitRules(input);
  const config: YamlMapping = {
    global: Object.keys(global).length === 0 ? undefined : global,
    templates: templates.length === 0 ? undefined : templates,
    route: routeMapping(routeTree(repo, ownerships)),
    receivers: [...receivers.values()].map(receiverMapping),
    inhibit_rules: inhibitions.length === 0 ? undefined : inhibitions.map(inhibitMapping),
    time_intervals: schedules.length === 0 ? undefined : schedules.map(({ name, time }) => scheduleMapping(name, time)),
  };
  const owners = [project, ...receivers.values(), ...routes, ...groups.values(), ...schedules];
  const content = header(owners.map((one) => one.origin.document.file)) + writeYaml(config);
  return { files: [{ file: { path: ALERTMANAGER_CONFIG, content, origins: [] }, claimedBy: origin }], findings: [] };
};

function receiverMapping({ name, integrations }: Receiver): YamlMapping {
  return { name, ...integrations };
}

function scheduleMapping(name: string, time: MaintenanceTime): YamlMapping {
  const intervals = time.kind === 'schedule' ? time.intervals : [];
  return {
    name,
    time_intervals: intervals.map(({ times, ...rest }) => ({ times: times?.map((one) => ({ ...one })), ...rest })),
  };
}

function routeMapping({ matchers, receiver, continues, timing, mutes, routes }: Route): YamlMapping {
  return {
    matchers:
      matchers.length === 0
        ? undefined
        : matchers.map((matcher) => (typeof matcher === 'string' ? matcher : alertmanagerMatcher(matcher))),
    receiver: receiver ?? undefined,
    continue: continues ? true : undefined,
    ...timing,
    mute_time_intervals: mutes.length === 0 ? undefined : mutes,
    routes: routes.length === 0 ? undefined : routes.map(routeMapping),
  };
}
