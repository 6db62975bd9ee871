import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Matcher } from '../../../src/model/types.js';
import { parseExpr, parseMatcherList, scopeExpr } from '../../../src/promql/index.js';
import { expr } from './expr.js';

const GROUP: Matcher = { label: 'group_id', op: '=', value: 'g1' };

function scoped(text: string, target: readonly Matcher[] = [GROUP], unscoped: readonly string[] = []): string {
  const result = scopeExpr(expr(text), { target, series: [] }, { unscoped });
  expect(result.problems).toEqual([]);
  return result.text;
}

function narrowed(text: string, list: string) {
  return scopeExpr(expr(text), { target: [], series: parseMatcherList(list).matchers }, { unscoped: [] });
}

describe('target matchers', () => {
  it.each([
    ['up == 0', 'up{group_id="g1"} == 0'],
    ['up{job="a"}', 'up{group_id="g1",job="a"}'],
    ['up{}', 'up{group_id="g1"}'],
    ['up { }', 'up {group_id="g1" }'],
    ['up{job="a",}', 'up{group_id="g1",job="a",}'],
    ['up{ # a comment {x="y"}\n}', 'up{group_id="g1" # a comment {x="y"}\n}'],
    ['up{ # a comment\n  job="a", # another\n}', 'up{group_id="g1", # a comment\n  job="a", # another\n}'],
    ['up # c\n{job="a"}', 'up # c\n{group_id="g1",job="a"}'],
    ['{__name__=~"node_.*"}', '{group_id="g1",__name__=~"node_.*"}'],
    ['{"my.metric", a="b"}', '{group_id="g1","my.metric", a="b"}'],
    ['{a="b", "my.metric"}', '{group_id="g1",a="b", "my.metric"}'],
    ['rate(x[5m])', 'rate(x{group_id="g1"}[5m])'],
    ['max_over_time(rate(x{a="b"}[5m])[1h:5m])', 'max_over_time(rate(x{group_id="g1",a="b"}[5m])[1h:5m])'],
    ['x offset 5m + y @ 100', 'x{group_id="g1"} offset 5m + y{group_id="g1"} @ 100'],
    ['x[5m] @ end() == 1', null],
    ['absent(x)', 'absent(x{group_id="g1"})'],
    ['topk(scalar(x), y)', 'topk(scalar(x{group_id="g1"}), y{group_id="g1"})'],
    ['quantile by (a) (scalar(x), y)', 'quantile by (a) (scalar(x{group_id="g1"}), y{group_id="g1"})'],
    ['info(x, {data="y"})', 'info(x{group_id="g1"}, {data="y"})'],
    ['info(rate(x[5m]))', 'info(rate(x{group_id="g1"}[5m]))'],
    ['holt_winters(x[5m], 0.1, 0.1)', 'holt_winters(x{group_id="g1"}[5m], 0.1, 0.1)'],
    ['label_replace(x, "a", "up{b}", "c", "d")', 'label_replace(x{group_id="g1"}, "a", "up{b}", "c", "d")'],
    ['x{a=\'y{b="c"}\'}', 'x{group_id="g1",a=\'y{b="c"}\'}'],
    ['x{a=`{`}', 'x{group_id="g1",a=`{`}'],
    ['a * on (group_id) group_left (b) c', 'a{group_id="g1"} * on (group_id) group_left (b) c{group_id="g1"}'],
    ['sum by (sum) (sum)', 'sum by (sum) (sum{group_id="g1"})'],
    ['x > 5 and on () hour() > 8', 'x{group_id="g1"} > 5 and on () hour() > 8'],
    ['vector(1)', 'vector(1)'],
  ])('%s', (text, wanted) => {
    if (wanted === null) expect(parseExpr(text).expr).toBeNull();
    else expect(scoped(text)).toBe(wanted);
  });

  it('leaves a selector alone that has the matcher already, or one that implies it', () => {
    expect(scoped('x{group_id="g1"} + y')).toBe('x{group_id="g1"} + y{group_id="g1"}');
    expect(scoped("x{group_id='g1'}")).toBe("x{group_id='g1'}");
    expect(scoped('x{t="gpu"}', [{ label: 't', op: '!=', value: 'cpu' }])).toBe('x{t="gpu"}');
    expect(scoped('x{t="gpu"}', [{ label: 't', op: '=~', value: 'gpu|cpu' }])).toBe('x{t="gpu"}');
    expect(scoped('x{t=~"a.*"}', [{ label: 't', op: '=~', value: 'a.*' }])).toBe('x{t=~"a.*"}');
    expect(scoped('x{t=~"g.*"}', [{ label: 't', op: '=', value: 'gpu' }])).toBe('x{t="gpu",t=~"g.*"}');
  });

  it.each([
    ['x + y{group_id="g2"}', 'group_id="g2"'],
    ['x + y{group_id!="g1"}', 'group_id!="g1"'],
    ['x + y{group_id=~"g[23]"}', 'group_id=~"g[23]"'],
    ['absent(x{group_id=""})', 'group_id=""'],
  ])('%s contradicts', (text, place) => {
    const { problems } = scopeExpr(expr(text), { target: [GROUP], series: [] }, { unscoped: [] });
    expect(problems.map((each) => [each.code, text.slice(each.start, each.end)])).toEqual([
      ['promql/contradicting-matcher', place],
    ]);
  });

  it('spares unscoped metrics, in every form of their name', () => {
    expect(scoped('a + b{} + {"c"} + {__name__="d"}', [GROUP], ['b', 'c', 'd'])).toBe(
      'a{group_id="g1"} + b{} + {"c"} + {__name__="d"}',
    );
  });

  it('quotes whatever a value holds, so that it reads back the same', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.string({ unit: fc.constantFrom('"', '\\', '\n', '`', '{', '\0', 'é', '\u2028') }),
        ),
        (value) => {
          const text = scoped('x{a="b"}', [{ label: 'group_id', op: '=', value }]);
          const [matcher] = expr(text).selectors[0]?.matchers ?? [];
          expect(matcher?.value).toBe(value);
          expect(text).not.toContain('\n');
        },
      ),
    );
  });

  it('replaces half a surrogate pair, which UTF-8 cannot hold', () => {
    expect(scoped('x', [{ label: 'a', op: '=', value: '\ud83d!' }])).toBe('x{a="\ufffd!"}');
  });

  it('quotes label names that are not classic ones', () => {
    expect(scoped('x', [{ label: 'a.b', op: '!=', value: 'c' }])).toBe('x{"a.b"!="c"}');
  });
});

