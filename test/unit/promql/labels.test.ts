import { describe, expect, it } from 'vitest';
import { collidingLabels, droppedBy, resultLabels } from '../../../src/promql/index.js';
import { expr } from './expr.js';

function shown(text: string): string {
  const labels = resultLabels(expr(text));
  const names = labels.kind === 'only' ? [...labels.labels.keys()] : [...labels.dropped.keys()];
  const pinned = [...labels.pinned].map(([label, value]) => `${label}=${value}`);
  return [labels.kind, ...names.filter((name) => name !== '__name__').sort(), ...pinned.sort()].join(' ');
}

describe('resultLabels', () => {
  it.each([
    ['a', 'all-but'],
    ['a{x="1", y=""}', 'all-but y x=1'],
    ['sum by (x, y) (a{x="1", z="2"})', 'only x y x=1'],
    ['sum(a)', 'only'],
    ['sum without (x) (a)', 'all-but x'],
    ['sum by (x) (sum by (y) (a))', 'only'],
    ['topk(1, a{x="1"})', 'all-but x=1'],
    ['count_values by (x) ("v", a)', 'only v x'],
    ['absent(a{x="1", y=~"2", z="3", z="4"})', 'only x x=1'],
    ['absent(sum(a{x="1"}))', 'only'],
    ['absent_over_time(a{x="1"}[5m] offset 1m)', 'only x x=1'],
    ['vector(1)', 'only'],
    ['hour()', 'only'],
    ['histogram_quantile(0.9, sum by (le, x) (a))', 'only x'],
    ['label_replace(sum by (x) (a), "y", "$1", "x", "(.*)")', 'only x y'],
    ['a + sum by (x) (b)', 'only x'],
    ['a > on (x) b{x="1"}', 'only x x=1'],
    ['a > ignoring (x) b', 'all-but x'],
    ['sum by (i) (a) * on (i) group_left (x) b', 'only i x'],
    ['a * on (i) group_left (x) sum by (i) (b)', 'all-but x'],
    ['a{x="1"} and on (x, y) b{y="2"}', 'all-but x=1 y=2'],
    ['a{x="1"} unless b{y="2"}', 'all-but x=1'],
    ['sum by (x) (a) or sum by (y) (b)', 'only x y'],
    ['a{x="1", z="3"} or b{x="1", z="4"}', 'all-but x=1'],
    ['sum without (x, y) (a) or sum by (x) (b)', 'all-but y'],
    ['info(sum by (instance) (a))', 'all-but'],
    ['info(sum by (instance) (a), {k="v"})', 'only instance k'],
  ])('%s: %s', (text, wanted) => {
    expect(shown(text)).toBe(wanted);
  });

  it('points at what drops a label', () => {
    const text = 'rate(a[5m]) > on (x) b';
    const range = droppedBy(resultLabels(expr(text)), 'gpu');
    expect(text.slice(range?.start, range?.end)).toBe('on (x)');
    expect(droppedBy(resultLabels(expr(text)), 'x')).toBeNull();
  });
});

describe('collidingLabels', () => {
  it.each([
    ['count by (namespace) (a) > 1', 'namespace'],
    ['a{severity!=""} > 1', 'severity!=""'],
    ['a{severity=~"x|y"}', 'severity=~"x|y"'],
    ['a{severity=~"x"}', null],
    ['a{severity="x"}', null],
    ['a > on (severity) b', 'severity'],
    ['a * on (i) group_left (severity) b', 'severity'],
    ['label_replace(a, "severity", "$1", "x", "(.*)")', '"severity"'],
    ['count_values("severity", a)', '"severity"'],
    ['sum by (instance) (count by (severity, instance) (a))', null],
    ['sum by (severity) (a{severity="x"})', null],
    ['a > 1', null],
    ['sum by (group) (a)', null],
    ['a and on (i) b{severity!=""}', null],
  ])('%s: %s', (text, place) => {
    const found = collidingLabels(expr(text), ['severity', 'namespace', 'group'], ['group']);
    expect(found.map((each) => text.slice(each.start, each.end))).toEqual(place === null ? [] : [place]);
  });
});
