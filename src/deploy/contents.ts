import { isListOf, isMapping, isText, parseJson } from '../diff/output/shape.js';
import { readGenerated } from '../diff/output/written-yaml.js';
import { RULES_FOLDER } from '../emit/rules/index.js';
import { SD_FOLDER } from '../emit/sd/index.js';

export const CONTENT_KINDS = ['rules', 'targets', 'checks'] as const;
export type ContentKind = (typeof CONTENT_KINDS)[number];

/** How many there are of each rule, target and check, by what people know it by. */
export type Contents = Readonly<Record<ContentKind, ReadonlyMap<string, number>>>;

/** @param files of a build: text by path. What cannot be read counts as nothing. */
export function contentsOf(files: Iterable<readonly [path: string, text: string]>): Contents {
  const rules = new Map<string, number>();
  const targets = new Map<string, number>();
  const checks = new Map<string, number>();
  const count = (into: Map<string, number>, ...key: readonly string[]): void => {
    const name = key.join(' ');
    into.set(name, (into.get(name) ?? 0) + 1);
  };
  for (const [path, text] of files) {
    if (path.startsWith(`${RULES_FOLDER}/`)) for (const name of ruleNames(text)) count(rules, path, name);
    else if (path.startsWith(`${SD_FOLDER}/`)) for (const name of addresses(text)) count(targets, jobOf(path), name);
    else if (path.startsWith('checks/')) for (const name of checkNames(text)) count(checks, path, name);
  }
  return { rules, targets, checks };
}

const jobOf = (path: string): string => path.slice(0, path.lastIndexOf('/'));

function ruleNames(text: string): string[] {
  const value = readGenerated(text);
  if (!isMapping(value) || !isListOf(value.groups, isMapping)) return [];
  return value.groups.flatMap(({ rules }) =>
    isListOf(rules, isMapping) ? rules.flatMap(({ alert, record }) => [alert, record].filter(isText)) : [],
  );
}

function addresses(text: string): string[] {
  const value = parseJson(text);
  if (!isListOf(value, isMapping)) return [];
  return value.flatMap(({ targets }) => (isListOf(targets, isText) ? [...targets] : []));
}

function checkNames(text: string): string[] {
  const value = parseJson(text);
  return isListOf(value, isMapping) ? value.flatMap(({ name }) => (isText(name) ? [name] : [])) : [];
}
