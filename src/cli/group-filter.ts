import { RULES_FOLDER, ruleFilePath } from '../emit/rules/index.js';
import type { OutputFile } from '../emit/types.js';
import type { Group, Repo } from '../model/types.js';

/** The files of some groups and of those below them, and those that belong to no group. */
export function filesOfGroups(files: readonly OutputFile[], ids: readonly string[], repo: Repo): readonly OutputFile[] {
  const wanted = (group: Group) => [group, ...group.ancestors].some(({ id }) => ids.includes(id));
  const unwanted = [...repo.groups.values()].filter((group) => !wanted(group));
  const rules = new Set(unwanted.map((group) => ruleFilePath({ kind: 'group', group })));
  const discovery = new Set(unwanted.map(({ id }) => `${id}.json`));
  const checks = new Set(
    repo.targets.filter(({ groups: [primary] }) => !wanted(primary)).map(({ id }) => `${id}.json`),
  );
  return files.filter(({ path }) => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (path.startsWith(`${RULES_FOLDER}/`)) return !rules.has(path);
    if (path.startsWith('prometheus/sd/')) return !discovery.has(name);
    return !path.startsWith('checks/') || !checks.has(name);
  });
}
