import { finding } from '../diagnostics/codes.js';
import type { Finding, Staged } from '../diagnostics/finding.js';
import { didYouMean } from '../diagnostics/nearest.js';
import type { InhibitsDocument } from '../schema/documents.js';
import { below, spanOf } from '../source/positions.js';
import type { Origin } from '../source/types.js';
import type { MayExist } from './broken.js';
import { alertMatchers } from './matchers.js';
import { sortedMap } from './order.js';
import type { AlertTemplate, Inhibits } from './types.js';

type Templates = ReadonlyMap<string, AlertTemplate>;

/** What a template says under `inhibits`. */
export function inhibitsOf(raw: InhibitsDocument | undefined, origin: Origin): Staged<Inhibits | null> {
  if (raw === undefined) return { value: null, findings: [] };
  const when = alertMatchers(raw.when, below(origin, 'when'));
  const equal = [...new Set(raw.equal)];
  return { value: { alerts: raw.alerts, equal, when: when.value, origin }, findings: when.findings };
}

/** Names of alerts that do not exist, and alerts that would silence themselves in the end. */
export function checkInhibited(templates: Templates, mayExist: MayExist): Finding[] {
  const named = [...templates.values()].flatMap((template) => unknownAlerts(template, templates, mayExist));
  return [...named, ...cyclesOf(sortedMap(templates)).map(cycleFinding)];
}

function unknownAlerts({ inhibits }: AlertTemplate, templates: Templates, mayExist: MayExist): Finding[] {
  if (inhibits === null || inhibits.alerts === 'all') return [];
  return inhibits.alerts.flatMap((name, index) => {
    if (templates.has(name) || mayExist('AlertTemplate', name)) return [];
    const place = spanOf(below(inhibits.origin, 'alerts', index));
    const hint = didYouMean(name, templates.keys());
    return [finding('reference/unknown-template', `There is no AlertTemplate \`${name}\``, place, { hint })];
  });
}

/** The templates that a template inhibits by name. `all` gives way to whatever inhibits it, so it is in no cycle. */
function namedBy({ inhibits }: AlertTemplate, templates: Templates): AlertTemplate[] {
  if (inhibits === null || inhibits.alerts === 'all') return [];
  return inhibits.alerts.flatMap((name) => templates.get(name) ?? []);
}

/** Those that inhibit a template, directly or by way of others. */
export function inhibitorsOf(template: AlertTemplate, templates: Templates): ReadonlySet<AlertTemplate> {
  const found = new Set<AlertTemplate>();
  const queue = [template];
  for (const one of queue) {
    for (const other of templates.values()) {
      if (other === template || found.has(other)) continue;
      if (other.inhibits?.alerts !== 'all' && !namedBy(other, templates).includes(one)) continue;
      found.add(other);
      queue.push(other);
    }
  }
  return found;
}

/** Alerts that inhibit each other are all silent when all fire. One cycle from each template that begins one. */
function cyclesOf(templates: Templates): AlertTemplate[][] {
  const cycles: AlertTemplate[][] = [];
  const done = new Set<AlertTemplate>();
  const walk = (path: readonly AlertTemplate[], template: AlertTemplate): void => {
    const from = path.indexOf(template);
    if (from >= 0) cycles.push(path.slice(from));
    if (from >= 0 || done.has(template)) return;
    for (const next of namedBy(template, templates)) walk([...path, template], next);
    done.add(template);
  };
  for (const template of templates.values()) walk([], template);
  return cycles;
}

function cycleFinding(cycle: readonly AlertTemplate[]): Finding {
  const [first, ...rest] = cycle;
  const names = cycle.map(({ name }) => `\`${name}\``);
  const message =
    rest.length === 0
      ? `${names[0]} inhibits itself`
      : `These alerts inhibit each other: ${[...names, names[0]].join(' → ')}`;
  return finding('reference/inhibition-cycle', message, first === undefined ? null : placeOf(first), {
    related: rest.map((template) => ({ span: placeOf(template), message: 'which inhibits the next' })),
    hint: 'Take a name away where the alert still says something new.',
  });
}

const placeOf = ({ origin, inhibits }: AlertTemplate) => spanOf(below(inhibits?.origin ?? origin, 'alerts'));
