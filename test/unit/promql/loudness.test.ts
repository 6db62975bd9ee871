import { describe, expect, it } from 'vitest';
import { changedNumbers, compareLoudness } from '../../../src/promql/index.js';
import { expr } from './expr.js';

function loudness(before: string, after: string): string {
  return compareLoudness(expr(before), expr(after));
}

const OPPOSITE: Readonly<Record<string, string>> = { quieter: 'louder', louder: 'quieter' };

describe('compareLoudness', () => {
  it.each([
    ['x > 80', 'x > 90', 'quieter'],
    ['x >= 80', 'x >= 80.5', 'quieter'],
    ['x < 10', 'x < 5', 'quieter'],
    ['x <= 10', 'x <= -10', 'quieter'],
    ['80 < x', '90 < x', 'quieter'],
    ['10 > x', '20 > x', 'louder'],
    ['(x) > 80', 'x>9e1 # higher', 'quieter'],
    ['x > -5', 'x > 5', 'quieter'],
    ['x > -(5)', 'x > -4', 'quieter'],
    ['-x < -80', '-x < -90', 'quieter'],
    ['x > 100 - 5', 'x > 100 - 6', 'louder'],
    ['x > 60 * 60', 'x > 60 * 120', 'quieter'],
    ['x > 60 / 2 + 1', 'x > 60 / 3 + 1', 'louder'],
    ['(1 - x) * 100 > 80', '(1 - x) * 100 > 90', 'quieter'],
    ['(1 - x) * 100 > 80', '(2 - x) * 100 > 80', 'louder'],
    ['(5 - x) / -2 > 80', '(6 - x) / -2 > 80', 'quieter'],
    ['x + 5 > 80', 'x + 6 > 80', 'louder'],
    ['x - 5 > y', 'x - 6 > y', 'quieter'],
    ['x > on (a) group_left (b) y + 5', 'x > on (a) group_left (b) y + 6', 'quieter'],
    ['a > 80 and b > 5', 'a > 90 and b > 6', 'quieter'],
    ['a > 80 and on (i) b > 5', 'a > 80 and on (i) b > 4', 'louder'],
    ['a > 80 unless b > 5', 'a > 80 unless b > 6', 'louder'],
    ['a > 80 unless b < 5', 'a > 80 unless b < 6', 'quieter'],
    ['a > 80 or b > 5', 'a > 90 or b > 6', 'quieter'],
    ['a > 80 or b > 5', 'a > 90 or b > 5', 'quieter'],
    ['a or on (i) b > 5', 'a or on (i) b > 6', 'quieter'],
    ['x > 5 < 10', 'x > 6 < 9', 'quieter'],
    ['(x > 80) > 90', '(x > 85) > 95', 'quieter'],
    ['(80 < x) > 90', '(85 < x) > 90', 'quieter'],
    ['(x > 80) * 2 > y', '(x > 90) * 2 > y', 'quieter'],
    ['y / (x > 80)', 'y / (x > 90)', 'quieter'],
    ['count(x > 80) > 3', 'count(x > 90) > 3', 'quieter'],
    ['count by (i) (x > 80) >= 3', 'count by (i) (x > 80) >= 2', 'louder'],
    ['count(x == 0) / count(x) * 100 > 10', 'count(x == 0) / count(x) * 100 > 20', 'quieter'],
    ['group by (i) (x > 80)', 'group by (i) (x > 90)', 'quieter'],
    ['sum(x > 80)', 'sum(x > 90)', 'quieter'],
    ['sum(x > bool 80) > 3', 'sum(x > bool 90) > 3', 'quieter'],
    ['avg(x > bool 80) < 0.5', 'avg(x > bool 90) < 0.5', 'louder'],
    ['max by (i) (x - 5) > 3', 'max by (i) (x - 6) > 3', 'quieter'],
    ['absent(x > 80)', 'absent(x > 90)', 'louder'],
    ['clamp_max(x + 1, 5) > 3', 'clamp_max(x + 2, 6) > 3', 'louder'],
    ['count_over_time((x > 80)[1h:1m]) > 5', 'count_over_time((x > 90)[1h:1m]) > 5', 'quieter'],
    [
      'avg_over_time((x > bool 80)[1h:1m] offset 5m) > 0.5',
      'avg_over_time((x > bool 70)[1h:1m] offset 5m) > 0.5',
      'louder',
    ],
    ['histogram_quantile(0.9, x) > 2', 'histogram_quantile(0.99, x) > 2', 'louder'],
    ['label_replace(x > 80, "a", "$1", "b", "(.*)")', 'label_replace(x > 90, "a", "$1", "b", "(.*)")', 'quieter'],
    ['rate(x[5m]) > 0.1', 'rate(x[5m]) > 0.2', 'quieter'],
    ['time() - x > 600', 'time() - x > 700', 'quieter'],
    ['vector(80) > 90', 'vector(95) > 90', 'louder'],
    ['x > scalar(y) + 5', 'x > scalar(y) + 6', 'quieter'],
    ['x > 80', 'x > 8e1', 'unknown'],
    ['x == 0', 'x == 1', 'unknown'],
    ['x != 0', 'x != 1', 'unknown'],
    ['x > 80', 'x >= 90', 'unknown'],
    ['x > 80', 'y > 90', 'unknown'],
    ['x > 80', 'x > 90 + 0', 'unknown'],
    ['x > 80', 'x > y', 'unknown'],
    ['x > 80', 'x > NaN', 'unknown'],
    ['x > 80', 'x > Inf', 'unknown'],
    ['x > 1 / 1', 'x > 1 / 0', 'unknown'],
    ['rate(x[5m]) > 0.1', 'rate(x[10m]) > 0.2', 'unknown'],
    ['x offset 5m > 1', 'x offset 10m > 2', 'unknown'],
    ['x @ 5 > 1', 'x @ 6 > 2', 'unknown'],
    ['x{a="1"} > 1', 'x{a="2"} > 2', 'unknown'],
    ['x * 100 > 80', 'x * 90 > 80', 'unknown'],
    ['x / 100 > 80', 'x / 90 > 80', 'unknown'],
    ['80 / x > 2', '90 / x > 2', 'unknown'],
    ['(x + 1) * 0 > 2', '(x + 2) * 0 > 2', 'unknown'],
    ['(x + 1) * y > 2', '(x + 2) * y > 2', 'unknown'],
    ['x % 2 > 2', 'x % 3 > 2', 'unknown'],
    ['a > 80 and b > 5', 'a > 90 and b > 4', 'unknown'],
    ['a > 80 unless b > 5', 'a > 90 unless b > 6', 'unknown'],
    ['a > 80 or on (i) b', 'a > 90 or on (i) b', 'unknown'],
    ['(a > 80 or b) and c', '(a > 90 or b) and c', 'quieter'],
    ['(a > 80 or b) and on (__name__) c', '(a > 90 or b) and on (__name__) c', 'unknown'],
    ['count(a > 80 or b) > 5', 'count(a > 90 or b) > 5', 'unknown'],
    ['x > 5 < 10', 'x > 6 < 11', 'unknown'],
    ['count(x > 80) < 3', 'count(x > 90) < 3', 'unknown'],
    ['sum(x > 80) > 3', 'sum(x > 90) > 3', 'unknown'],
    ['avg(x > 80) > 85', 'avg(x > 90) > 85', 'unknown'],
    ['topk(3, x) > 3', 'topk(4, x) > 3', 'unknown'],
    ['quantile(0.5, x) > 3', 'quantile(0.6, x) > 3', 'unknown'],
    ['stddev(x > 5) > 3', 'stddev(x > 6) > 3', 'unknown'],
    ['histogram_quantile(0.9, x) > 2', 'histogram_quantile(0, x) > 2', 'unknown'],
    ['histogram_quantile(0.9, x > 1) > 2', 'histogram_quantile(0.9, x > 2) > 2', 'unknown'],
    ['predict_linear(x[1h], 4 * 3600) < 0', 'predict_linear(x[1h], 5 * 3600) < 0', 'unknown'],
    ['abs(x - 5) > 2', 'abs(x - 6) > 2', 'unknown'],
    ['round(x, 5) > 2', 'round(x, 6) > 2', 'unknown'],
    ['scalar(x > 5) + y', 'scalar(x > 6) + y', 'unknown'],
    ['a + fill(0) b > 5', 'a + fill(0) b > 6', 'quieter'],
    ['a > fill(0) b + 5', 'a > fill(0) b + 6', 'unknown'],
  ])('%s → %s: %s', (before, after, wanted) => {
    expect(loudness(before, after)).toBe(wanted);
    expect(loudness(after, before)).toBe(OPPOSITE[wanted] ?? 'unknown');
    expect(loudness(before, before)).toBe('unknown');
  });
});

describe('changedNumbers', () => {
  it('tells the numbers that differ', () => {
    expect(changedNumbers(expr('a > 80 and b < -5 and c > 1'), expr('(a > 9e1) and b < 0x5 and c > 1.0'))).toEqual([
      { before: '80', after: '90' },
      { before: '-5', after: '5' },
    ]);
    expect(changedNumbers(expr('-x ^ 2 > 80'), expr('-x ^ -2 > 80'))).toEqual([{ before: '2', after: '-2' }]);
    expect(changedNumbers(expr('(-1) ^ 2 + x'), expr('1 ^ 2 + x'))).toEqual([{ before: '-1', after: '1' }]);
  });

  it('tells nothing of expressions that differ otherwise', () => {
    expect(changedNumbers(expr('x > 80'), expr('x >= 80'))).toBeNull();
    expect(changedNumbers(expr('x{a="#"} > 80'), expr('x{a="1"} > 80'))).toBeNull();
    expect(changedNumbers(expr('-1 ^ 2 + x'), expr('1 ^ 2 + x'))).toBeNull();
  });
});
