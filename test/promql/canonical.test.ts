import { describe, expect, it } from 'vitest';
import { canonicalExpr, parseExpr } from '../../src/promql/index.js';
import { EXPRESSIONS, SYNTAX, templateExpressions } from './corpus.js';
import { fleet } from './fleet.js';
import { evaluate, refusals } from './promtool.js';

/** Of the other expressions: what a text looks like matters to some functions, to none more than to these. */
const FINICKY = [
  'absent((up{job="a", group_id="b"}))',
  'absent(up{job="a", job=~"a"})',
  'absent(up{job=~"a", job="a"})',
  'absent(up{job="a", job="a", group_id="b"} offset 5m)',
  'absent_over_time((up{z="1", b="a"})[5m:])',
  'absent_over_time(up{z="1", job=~"a", job="a"}[5m] offset 60s)',
  'timestamp((node_load1 offset 90s))',
  'timestamp(+node_load1 offset 90s)',
  '+node_load1',
  '-(-node_load1)',
  '(-2) ^ 2 + -2 ^ 2 + -(2) ^ 2 + node_load1',
  '2 ^ -1 * node_load1 ^ -(1) ^ 2',
  '-(node_load1 * 2) ^ 2',
  '100 - (50 - (20 - node_load1)) - 017 - 018 - 0x1F - 1e2',
  '2 ^ 3 ^ 2 + (2 ^ 3) ^ 2 + 7 % 4 * 3 + 7 % (4 * 3) + node_load1',
  'node_load1 * on (instance) GROUP_LEFT node_load5',
  'node_load1 + on () group_left (job) 2',
  'node_load1 offset 5m @ 1e3',
  'max_over_time((node_load1 offset 600s)[90m:60s])',
  'sum(node_load1) by () + on () sum by () (node_load5)',
  'count without () (DCGM_FI_DEV_GPU_TEMP)',
];

describe('the canonical text', () => {
  const data = fleet('both');
  const corpus = [...EXPRESSIONS, ...templateExpressions(), ...FINICKY].filter((text) => parseExpr(text).expr !== null);
  const canonical = corpus.map((text) => {
    const { expr } = parseExpr(text);
    return expr === null ? text : canonicalExpr(expr);
  });
  const results = evaluate([...corpus, ...canonical].map((expr) => ({ expr, series: data })));

  it.each(corpus.map((text, i) => [text, i] as const))('gives what %s gives', (_, i) => {
    expect(results[i]).toBeInstanceOf(Array);
    expect(results[corpus.length + i]).toEqual(results[i]);
  });

  it('is accepted', () => {
    const accepted = SYNTAX.flatMap((text) => parseExpr(text).expr ?? []).map((each) => canonicalExpr(each));
    expect(refusals(accepted).flatMap((reason, i) => (reason === null ? [] : [`${accepted[i]}: ${reason}`]))).toEqual(
      [],
    );
  });
});
