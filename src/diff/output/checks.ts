import type { SnapshotCheck } from '../snapshot.js';
import { isJsonObject, isListOf, isMapping, isText, parseJson } from './shape.js';

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
  const checks: SnapshotCheck[] = [];
  for (const { name, config, args, interval, timeout, version, language, script_content: script } of entries) {
    const texts = [name, interval, timeout, version, language, script];
    if (!isListOf(texts, isText) || !isJsonObject(config) || !isListOf(args, isText)) return null;
    const [own = '', every = '', limit = '', number = '', tongue = '', content = ''] = texts;
    checks.push({
      name: own,
      config,
      interval: every,
      timeout: limit,
      args,
      version: number,
      language: tongue,
      script: content,
      resolved: null,
    });
  }
  return checks;
}
