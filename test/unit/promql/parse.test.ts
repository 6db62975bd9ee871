import { describe, expect, it } from 'vitest';
import { checkAlertResult, parseExpr, resultType, selectors } from '../../../src/promql/index.js';

function problemsOf(text: string): string[] {
  return parseExpr(text).problems.map((each) => `${each.code} ${text.slice(each.start, each.end)}`);
}

describe('parseExpr', () => {
  it.each([
    ['rte(x[5m])', 'promql/unknown-function', 'rte', 'Did you mean `rate`?'],
    ['Rate(x[5m])', 'promql/unknown-function', 'Rate', 'Did you mean `rate`?'],
    ['summ(x)', 'promql/unknown-function', 'summ', 'Did you mean `sum`?'],
    ['frobnicate(x)', 'promql/unknown-function', 'frobnicate', null],
    ['f(x)', 'promql/unknown-function', 'f', null],
    ['rate(x)', 'promql/type', 'x', 'add a range such as [5m]'],
    ['x[5m] > 1', 'promql/type', 'x[5m]', 'Wrap it in a function over time such as rate() or max_over_time().'],
    ['x and', 'promql/syntax', 'and', null],
    ['x && y', 'promql/syntax', '&&', 'PromQL says `and`'],
    ['x = 1', 'promql/syntax', '=', 'a comparison is written `==`'],
    ['x{a="b"', 'promql/syntax', '{', null],
    ['sum(x', 'promql/syntax', '(', null],
    ['x{a="b}', 'promql/syntax', '"b}', null],
    ['x{a=~"(?=b)"}', 'schema/bad-regex', 'a=~"(?=b)"', null],
    ['{a=~".*"}', 'promql/syntax', '{a=~".*"}', null],
    ['', 'promql/syntax', '', null],
    [' # only a comment', 'promql/syntax', ' # only a comment', null],
    ['label_replace(x, "d", "$1", "s", "(")', 'schema/bad-regex', '"("', null],
    ['x[5m] offset 1h30', 'promql/syntax', '1h30', null],
  ])('%s is refused where the mistake is', (text, code, place, hint) => {
    const { expr, problems } = parseExpr(text);
    expect(expr).toBeNull();
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ code, hint });
    expect(text.slice(problems[0]?.start, problems[0]?.end)).toBe(place);
  });

  it('reports each mistake once, and all of them', () => {
    expect(problemsOf('rate(x) + rate(y) > foo(z)')).toEqual(['promql/unknown-function foo']);
    expect(problemsOf('rate(x) + sum(irate(y))')).toEqual(['promql/type x', 'promql/type y']);
    expect(problemsOf('foo(x) + bar_baz(y[5m])')).toEqual([
      'promql/unknown-function foo',
      'promql/unknown-function bar_baz',
    ]);
  });

  it('does not take strings and comments for code', () => {
    expect(problemsOf('x{a="foo(y{", b=\'}\'} # rte(x[')).toEqual([]);
    expect(selectors(parseExpr('x{a="y{z=\\"1\\"}"} # z{}').expr ?? fail())).toHaveLength(1);
  });

  it('does not take a comment for the operator behind it', () => {
    const { expr } = parseExpr('a # or b\n and b > # one\n - # two\n 5');
    expect(expr?.root).toMatchObject({ op: 'and', rhs: { op: '>', rhs: { kind: 'number', value: -5 } } });
  });

  it('reads a number with a leading zero as Prometheus does', () => {
    const values = ['017', '018', '0.17', '0x17'].map((text) => parseExpr(text).expr?.root);
    expect(values).toMatchObject([{ value: 15 }, { value: 18 }, { value: 0.17 }, { value: 23 }]);
  });

  it('keeps a byte order mark in a string', () => {
    expect(parseExpr('x{a="\\ufeffb"}').expr?.selectors[0]?.matchers).toMatchObject([{ value: '\ufeffb' }]);
  });

  it('binds a trailing modifier to the last operand', () => {
    const { expr } = parseExpr('a + b offset 5m * c');
    expect(expr?.root).toMatchObject({
      kind: 'binary',
      op: '+',
      lhs: { kind: 'selector', metric: 'a' },
      rhs: { kind: 'binary', op: '*', lhs: { kind: 'modified', modifier: 'offset', expr: { metric: 'b' } } },
    });
  });

  it('knows what a newer Prometheus brought, and since when', () => {
    const since = (text: string) => parseExpr(text).expr?.features.map((each) => [each.name, each.since, each.until]);
    expect(since('holt_winters(x[5m], 0.5, 0.5)')).toEqual([['holt_winters()', null, '3.0']]);
    expect(since('info(x, {a="b"})')).toEqual([['info()', '3.0', null]]);
    expect(since('{"my.metric"}')).toEqual([['quoted name', '3.0', null]]);
    expect(since('x[300]')).toEqual([['number as duration', '3.0', null]]);
    expect(since('limitk(2, x)')).toEqual([['limitk', '2.54', null]]);
    expect(since('rate(x[5m])')).toEqual([]);
  });

  it('reads metric names however they are written', () => {
    const metrics = (text: string) => parseExpr(text).expr?.selectors.map((each) => each.metric);
    expect(metrics('a{} + {"b.c", x="y"} + {__name__="d"} + {__name__=~"e.*"}')).toEqual(['a', 'b.c', 'd', null]);
  });

  it('gives one text one parsed expression', () => {
    expect(parseExpr('x > 41').expr).toBe(parseExpr('x > 41').expr);
  });

  it('does not count the second argument of info() as a selector', () => {
    expect(parseExpr('info(rate(x[5m]), {a="b"})').expr?.selectors.map((each) => each.metric)).toEqual(['x']);
  });
});

describe('the result of an alert', () => {
  it.each([
    ['x > 1', 'vector', null],
    ['1 > bool 2', 'scalar', 'The expression of an alert gives a scalar, not an instant vector'],
    ['"x"', 'string', 'The expression of an alert gives a string, not an instant vector'],
    ['x[5m]', 'range', 'The expression of an alert gives a range vector, not an instant vector'],
    ['(x[5m:])', 'range', 'The expression of an alert gives a range vector, not an instant vector'],
    ['vector(1)', 'vector', null],
    ['-time()', 'scalar', 'The expression of an alert gives a scalar, not an instant vector'],
  ])('%s is of type %s', (text, type, message) => {
    const expr = parseExpr(text).expr ?? fail();
    expect(resultType(expr)).toBe(type);
    expect(checkAlertResult(expr.root)?.message ?? null).toBe(message);
  });
});

function fail(): never {
  throw new Error('does not parse');
}
