import { isText, type Mapping } from '../diff/output/shape.js';
import { configPart, namedParts } from './config-parts.js';
import { type IsDefault, valueDrift } from './config-values.js';
import { compareRoutes } from './routes.js';
import type { ConfigDrift, FieldDrift } from './types.js';

/**
 * What the configuration of an Alertmanager differs in from the one that was built; it shows its own defaults as well. Of
 * what the build leaves to a default in the settings of a receiver, only `send_resolved` is known.
 */
export function compareAlertmanagerConfig(built: Mapping, running: Mapping): readonly ConfigDrift[] {
  return [
    ...configPart('global', built.global, running.global, globalDefaults),
    ...configPart('templates', { templates: built.templates }, { templates: running.templates }, never),
    ...compareRoutes(built.route, running.route),
    ...namedParts('receiver', 'name', built.receivers, running.receivers, compareReceiver),
    ...configPart('inhibit_rules', list(built.inhibit_rules), list(running.inhibit_rules), never),
    ...namedParts('time interval', 'name', intervalsOf(built), intervalsOf(running), (one, other) =>
      valueDrift(one, other, never),
    ),
  ];
}

const never: IsDefault = () => false;
const globalDefaults: IsDefault = (path, value) => path.at(-1) !== 'resolve_timeout' || value === '5m';

const list = (items: unknown): Mapping => ({ inhibit_rules: items });

/** Alertmanager has two lists of them, one from before 0.24. */
const intervalsOf = ({ time_intervals: intervals, mute_time_intervals: mutes }: Mapping): readonly unknown[] =>
  [intervals, mutes].flatMap((one) => (Array.isArray(one) ? one : []));

/** What each kind of integration does by itself when an alert is over. */
const SEND_RESOLVED: Readonly<Record<string, string>> = {
  email_configs: 'false',
  slack_configs: 'false',
  wechat_configs: 'false',
};

/** Integrations are compared in their order: they have no names. One that is only on one side is shown by its kind. */
function compareReceiver(built: Mapping, running: Mapping): readonly FieldDrift[] {
  return valueDrift(built, running, (path, value) => {
    const [kind = '', ...inner] = path;
    if (inner.length === 0) return false;
    if (inner.length > 1 || inner[0] !== 'send_resolved') return true;
    return isText(value) && value === (SEND_RESOLVED[kind] ?? 'true');
  });
}
