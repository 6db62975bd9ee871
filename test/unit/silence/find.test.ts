import { beforeAll, describe, expect, it } from 'vitest';
import type { Repo } from '../../../src/model/types.js';
import { coveredByNamed, findNamed } from '../../../src/silence/find.js';
import { formatSilenceMatcher, matchersOf } from '../../../src/silence/matchers.js';
import { compileFiles, doc, smallRepo } from '../../repo.js';

let repo: Repo;
beforeAll(async () => {
  const extra = [doc('Group', 'id: prod-a\nname: first hall\nparent: prod'), doc('Group', 'id: d1')].join('---\n');
  const { model } = await compileFiles(
    smallRepo({ groups: extra, targets: doc('Target', 'id: x\nhostname: x.lan\ngroups: [dev]') }),
  );
  if (model === null) throw new Error('does not compile');
  repo = model.repo;
});

function silenced(name: string): string {
  const named = findNamed(repo, name);
  if (named.kind === 'unknown') return `? ${named.hint}`;
  return (matchersOf(coveredByNamed(named)) ?? []).map(formatSilenceMatcher).join();
}

describe('a name at the keyboard', () => {
  it.each([
    ['p1', 'instance="p1"'],
    ['x', 'instance="x.lan"'],
    ['x.lan', 'instance="x.lan"'],
    ['prod', 'group_id=~"prod|prod-a"'],
    ['prod-a', 'group_id="prod-a"'],
    ['first hall', 'group_id="prod-a"'],
    // Also a group.
    ['d1', 'instance="d1"'],
    ['prdo', '? Did you mean `prod`?'],
    ['zzz', '? null'],
  ])('%s is %s', (name, expected) => {
    expect(silenced(name)).toBe(expected);
  });

  it('nothing covered is no matcher, which would keep back everything', () => {
    expect(matchersOf({ kind: 'targets', targets: [] })).toBeNull();
    expect(matchersOf({ kind: 'groups', groups: [] })).toBeNull();
  });
});
