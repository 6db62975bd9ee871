import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalExpr, parseExpr } from '../../../src/promql/index.js';
import { EXPRESSIONS, SYNTAX, templateExpressions } from '../../promql/corpus.js';
import { expr } from './expr.js';
import { relaid } from './layout.js';

function canonical(text: string): string {
  return canonicalExpr(expr(text));
}

describe('canonicalExpr', () => {
  it.each([
    [' x  ># high\n80', 'x > 80'],
    ['((x)) > ((80))', 'x > 80'],
    ['a + (b * c)', 'a + b * c'],
    ['(a + b) * c', '(a + b) * c'],
    ['(a - b) - c', 'a - b - c'],
    ['a - (b - c)', 'a - (b - c)'],
    ['a ^ (b ^ c)', 'a ^ b ^ c'],
    ['(a ^ b) ^ c', '(a ^ b) ^ c'],
    ['(-a) ^ 2', '(-a) ^ 2'],
    ['-(a ^ 2)', '-a ^ 2'],
    ['-(a * b)', '-(a * b)'],
    ['(-1) ^ 2 + x', '(-1) ^ 2 + x'],
    ['-1 ^ 2 + x', '-1 ^ 2 + x'],
    ['x > -(5)', 'x > -5'],
    ['x - -5', 'x - -5'],
    ['x > - # -\n 5', 'x > -5'],
    ['x > --5', 'x > 5'],
    ['x > +5', 'x > 5'],
    ['-(-x)', '-(-x)'],
    ['timestamp(+x)', 'timestamp(+x)'],
    ['x{b="2",a="1",}', 'x{a="1", b="2"}'],
    ["x{a='1', a=`1`}", 'x{a="1"}'],
    ['{__name__="x",a="1"}', 'x{a="1"}'],
    ['{a="1",__name__="x"}', 'x{a="1"}'],
    ['x{}', 'x'],
    ['{"x"}', 'x'],
    ['{"x.y", a="1"}', '{__name__="x.y", a="1"}'],
    ['{__name__="on"}', '{__name__="on"}'],
    ['sum{a="1"}', '{__name__="sum", a="1"}'],
    ['{a="1",__name__=~"x.*"}', '{__name__=~"x.*", a="1"}'],
    ['{"a b"="1", x="2"} > 1', '{"a b"="1", x="2"} > 1'],
    ['x{a="\\x41"}', 'x{a="A"}'],
    ['x{a="\\ufeff"}', 'x{a="\\ufeff"}'],
    ['x{a="\\xff"} or x{a="\\xfe"}', 'x{a="\\xff"} or x{a="\\xfe"}'],
    ['SUM BY (b, a, a) (x)', 'sum by (a, b) (x)'],
    ['sum(x) by (a)', 'sum by (a) (x)'],
    ['sum by () (x)', 'sum(x)'],
    ['sum without () (x)', 'sum without () (x)'],
    ['TopK(2, x) without(a)', 'topk without (a) (2, x)'],
    ['a AND ON (y, x) b', 'a and on (x, y) b'],
    ['a == BOOL ignoring() b', 'a == bool b'],
    ['a + on () b', 'a + on () b'],
    ['a * ignoring() group_left b', 'a * ignoring () group_left () b'],
    ['a * on(x) group_right(z,y) b', 'a * on (x) group_right (y, z) b'],
    ['a + on () group_left (x) 2', 'a + 2'],
    ['rate(x[60s])', 'rate(x[1m])'],
    ['rate(x[300])', 'rate(x[5m])'],
    ['rate(x[90m])', 'rate(x[1h30m])'],
    ['rate(x[5m * 2])', 'rate(x[5m*2])'],
    ['x[120m:60s]', 'x[2h:1m]'],
    ['x[1h: ]', 'x[1h:]'],
    ['(a + b)[1h:]', '(a + b)[1h:]'],
    ['(x offset 5m)[1h:]', '(x offset 5m)[1h:]'],
    ['x OFFSET - 60s', 'x offset -1m'],
    ['x offset 1m @ 1e2', 'x @ 100 offset 1m'],
    ['x @ 1e2 offset 1m', 'x @ 100 offset 1m'],
    ['x[5m] @ END( )', 'x[5m] @ end()'],
    ['x > 1e2', 'x > 100'],
    ['x > 0x10', 'x > 16'],
    ['x > 017', 'x > 15'],
    ['x > 018', 'x > 18'],
    ['x > 5.', 'x > 5'],
    ['x > .50', 'x > 0.5'],
    ['x > 1e30', 'x > 1e+30'],
    ['x > 5m', 'x > 300'],
    ['x / -0', 'x / -0'],
    ['x == inf or x == -INF or x == nan', 'x == Inf or x == -Inf or x == NaN'],
    ['absent((x{b="1", a="2"}))', 'absent(x{a="2", b="1"})'],
    ['absent(x{b="1", a=~"2", a="2", a="2"})', 'absent(x{a=~"2", a="2", a="2", b="1"})'],
    ['info(x, {__name__="y", a="1"})', 'info(x, {__name__="y", a="1"})'],
    ['a + fill (1e1) b', 'a + fill (10) b'],
    ['a + on (fill) fill_right(2) fill_left(1) b', 'a + on (fill) fill_left (1) fill_right (2) b'],
    ['label_replace(x, "d", \'$1\', ("s"), `(.*)`)', 'label_replace(x, "d", "$1", "s", "(.*)")'],
  ])('%s is %s', (text, wanted) => {
    expect(canonical(text)).toBe(wanted);
  });

  it.each(
    [
      ['a + b', 'b + a'],
      ['x > 80', 'x >= 80'],
      ['x == 1', 'x == bool 1'],
      ['x offset 0s', 'x'],
      ['x{a="1"}', 'x{a=~"1"}'],
      ['sum by (a) (x)', 'sum without (a) (x)'],
      ['+x', 'x'],
      ['x / 0', 'x / -0'],
      ['absent(x{a="1", a=~"1"})', 'absent(x{a=~"1", a="1"})'],
      ['absent(x{a="1", a="1"})', 'absent(x{a="1"})'],
      ['a + fill(0) b', 'a + b'],
      ['x[5m:1m] > 1', 'x[5m:] > 1'],
      ['x @ start()', 'x @ end()'],
      ['rate(x[5m] smoothed)', 'rate(x[5m] anchored)'],
    ].filter((pair) => pair.every((text) => parseExpr(text).expr !== null)),
  )('%s is not %s', (one, other) => {
    expect(canonical(one)).not.toBe(canonical(other));
  });

  it('leaves out the matchers that it is told to', () => {
    const dropMatcher = ({ label }: { label: string }) => label === 'group_id';
    const text = (matchers: string) => canonicalExpr(expr(`sum(x{${matchers}}) > 1`), { dropMatcher });
    expect(text('group_id="g",a="1"')).toBe('sum(x{a="1"}) > 1');
    expect(text('group_id=~"g|h"')).toBe('sum(x) > 1');
    expect(canonicalExpr(expr('{group_id="g"}'), { dropMatcher })).toBe('{}');
  });

  const corpus = [...EXPRESSIONS, ...SYNTAX, ...templateExpressions()].flatMap((text) => parseExpr(text).expr ?? []);

  it('is a text that parses and stays as it is', () => {
    expect(corpus.length).toBeGreaterThan(200);
    for (const each of corpus) {
      const text = canonicalExpr(each);
      expect(canonical(text), each.text).toBe(text);
    }
  });

  it('does not depend on layout, comments and parentheses', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...corpus).chain((each) => relaid(each).map((text) => ({ each, text }))),
        ({ each, text }) => {
          expect(canonical(text)).toBe(canonicalExpr(each));
        },
      ),
      { numRuns: 1000 },
    );
  });
});
