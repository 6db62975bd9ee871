import { describe, expect, it } from 'vitest';
import type { Repo } from '../../../src/model/types.js';
import { planSync, type SyncStep, wantedSilences } from '../../../src/silence/plan.js';
import type { NewSilence, Silence } from '../../../src/silence/types.js';
import { compileFiles, doc, smallRepo } from '../../repo.js';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 10, 30, 12);

async function repoWith(...bodies: string[]): Promise<Repo> {
  const maintenances = bodies.map((body) => doc('Maintenance', body));
  const { model, findings } = await compileFiles(
    smallRepo({ notifications: maintenances.join('---\n'), groups: doc('Group', 'id: prod-a\nparent: prod') }),
  );
  if (model === null) throw new Error(JSON.stringify(findings));
  return model.repo;
}

const window = (from: number, to: number): string =>
  `start: ${new Date(NOW + from * HOUR).toISOString().slice(0, 19)}Z\nend: ${new Date(NOW + to * HOUR).toISOString().slice(0, 19)}Z`;

describe('the silences of a repo', () => {
  it('are those of its windows that are not over', async () => {
    const repo = await repoWith(
      `name: over\ngroups: [dev]\n${window(-2, 0)}`,
      `name: now\ngroups: [prod]\ncomment: new disks\n${window(-1, 1)}`,
      `name: to-come\ntargets: { type: gpu }\n${window(1, 2)}`,
      `name: idle\ntargets: { type: tpu }\n${window(1, 2)}`,
    );
    expect([...wantedSilences(repo, NOW)]).toEqual([
      [
        'now',
        {
          matchers: [{ name: 'group_id', value: 'prod|prod-a', isRegex: true, isEqual: true }],
          startsAt: NOW - HOUR,
          endsAt: NOW + HOUR,
          createdBy: 'aami',
          comment: 'new disks [aami:test/now]',
        },
      ],
      [
        'to-come',
        {
          matchers: [{ name: 'instance', value: 'p1', isRegex: false, isEqual: true }],
          startsAt: NOW + HOUR,
          endsAt: NOW + 2 * HOUR,
          createdBy: 'aami',
          comment: 'Maintenance to-come [aami:test/to-come]',
        },
      ],
    ]);
  });
});

describe('a window of a group that only other groups’ hosts are in', () => {
  it('is two silences, and each is known again', async () => {
    const extra = { groups: doc('Group', 'id: rack'), targets: doc('Target', 'hostname: r1\ngroups: [prod, rack]') };
    const text = doc('Maintenance', `name: power\ngroups: [rack]\n${window(-1, 1)}`);
    const { model } = await compileFiles(smallRepo({ notifications: text, ...extra }));
    if (model === null) throw new Error('does not compile');
    const wanted = wantedSilences(model.repo, NOW);
    const [first, second] = [...wanted.values()];
    if (first === undefined || second === undefined) throw new Error('not two');
    expect([first, second].map(({ matchers, comment }) => [matchers[0]?.value, comment])).toEqual([
      ['rack', 'Maintenance power [aami:test/power]'],
      ['r1', 'Maintenance power [aami:test/power,2]'],
    ]);
    const there = [second, first].map((one, at): Silence => ({ ...one, id: `${at}`, state: 'active' }));
    expect(planSync(wanted, there, 'test', NOW).map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'keep power',
      'keep power',
    ]);
    expect(planSync(new Map(), there, 'test', NOW).map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'expire power',
      'expire power',
    ]);
  });
});

describe('a plan', () => {
  const wanted: NewSilence = {
    matchers: [
      { name: 'group_id', value: 'prod', isRegex: false, isEqual: true },
      { name: 'severity', value: 'info', isRegex: false, isEqual: false },
    ],
    startsAt: NOW - HOUR,
    endsAt: NOW + HOUR,
    createdBy: 'aami',
    comment: 'why [aami:a%2Fb/m]',
  };
  const there = (change: Partial<Silence> = {}): Silence => ({ ...wanted, id: 'one', state: 'active', ...change });
  const plan = (existing: readonly Silence[], silence: NewSilence | null = wanted): readonly SyncStep[] =>
    planSync(new Map(silence === null ? [] : [['m', silence]]), existing, 'a/b', NOW);
  const kinds = (steps: readonly SyncStep[]) => steps.map(({ kind }) => kind);

  it('makes what is missing', () => {
    expect(plan([])).toEqual([{ kind: 'create', name: 'm', silence: wanted }]);
    expect(kinds(plan([there({ state: 'expired' })]))).toEqual(['create']);
  });

  it('leaves what is there, whenever within the window it was made and however its matchers are ordered', () => {
    expect(kinds(plan([there()]))).toEqual(['keep']);
    expect(kinds(plan([there({ startsAt: NOW - 1, matchers: [...wanted.matchers].reverse() })]))).toEqual(['keep']);
  });

  it('changes it in place, from when it began', () => {
    const longer = { ...wanted, endsAt: NOW + 2 * HOUR };
    const from = there({ startsAt: NOW - 1 });
    expect(plan([from], longer)).toEqual([
      { kind: 'change', name: 'm', silence: { ...longer, startsAt: NOW - 1 }, from },
    ]);
    expect(kinds(plan([there({ comment: 'else [aami:a%2Fb/m]' })]))).toEqual(['change']);
    expect(kinds(plan([there({ matchers: wanted.matchers.slice(1) })]))).toEqual(['change']);
  });

  it('moves one that is to come, and one that is to come later than it did', () => {
    const later = { ...wanted, startsAt: NOW + HOUR / 2 };
    expect(plan([there({ state: 'pending', startsAt: NOW + 1 })], later)).toMatchObject([
      { kind: 'change', silence: { startsAt: NOW + HOUR / 2 } },
    ]);
    expect(plan([there()], later)).toMatchObject([{ kind: 'change', silence: { startsAt: NOW + HOUR / 2 } }]);
  });

  it('ends what is gone from the repo, and what is there twice', () => {
    expect(plan([there()], null)).toEqual([{ kind: 'expire', name: 'm', silence: there() }]);
    const short = there({ id: 'two', endsAt: NOW + 1 });
    expect(plan([short, there()])).toEqual([
      { kind: 'keep', name: 'm', silence: there() },
      { kind: 'expire', name: 'm', silence: short },
    ]);
  });

  it.each([
    ['of somebody else', { createdBy: 'sam' }],
    ['of another project', { comment: 'why [aami:a/b/m]' }],
    ['of another project whose name ends alike', { comment: 'why [aami:xa%2Fb/m]' }],
    ['without a marker', { comment: 'why' }],
    ['with the marker in the middle', { comment: '[aami:a%2Fb/m] why' }],
    ['that is over', { state: 'expired' }],
  ] as const)('never touches a silence %s', (_, change) => {
    expect(plan([there(change)], null)).toEqual([]);
  });
});
