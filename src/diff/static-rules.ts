import { parse } from 'yaml';
import { byCodeUnit } from '../diagnostics/order.js';
import { STATIC_RULES_FOLDER } from '../emit/rules/index.js';
import type { Json } from '../model/types.js';
import { durationSeconds } from '../template/index.js';
import type { Expressions } from './expressions.js';
import type { Snapshot } from './snapshot.js';
import type { Effect, StaticRuleChange, ValueChange } from './types.js';

/** A hand-written rule, as far as it can be understood: Prometheus itself has accepted it, or will say so. */
interface StaticRule {
  readonly type: 'alert' | 'record';
  readonly name: string;
  readonly file: string;
  readonly ruleGroup: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly values: ReadonlyMap<string, string>;
}

/** Hand-written rules, by name: those of one name are told apart by their labels, then by their order. */
export function staticRuleChanges(before: Snapshot, after: Snapshot, expressions: Expressions): StaticRuleChange[] {
  const files = new Set([...staticFiles(before), ...staticFiles(after)]);
  const touched = [...files].filter((path) => before.files.get(path) !== after.files.get(path));
  const old = touched.flatMap((path) => rulesOf(path, before.files.get(path)));
  const now = touched.flatMap((path) => rulesOf(path, after.files.get(path)));
  const changes: StaticRuleChange[] = [];
  const left = [...now];
  for (const rule of old) {
    const match = bestMatch(rule, left, old);
    if (match === undefined) changes.push(oneSided('removed', rule));
    else {
      left.splice(left.indexOf(match), 1);
      changes.push(...changed(rule, match, expressions));
    }
  }
  changes.push(...left.map((rule) => oneSided('added', rule)));
  const key = (change: StaticRuleChange): string => JSON.stringify([change.name, change.file]);
  return changes.sort((a, b) => byCodeUnit(key(a), key(b)));
}

const staticFiles = ({ files }: Snapshot): string[] =>
  [...files.keys()].filter((path) => path.startsWith(`${STATIC_RULES_FOLDER}/`));

function rulesOf(path: string, text: string | undefined): StaticRule[] {
  const file = path.slice(STATIC_RULES_FOLDER.length + 1);
  return listOf(fieldOf(text === undefined ? null : parse(text), 'groups')).flatMap((group) =>
    listOf(fieldOf(group, 'rules')).flatMap((rule): StaticRule[] => {
      const type = fieldOf(rule, 'alert') === undefined ? 'record' : 'alert';
      const labels = { ...textsOf(fieldOf(group, 'labels')), ...textsOf(fieldOf(rule, 'labels')) };
      const values = new Map<string, string>();
      for (const key of ['expr', 'for', 'keep_firing_for']) {
        const value = fieldOf(rule, key);
        if (value !== undefined && value !== null) values.set(key, String(value).trim());
      }
      for (const key of ['interval', 'limit', 'query_offset']) {
        const value = fieldOf(group, key);
        if (value !== undefined && value !== null) values.set(`group ${key}`, String(value));
      }
      for (const [name, value] of Object.entries(labels)) values.set(`labels.${name}`, value);
      for (const [name, value] of Object.entries(textsOf(fieldOf(rule, 'annotations'))))
        values.set(`annotations.${name}`, value);
      return [
        {
          type,
          name: String(fieldOf(rule, type) ?? ''),
          file,
          ruleGroup: String(fieldOf(group, 'name') ?? ''),
          labels,
          values,
        },
      ];
    }),
  );
}

/** The same rule elsewhere counts, and one that stays as it is goes before one that only shares the name. */
function bestMatch(
  rule: StaticRule,
  candidates: readonly StaticRule[],
  all: readonly StaticRule[],
): StaticRule | undefined {
  const named = candidates.filter(({ type, name }) => type === rule.type && name === rule.name);
  const identical = named.find((other) => identity(other) === identity(rule));
  if (identical !== undefined) return identical;
  const taken = new Set(all.map(identity));
  const free = named.filter((other) => !taken.has(identity(other)));
  return free.find((other) => JSON.stringify(other.labels) === JSON.stringify(rule.labels)) ?? free[0];
}

/** What Prometheus knows a rule by. */
const identity = ({ type, name, file, ruleGroup, labels }: StaticRule): string =>
  JSON.stringify([type, name, file, ruleGroup, Object.entries(labels).sort()]);

function changed(before: StaticRule, after: StaticRule, expressions: Expressions): StaticRuleChange[] {
  const paths = [...new Set([...before.values.keys(), ...after.values.keys()])].sort(byCodeUnit);
  const values = paths.flatMap((path): ValueChange[] => {
    const [old, now] = [before.values.get(path) ?? null, after.values.get(path) ?? null];
    if (old === now || (path === 'expr' && expressions.same(old ?? '', now ?? ''))) return [];
    if (isDuration(path) && seconds(old) === seconds(now)) return [];
    const effect = before.type === 'record' ? ofRecord(path) : effectOf(path, old, now, expressions);
    return [{ path, before: old, after: now, beforeAt: null, afterAt: null, reason: null, effect }];
  });
  const stateLost = after.type === 'alert' && identity(before) !== identity(after);
  if (values.length === 0 && !stateLost) return [];
  const { type, name, file } = after;
  const weaker = values.filter(({ effect }) => effect === 'weaker').map(({ path }) => path);
  const weakens: StaticRuleChange['weakens'] = [
    ...(weaker.includes('labels.severity') ? (['severity-lowered'] as const) : []),
    ...(weaker.includes('for') ? (['for-lengthened'] as const) : []),
    ...(weaker.includes('expr') ? (['threshold-quieter'] as const) : []),
  ];
  return [{ kind: 'changed', type, name, file, values, stateLost, weakens: type === 'alert' ? weakens : [] }];
}

function effectOf(path: string, before: string | null, after: string | null, expressions: Expressions): Effect {
  if (path === 'expr') return expressions.effect(before ?? '', after ?? '');
  if (path === 'for') return seconds(after) > seconds(before) ? 'weaker' : 'stronger';
  if (path !== 'labels.severity') return 'neutral';
  const rank = (severity: string | null): number => ['critical', 'warning', 'info'].indexOf(severity ?? '');
  if (rank(before) < 0 || rank(after) < 0) return 'neutral';
  return rank(after) > rank(before) ? 'weaker' : 'stronger';
}

/** What a recorded series means to those who read it, nobody knows. */
const ofRecord = (path: string): Effect => (path === 'expr' ? 'unclear' : 'neutral');

const isDuration = (path: string): boolean =>
  ['for', 'keep_firing_for', 'group interval', 'group query_offset'].includes(path);

const seconds = (duration: string | null): number => durationSeconds(duration ?? '0s') ?? 0;

function oneSided(kind: 'added' | 'removed', { type, name, file, values }: StaticRule): StaticRuleChange {
  const weakens = kind === 'removed' && type === 'alert' ? (['static-alert-removed'] as const) : [];
  const shown = ['expr', 'for', 'labels.severity'].flatMap((path): ValueChange[] => {
    const value: Json = values.get(path) ?? null;
    if (value === null) return [];
    const [before, after] = kind === 'added' ? [null, value] : [value, null];
    return [{ path, before, after, beforeAt: null, afterAt: null, reason: null, effect: 'neutral' }];
  });
  return { kind, type, name, file, values: shown, stateLost: false, weakens };
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined;
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function textsOf(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).map(([name, text]) => [name, String(text)]));
}
