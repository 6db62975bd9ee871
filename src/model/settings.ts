import type { AlertSettingsDocument, LevelsDocument } from '../schema/documents.js';
import type { AlertLayer, AlertSettings, Labels } from './types.js';
import { SEVERITIES } from './types.js';

/** The keys that a template, a policy entry and a level have in common. Absent stays absent: it sets nothing. */
export function settingsOf(raw: AlertSettingsDocument): AlertSettings {
  return {
    ...(raw.config !== undefined && { config: raw.config }),
    ...(raw.for !== undefined && { for: raw.for }),
    ...(raw.keep_firing_for !== undefined && { keepFiringFor: raw.keep_firing_for }),
    ...(raw.severity !== undefined && { severity: raw.severity }),
    ...(raw.labels !== undefined && { labels: raw.labels }),
    ...annotationsOf(raw),
    ...(raw.enabled !== undefined && { enabled: raw.enabled }),
  };
}

/** Settings and their levels, level by level in order of strength. */
export function layerOf(raw: AlertSettingsDocument & { readonly levels?: LevelsDocument }): AlertLayer {
  const { levels } = raw;
  if (levels === undefined) return settingsOf(raw);
  const built = SEVERITIES.flatMap((level) => {
    const settings = levels[level];
    return settings === undefined ? [] : [[level, settingsOf(settings)] as const];
  });
  return { ...settingsOf(raw), levels: Object.fromEntries(built) };
}

/** A runbook is an annotation like any other, by the name that dashboards and receivers know. */
function annotationsOf(raw: AlertSettingsDocument): { annotations?: Labels } {
  if (raw.runbook_url === undefined) return raw.annotations === undefined ? {} : { annotations: raw.annotations };
  return { annotations: { runbook_url: raw.runbook_url, ...raw.annotations } };
}
