import { beforeAll, describe, expect, it } from 'vitest';
import type { Repo } from '../../../src/model/types.js';
import { coveredByNamed, findNamed } from '../../../src/silence/find.js';
import { formatSilenceMatcher, matchersOf } from '../../../src/silence/matchers.js';
import { compileFiles, doc, smallRepo } from '../../repo.js';

let repo: Repo;
beforeAll(async () => {
  const groups = ['id: prod-a\nname: first hall\nparent: prod', 'id: d1', 'id: racks', 'id: rack-7\nparent: racks'];
  const hosts = ['id: x\nhostname: x.lan\ngroups: [dev]', 'hostname: y\ngroups: [prod, rack-7]'];
  const { model } = await compileFiles(
    smallRepo({
      groups: groups.map((one) => doc('Group', one)).join('---\n'),
      targets: hosts.map((one) => doc('Target', one)).join('---\n'),
    }),
  );
  if (model === null) throw new Error('does not compile');
  repo = model.repo;
});

function silenced(name: string): string {
  const named = findNamed(repo, name);
  if (named.kind === 'unknown') return `? ${named.hint}`;
  const silences = matchersOf(coveredByNamed(named, repo));
  return silences.map((matchers) => matchers.map(formatSilenceMatcher).join()).join(' and ');
}

describe('a name at the keyboard', () => {
  it.each([
    ['p1', 'instance="p1"'],
    ['x', 'instance="x.lan"'],
    ['x.lan', 'instance="x.lan"'],
    ['prod', 'group_id=~"prod|prod-a"'],
    ['prod-a', 'group_id="prod-a"'],
    ['first hall', 'group_id="prod-a"'],
    // Its alerts belong to another group, so those of its hosts are meant.
    ['rack-7', 'group_id="rack-7" and instance="y"'],
    ['racks', 'group_id=~"racks|rack-7" and instance="y"'],
    // Also a group.
    ['d1', 'instance="d1"'],
    ['prdo', '? Did you mean `prod`?'],
    ['zzz', '? null'],
  ])('%s is %s', (name, expected) => {
    expect(silenced(name)).toBe(expected);
  });

  it('nothing covered is no silence, which without a matcher would keep back everything', () => {
    expect(matchersOf({ groups: [], targets: [] })).toEqual([]);
  });
});
