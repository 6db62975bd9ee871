import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareLoudness, type Loudness, type ParsedExpr } from '../../../src/promql/index.js';
import { expr } from './expr.js';
import { type Data, type Element, evaluate, keyOf, QueryError } from './naive.js';

/** Numbers are left open: two readings of one text are two expressions of one shape. */
const NUMBER = 'N';

const { vector } = fc.letrec<{ vector: string; scalar: string; number: string }>((tie) => {
  const join = (...parts: readonly (string | fc.Arbitrary<string>)[]): fc.Arbitrary<string> =>
    fc
      .tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part)))
      .map((texts) => texts.join(' '));
  const v = tie('vector');
  const s = tie('scalar');
  const n = tie('number');
  const order = fc.constantFrom('>', '<', '>=', '<=');
  const comparison = fc.oneof({ weight: 8, arbitrary: order }, fc.constantFrom('==', '!='));
  const arithmetic = fc.oneof({ weight: 8, arbitrary: fc.constantFrom('+', '-', '*', '/') }, fc.constantFrom('%', '^'));
  const matching = fc.constantFrom('', '', '', 'on (i)', 'ignoring (j)', 'on (__name__)', 'on ()');
  const pairing = fc.oneof(
    matching,
    fc.constantFrom('on (i) group_left ()', 'on (i) group_right (j)', 'on (i, j) group_left ()'),
  );
  const over = fc
    .constantFrom('count', 'present', 'max', 'min', 'sum', 'avg', 'last', 'absent')
    .map((op) => `${op}_over_time`);
  const aggregation = fc.constantFrom('count', 'count', 'group', 'sum', 'avg', 'min', 'max');
  const clause = fc.constantFrom('', 'by (i)', 'without (i)', 'by (__name__)');
  return {
    number: fc.oneof(
      { maxDepth: 2 },
      { weight: 6, arbitrary: fc.constant(NUMBER) },
      join('(', n, fc.constantFrom('+', '-', '*', '/'), n, ')'),
      join('(-', n, ')'),
    ),
    scalar: fc.oneof(
      { maxDepth: 5 },
      { weight: 6, arbitrary: n },
      join('scalar(', v, ')'),
      join('(', s, fc.constantFrom('+', '-', '*'), s, ')'),
      join('(', s, order, 'bool', s, ')'),
    ),
    vector: fc.oneof(
      { maxDepth: 5, depthSize: 'medium' },
      fc.constantFrom('a', 'a', 'b', 'c', '{__name__=~"a|b"}'),
      { weight: 6, arbitrary: join('(', v, comparison, n, ')') },
      join('(', n, comparison, v, ')'),
      join('(', v, comparison, 'bool ', s, ')'),
      join('(', v, comparison, s, ')'),
      join('(', v, arithmetic, n, ')'),
      join('(', s, arithmetic, v, ')'),
      join('(', v, comparison, pairing, ' ', v, ')'),
      join('(', v, order, 'bool ', pairing, ' ', v, ')'),
      join('(', v, arithmetic, pairing, ' ', v, ')'),
      { weight: 4, arbitrary: join('(', v, fc.constantFrom(' and ', ' or ', ' unless '), matching, ' ', v, ')') },
      { weight: 4, arbitrary: join(aggregation, ' ', clause, '(', v, ')') },
      { weight: 2, arbitrary: join(over, '(', v, '[2m:1m])') },
      join(fc.constantFrom('clamp_min', 'clamp_max'), '(', v, ',', s, ')'),
      join(fc.constantFrom('absent', 'floor', 'ceil', 'abs', 'sgn'), '(', v, ')'),
      join('vector(', s, ')'),
      join('(-', v, ')'),
    ),
  };
});

const value = fc.constantFrom(-2, -1, -0.5, 0, 0.5, 1, 2, 4);

interface Change {
  readonly before: ParsedExpr;
  readonly after: ParsedExpr;
}

const change: fc.Arbitrary<Change> = vector
  .filter((text) => text.includes(NUMBER))
  .chain((text) => {
    const count = text.split(NUMBER).length - 1;
    const values = fc.array(value, { minLength: count, maxLength: count });
    // Mostly, few numbers change.
    const kept = fc.array(fc.constantFrom(true, true, false), { minLength: count, maxLength: count });
    return fc.tuple(values, values, kept, fc.nat(count - 1)).map(([from, to, keep, moved]) => {
      const fill = (numbers: readonly number[]): ParsedExpr => {
        let i = 0;
        return expr(text.replaceAll(NUMBER, () => `(${numbers[i++]})`));
      };
      return {
        before: fill(from),
        after: fill(from.map((each, i) => (keep[i] && i !== moved ? each : (to[i] ?? each)))),
      };
    });
  });

const sample = fc.oneof(
  { weight: 5, arbitrary: fc.option(fc.integer({ min: -3, max: 4 })) },
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
);

const SERIES = ['a', 'b', 'c'].flatMap((name) =>
  ['1', '2'].flatMap((i) => ['1', '2'].map((j) => ({ __name__: name, i, j }))),
);

const minute = fc
  .tuple(...SERIES.map(() => sample))
  .map((values) =>
    values.flatMap((each, i): Element[] =>
      typeof each === 'number' ? [{ labels: SERIES[i] ?? {}, value: each }] : [],
    ),
  );
const data: fc.Arbitrary<Data> = fc.array(minute, { minLength: 3, maxLength: 3 });

/** The label sets that fire, or null where Prometheus would refuse to evaluate. */
function firing({ root }: ParsedExpr, samples: Data): ReadonlySet<string> | null {
  try {
    return new Set(evaluate(root, samples, 2).map(({ labels }) => keyOf(labels, (label) => label !== '__name__')));
  } catch (error) {
    if (error instanceof QueryError) return null;
    throw error;
  }
}

function missing(from: ReadonlySet<string>, wanted: ReadonlySet<string>): string[] {
  return [...wanted].filter((each) => !from.has(each));
}

describe('what compareLoudness claims', () => {
  it('holds for any series', () => {
    const seen = { claims: 0, differences: 0, unknown: 0 };
    fc.assert(
      fc.property(change, fc.array(data, { minLength: 4, maxLength: 4 }), ({ before, after }, samples) => {
        const loudness: Loudness = compareLoudness(before, after);
        if (loudness === 'unknown') {
          seen.unknown += 1;
          return;
        }
        seen.claims += 1;
        for (const each of samples) {
          const [earlier, later] = [firing(before, each), firing(after, each)];
          if (earlier === null || later === null) continue;
          const [fewer, more] = loudness === 'quieter' ? [later, earlier] : [earlier, later];
          expect(missing(more, fewer), `${before.text} → ${after.text}: ${loudness}`).toEqual([]);
          seen.differences += missing(fewer, more).length;
        }
      }),
      { numRuns: 3000 },
    );
    // It is tried on claims that mean something.
    expect(seen.claims).toBeGreaterThan(300);
    expect(seen.differences).toBeGreaterThan(300);
  });
});
