import type { AlertTemplate, ScriptTemplate } from '../model/types.js';
import type { Places } from './places.js';
import type { Snapshot } from './snapshot.js';
import type { Rename } from './types.js';

/** Templates that have another name after the change, and else say the same. */
export interface Renames {
  readonly list: readonly Rename[];
  /** What an alert or a check of the side before is called after the change. */
  readonly alert: (name: string) => string;
  readonly check: (name: string) => string;
}

export function findRenames(before: Snapshot, after: Snapshot, places: Places): Renames {
  const [old, now] = [before.model?.repo, after.model?.repo];
  const alerts = old && now ? pairs(old.alertTemplates, now.alertTemplates, alertContent) : [];
  const checks = old && now ? pairs(old.scriptTemplates, now.scriptTemplates, checkContent) : [];
  const rename =
    (kind: Rename['kind']) =>
    ([one, other]: Pair): Rename => ({ kind, before: one.name, after: other.name, at: places.at(other.origin) });
  const lookUp = (list: readonly Pair[]) => {
    const names = new Map(list.map(([one, other]) => [one.name, other.name]));
    return (name: string): string => names.get(name) ?? name;
  };
  const inUse = new Set(after.rules.map((rule) => rule.template));
  for (const list of after.checks.values()) for (const check of list) inUse.add(check.name);
  return {
    // A template that nothing binds does nothing, whatever it is called.
    list: [...alerts.map(rename('alert')), ...checks.map(rename('check'))].filter((one) => inUse.has(one.after)),
    alert: lookUp(alerts),
    check: lookUp(checks),
  };
}

type Template = AlertTemplate | ScriptTemplate;
type Pair = readonly [before: Template, after: Template];

/** What makes a template the one that it is, from all of it down to its core. */
type Content<T> = (template: T) => readonly [whole: string, core: string];

const alertContent: Content<AlertTemplate> = ({ name, expr, settings, params, category, requires }) => {
  const required = [...requires.exporters, ...requires.checks].map((one) => one.name);
  const whole = [expr, settings, [...params.schemas], category, required];
  return [JSON.stringify(whole).replaceAll(JSON.stringify(name).slice(1, -1), ''), expr];
};

const checkContent: Content<ScriptTemplate> = ({ content, args, settings, params }) => [
  JSON.stringify([content, args, settings, [...params.schemas]]),
  content,
];

/** Only names that are gone and names that are new can belong together, and only where one fits one. */
function pairs<T extends Template>(
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
  contentOf: Content<T>,
): Pair[] {
  let gone = [...before.values()].filter(({ name }) => !after.has(name));
  let fresh = [...after.values()].filter(({ name }) => !before.has(name));
  const found: Pair[] = [];
  for (const part of [0, 1] as const) {
    const key = (template: T): string => contentOf(template)[part];
    for (const one of gone) {
      const alike = fresh.filter((other) => key(other) === key(one));
      const [match] = alike;
      if (match === undefined || alike.length > 1 || gone.filter((other) => key(other) === key(one)).length > 1)
        continue;
      found.push([one, match]);
      fresh = fresh.filter((other) => other !== match);
    }
    gone = gone.filter((one) => !found.some(([known]) => known === one));
  }
  return found;
}
