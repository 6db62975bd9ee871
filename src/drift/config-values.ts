import { byCodeUnit } from '../diagnostics/order.js';
import { isSecretAddress, SECRET_NAME } from '../diagnostics/secrets.js';
import { isMapping, isText, type Mapping } from '../diff/output/shape.js';
import { parseRouteMatchers } from '../model/route-matchers.js';
import { durationSeconds } from '../template/index.js';
import { fieldDrift } from './fields.js';
import type { FieldDrift } from './types.js';

/**
 * Whether a server fills in such a value by itself where its configuration says nothing.
 *
 * @param path keys from the part of the configuration down; items of lists have the key of their list
 */
export type IsDefault = (path: readonly string[], value: unknown) => boolean;

/** What differs in a part of a configuration, by the path of each value. */
export function valueDrift(built: unknown, running: unknown, isDefault: IsDefault): readonly FieldDrift[] {
  // A part that is not built at all is shown nevertheless, with the defaults of its values.
  if (tidy([], built) === undefined && isMapping(running)) return compareMappings([], {}, running, isDefault);
  return compare([], built, running, isDefault);
}

function compare(path: readonly string[], built: unknown, running: unknown, isDefault: IsDefault): FieldDrift[] {
  const [one, other] = [tidy(path, built), tidy(path, running)];
  if (one === undefined && (other === undefined || isDefault(path, other))) return [];
  if (isMapping(one) && isMapping(other)) return compareMappings(path, one, other, isDefault);
  if (Array.isArray(one) && Array.isArray(other) && one.length === other.length && one.every(isMapping))
    return one.flatMap((item, at) => compare(path, item, other[at], isDefault));
  if (same(path, one, other)) return [];
  return [...fieldDrift(path.join('.'), shown(path, one), shown(path, other))];
}

function compareMappings(
  path: readonly string[],
  built: Mapping,
  running: Mapping,
  isDefault: IsDefault,
): FieldDrift[] {
  const names = [...new Set([...Object.keys(built), ...Object.keys(running)])].sort(byCodeUnit);
  return names.flatMap((name) => compare([...path, name], own(built, name), own(running, name), isDefault));
}

const own = (mapping: Mapping, name: string): unknown => (Object.hasOwn(mapping, name) ? mapping[name] : undefined);

/** Mappings whose keys an author chooses, so that what stands there is a text and no duration. */
const FREE = new Set(['external_labels', 'labels', 'params', 'headers', 'details', 'http_headers']);

/** Nothing at all in whatever form is undefined; names of mail headers have no case. */
function tidy(path: readonly string[], value: unknown): unknown {
  if (value === null || value === '') return undefined;
  if (Array.isArray(value)) return value.length === 0 ? undefined : value;
  if (!isMapping(value)) return value;
  if (Object.keys(value).length === 0) return undefined;
  if (path.at(-1) !== 'headers') return value;
  return Object.fromEntries(Object.entries(value).map(([name, text]) => [name.toLowerCase(), text]));
}

/** Lists without an order. */
const SETS = new Set(['group_by', 'equal', 'rule_files', 'files', 'templates', 'mute_time_intervals']);
const MATCHERS = new Set(['matchers', 'source_matchers', 'target_matchers']);
/** What a server makes relative to the folder of its configuration. */
const PATHS = new Set(['rule_files', 'files', 'templates']);

function same(path: readonly string[], built: unknown, running: unknown): boolean {
  const key = path.at(-1) ?? '';
  if (Array.isArray(built) && Array.isArray(running)) return sameLists(path, built, running);
  if (!isText(built) || !isText(running)) return false;
  if (built === running || running === HIDDEN) return true;
  if (path.slice(0, -1).some((step) => FREE.has(step))) return false;
  if (key.endsWith('_file')) return endsAs(running, built);
  const [one, other] = [durationSeconds(built), durationSeconds(running)];
  if (one !== null && one === other) return true;
  return /:\/\//.test(built) && addressOf(built) === addressOf(running);
}

function sameLists(path: readonly string[], built: readonly unknown[], running: readonly unknown[]): boolean {
  const key = path.at(-1) ?? '';
  if (PATHS.has(key)) {
    return (
      built.length === running.length &&
      built.every((one) => running.some((other) => isText(one) && isText(other) && endsAs(other, one)))
    );
  }
  return JSON.stringify(listOf(key, built)) === JSON.stringify(listOf(key, running));
}

/** A list in the one form that all its spellings have. */
function listOf(key: string, items: readonly unknown[]): readonly unknown[] {
  if (MATCHERS.has(key)) return items.flatMap(matchersOf).sort(byCodeUnit);
  if (SETS.has(key)) return [...items].map(String).sort(byCodeUnit);
  return key === 'months' ? items.map(monthsOf) : items;
}

/** A text that all spellings of one list of matchers share. */
export const matchersKey = (matchers: unknown): string =>
  JSON.stringify(Array.isArray(matchers) ? listOf('matchers', matchers) : []);

function matchersOf(text: unknown): readonly string[] {
  const matchers = isText(text) ? parseRouteMatchers(text) : null;
  return matchers?.map(({ label, op, value }) => JSON.stringify([label, op, value])) ?? [JSON.stringify(text)];
}

const MONTHS = ['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october'];
const ALL_MONTHS = [...MONTHS, 'november', 'december'];

/** `january:march` as the numbers that Alertmanager makes of it. */
function monthsOf(range: unknown): string {
  const ends = String(range).toLowerCase().split(':');
  return ends.map((end) => (ALL_MONTHS.includes(end) ? String(ALL_MONTHS.indexOf(end) + 1) : end)).join(':');
}

const endsAs = (path: string, relative: string): boolean =>
  path === relative || path.endsWith(`/${relative.replace(/^\.\//, '')}`);

function addressOf(text: string): string {
  try {
    return new URL(text).href;
  } catch {
    return text;
  }
}

/** What a server shows in place of a secret. */
const HIDDEN = '<secret>';

/** Alertmanager does not hide every secret, and what is shown lands in logs. */
function shown(path: readonly string[], value: unknown): string | null {
  if (value === undefined) return null;
  return isText(value) ? safe(path.at(-1) ?? '', value) : JSON.stringify(withoutSecrets(path.at(-1) ?? '', value));
}

const safe = (key: string, text: string): string =>
  SECRET_NAME.test(key) || isSecretAddress(text, true) ? HIDDEN : text;

function withoutSecrets(key: string, value: unknown): unknown {
  if (isText(value)) return safe(key, value);
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(key, item));
  if (!isMapping(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withoutSecrets(name, inner)]));
}