describe('series matchers', () => {
  it.each([
    ['fs_avail / fs_size < 0.1', 'mountpoint="/s"', 'fs_avail{mountpoint="/s"} / fs_size{mountpoint="/s"} < 0.1'],
    [
      'fs_avail < 1 and on (instance) load > 5',
      'mountpoint="/s"',
      'fs_avail{mountpoint="/s"} < 1 and on (instance) load > 5',
    ],
    ['a unless on (m) b', 'm="1"', 'a{m="1"} unless on (m) b{m="1"}'],
    ['a or b', 'm!="1"', 'a{m!="1"} or b{m!="1"}'],
    ['a * on (i) group_left (m) b', 'm="1"', 'a * on (i) group_left (m) b{m="1"}'],
    ['a * on (i) group_left (x) b', 'm="1"', 'a{m="1"} * on (i) group_left (x) b'],
    ['a * on (i) group_right (x) b', 'm="1"', 'a * on (i) group_right (x) b{m="1"}'],
    ['a > scalar(b)', 'm="1"', 'a{m="1"} > scalar(b)'],
    ['topk by (m) (scalar(b), a)', 'm="1"', 'topk by (m) (scalar(b), a{m="1"})'],
    ['rate(cpu{mode="idle"}[5m])', 'mode!="user"', 'rate(cpu{mode="idle"}[5m])'],
  ])('%s by %s', (text, list, wanted) => {
    expect(narrowed(text, list)).toEqual({ text: wanted, selectsNothing: false, problems: [] });
  });

  it.each([
    ['a{m="2"}', true],
    ['a{m!="1"}', true],
    ['a{m=~"2|3"}', true],
    ['a{m="1"}', false],
    ['a{m="2"} / b', true],
    ['b / a{m="2"}', true],
    ['b or a{m="2"}', false],
    ['c{m="3"} or a{m="2"}', true],
    ['b unless a{m="2"}', false],
    ['a{m="2"} unless b', true],
    ['b and a{m="2"}', true],
    ['sum by (m) (rate(a{m="2"}[5m])) > 1', true],
    ['max_over_time((a{m="2"} > 1)[5m:])', true],
  ])('%s narrowed to m="1" selects nothing: %s', (text, nothing) => {
    expect(narrowed(text, 'm="1"').selectsNothing).toBe(nothing);
  });

  it('says what loses a label instead of changing what is summed', () => {
    const { problems, text } = narrowed('sum by (instance) (a)', 'm="1"');
    expect(text).toBe('sum by (instance) (a)');
    expect(problems).toMatchObject([{ code: 'policy/narrowing-lost', start: 0, end: 17 }]);
  });
});

