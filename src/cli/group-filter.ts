import { ruleFilePath } from '../emit/rules/index.js';
import type { OutputFile } from '../emit/types.js';
import type { Group, Repo } from '../model/types.js';

/** Some groups, and those below them. */
export interface GroupPart {
  readonly holds: (group: Group) => boolean;
  readonly repo: Repo;
}

export function partOfGroups(ids: readonly string[], repo: Repo): GroupPart {
  return { holds: (group) => [group, ...group.ancestors].some(({ id }) => ids.includes(id)), repo };
}

/** The files of the groups, and those that belong to no group. */
export function filesOfPart(files: readonly OutputFile[], { holds, repo }: GroupPart): readonly OutputFile[] {
  const others = [...repo.groups.values()].filter((group) => !holds(group));
  const rules = new Set(others.map((group) => ruleFilePath({ kind: 'group', group })));
  const discovery = new Set(others.map(({ id }) => `${id}.json`));
  const checks = new Set(repo.targets.filter(({ groups: [primary] }) => !holds(primary)).map(({ id }) => `${id}.json`));
  return files.filter(({ path }) => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (path.startsWith('prometheus/sd/')) return !discovery.has(name);
    if (path.startsWith('checks/')) return !checks.has(name);
    return !rules.has(path);
  });
}
