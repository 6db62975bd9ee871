import { describe, expect, it } from 'vitest';
import { contentsOf } from '../../../src/deploy/contents.js';
import { isOlder, removals, tooMany } from '../../../src/deploy/guards.js';

const rules = (...alerts: readonly string[]): [string, string] => [
  'prometheus/rules/a.yml',
  `groups:\n  - name: g\n    rules:\n${alerts.map((alert) => `      - alert: ${alert}\n        expr: up\n`).join('')}`,
];

describe('removals', () => {
  it('count what is gone, of each kind, by what people know it by', () => {
    const before = contentsOf([
      rules('A', 'B', 'B', 'C'),
      ['prometheus/sd/node/a.json', '[{"targets":["h1:9"]},{"targets":["h2:9"]}]'],
      ['checks/h1.json', '[{"name":"mount"},{"name":"raid"}]'],
    ]);
    const after = contentsOf([
      rules('A', 'B', 'D'),
      // In another group's file, the target is the same.
      ['prometheus/sd/node/b.json', '[{"targets":["h2:9"]}]'],
      ['checks/h1.json', '[]'],
    ]);
    expect(removals(before, after)).toEqual([
      { of: 'rules', before: 4, removed: 2 },
      { of: 'targets', before: 2, removed: 1 },
      { of: 'checks', before: 2, removed: 2 },
    ]);
  });

  it.each([
    [10, 2, 20, false],
    [10, 3, 20, true],
    [0, 0, 0, false],
    [3, 1, 0, true],
    [3, 3, 100, false],
  ])('of %i, %i may not go at %i %%: %s', (before, removed, percent, expected) => {
    expect(tooMany({ of: 'rules', before, removed }, percent)).toBe(expected);
  });
});

describe('the age of a build', () => {
  const build = (number: number | null) => ({ revision: null, number, dirty: false });
  it.each([
    [build(3), build(4), true],
    [build(4), build(4), false],
    [build(5), build(4), false],
    [build(null), build(4), null],
    [build(4), null, null],
  ])('%o against %o: %s', (one, deployed, expected) => {
    expect(isOlder(one, deployed)).toBe(expected);
  });
});
