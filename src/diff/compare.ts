import { alertChanges } from './alerts.js';
import { causesBetween } from './causes.js';
import { checkChanges } from './checks.js';
import { changedCoverage } from './coverage.js';
import { expressions } from './expressions.js';
import { filesChange } from './files.js';
import { groupChanges } from './groups.js';
import { maintenanceChanges } from './maintenances.js';
import { notifiedChanges } from './notified.js';
import { placesOf } from './places.js';
import { receiverChanges } from './receivers.js';
import { narrowsByRegex } from './regions.js';
import { findRenames } from './renames.js';
import { routeChanges } from './routes.js';
import { ruleComparer } from './rule-values.js';
import { settingsChanges } from './settings.js';
import type { Snapshot } from './snapshot.js';
import { stateLosses } from './state.js';
import { staticRuleChanges } from './static-rules.js';
import { targetChanges } from './targets.js';
import type { FleetDiff } from './types.js';
import { unclearChanges, weakenings } from './weakened.js';
import { placer } from './where.js';

/** What one state of a repo does to the fleet that another did not. Pure, and of meaning alone: no text is compared. */
export async function compareSnapshots(before: Snapshot, after: Snapshot): Promise<FleetDiff> {
  const sides = { before: placesOf(before, 'before'), after: placesOf(after, 'after') };
  const place = placer(before, after);
  const renames = findRenames(before, after, sides.after);
  const texts = expressions();
  const regexes = narrowsByRegex([...before.rules, ...after.rules])
    ? (await import('../resolve/regex-regions.js')).regexRegions
    : null;

  const pairs = changedCoverage(before, after, renames.alert, regexes);
  const surviving = new Set(after.rules.map((rule) => rule.template));
  const alerts = alertChanges(pairs, {
    compare: ruleComparer(texts, sides),
    causes: causesBetween('alert', before, after, sides),
    sides,
    place,
    survives: (template) => surviving.has(template),
  });
  const { changes: checks, scripts } = checkChanges(before, after, {
    renamed: renames.check,
    causes: causesBetween('check', before, after, sides),
    sides,
    place,
  });
  const { changes: targets, newSeries } = targetChanges(before, after, place);
  const staticRules = staticRuleChanges(before, after, texts);
  const notified = notifiedChanges(before, after, sides, place, renames.alert);
  const maintenances = maintenanceChanges(before, after, sides, place);
  const sections = { alerts, notified, maintenances, checks, targets, staticRules };
  return {
    weakened: weakenings(sections),
    unclear: unclearChanges(sections),
    ...sections,
    receivers: receiverChanges(before, after, sides),
    routes: routeChanges(before, after, sides),
    scripts: scripts.length === 0 ? [] : await scriptChanges(scripts),
    groups: groupChanges(before, after),
    renamed: renames.list,
    settings: settingsChanges(before, after),
    stateLost: stateLosses(pairs, newSeries, { before, after }, place),
    files: filesChange(before, after),
  };
}

async function scriptChanges(scripts: ReturnType<typeof checkChanges>['scripts']): Promise<FleetDiff['scripts']> {
  const { scriptChange } = await import('./scripts.js');
  return scripts.map(scriptChange);
}