describe('any expression', () => {
  const label = fc.constantFrom('instance', 'group_id', 'mode', 'le');
  const comment = fc.constantFrom('', ' ', ' # up{a="b"}\n', '\n');
  const matcherText = fc
    .tuple(label, fc.constantFrom('=', '!=', '=~', '!~'), fc.constantFrom('"a"', "'x{y}'", '`b`', '"\\"}"'))
    .map((parts) => parts.join(''));
  const selectorText = fc
    .tuple(
      fc.constantFrom('up', 'a:b', 'sum', 'offset_x'),
      comment,
      fc.option(fc.array(matcherText, { maxLength: 3 })),
      comment,
      fc.boolean(),
    )
    .map(([name, before, list, after, comma]) => {
      if (list === null) return name;
      return `${name}${before}{${after}${list.join(`,${after}`)}${comma && list.length > 0 ? ',' : ''}}`;
    });
  const vector = fc.letrec<{ vector: string }>((tie) => ({
    vector: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      selectorText,
      tie('vector').map((v) => `(${v})`),
      tie('vector').map((v) => `-${v}`),
      selectorText.map((v) => `${v} offset 5m`),
      selectorText.map((v) => `rate(${v}[5m] @ 10)`),
      tie('vector').map((v) => `max_over_time((${v})[1h:1m])`),
      tie('vector').map((v) => `absent(${v})`),
      fc.tuple(label, tie('vector')).map(([l, v]) => `sum by (${l}) (${v})`),
      fc.tuple(label, tie('vector')).map(([l, v]) => `sum(${v}) without (${l},)`),
      fc.tuple(tie('vector'), tie('vector')).map(([a, b]) => `topk(scalar(${a}), ${b})`),
      fc
        .tuple(
          tie('vector'),
          fc.constantFrom('+', '>', '> bool', 'and', 'or', 'unless on (instance)', '* on (instance) group_left (mode)'),
          tie('vector'),
        )
        .map((parts) => parts.join('\n')),
    ),
  })).vector;

  it('gets the matcher once in each selector, keeps its text and still parses', () => {
    fc.assert(
      fc.property(vector, (text) => {
        const before = expr(text);
        // A label that no generated selector names.
        const matcher: Matcher = { label: 'zone', op: '=', value: 'x"{}' };
        const result = scopeExpr(before, { target: [matcher], series: [] }, { unscoped: [] });
        const after = expr(result.text);
        expect(after.selectors).toHaveLength(before.selectors.length);
        for (const selector of after.selectors) {
          expect(selector.matchers.filter((each) => each.label === 'zone')).toMatchObject([matcher]);
        }
        const inserted = 'zone="x\\"{}"';
        const restored = result.text
          .replaceAll(`{${inserted}}`, '')
          .replaceAll(`${inserted},`, '')
          .replaceAll(inserted, '');
        expect(restored.replaceAll(/\{\}/g, '')).toBe(text.replaceAll(/\{\}/g, ''));
        // Doing it again changes nothing.
        expect(scopeExpr(after, { target: [matcher], series: [] }, { unscoped: [] }).text).toBe(result.text);
      }),
      { numRuns: 500 },
    );
  });

  it('is never thrown at, however broken', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          vector.chain((v) => fc.nat(v.length).map((at) => v.slice(0, at))),
        ),
        (text) => {
          const { expr: parsed, problems } = parseExpr(text);
          expect(parsed === null).toBe(problems.length > 0);
          for (const each of problems)
            expect(each.start >= 0 && each.end <= text.length && each.start <= each.end).toBe(true);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
