import type { SnapshotCheck } from '../snapshot.js';
import { isJsonObject, isListOf, isMapping, isText, type Mapping, parseJson } from './shape.js';

const CHECKS_FOLDER = 'checks/';

/** The checks of each target, by its id; targets with the same bundle share one list. */
export function readChecks(
  files: ReadonlyMap<string, string>,
  trouble: (path: string) => void,
): Map<string, readonly SnapshotCheck[]> {
  const lists = new Map<string, readonly SnapshotCheck[] | null>();
  const checks = new Map<string, readonly SnapshotCheck[]>();
  for (const [path, text] of files) {
    if (!path.startsWith(CHECKS_FOLDER) || !path.endsWith('.json')) continue;
    const known = lists.get(text);
    const list = known === undefined ? checksOf(text) : known;
    lists.set(text, list);
    if (list === null) trouble(path);
    checks.set(path.slice(CHECKS_FOLDER.length, -'.json'.length), list ?? []);
  }
  return checks;
}

function checksOf(text: string): readonly SnapshotCheck[] | null {
  const entries = parseJson(text);
  if (!isListOf(entries, isMapping)) return null;
  const checks = entries.map(checkOf);
  return checks.every(isCheck) ? checks : null;
}

const isCheck = (check: SnapshotCheck | null): check is SnapshotCheck => check !== null;

function checkOf(entry: Mapping): SnapshotCheck | null {
  const { name, config, args, interval, timeout, version, language, script_content: script } = entry;
  const { user = null, metrics = null } = entry;
  const texts = [name, interval, timeout, version, language, script];
  if (!isListOf(texts, isText) || !isJsonObject(config) || !isListOf(args, isText)) return null;
  if (!(user === null || isText(user)) || !(metrics === null || isJsonObject(metrics))) return null;
  const [own = '', every = '', limit = '', number = '', tongue = '', content = ''] = texts;
  return {
    name: own,
    config,
    interval: every,
    timeout: limit,
    args,
    version: number,
    language: tongue,
    user,
    metrics,
    script: content,
    resolved: null,
  };
}
