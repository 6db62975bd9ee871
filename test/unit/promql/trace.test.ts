import { describe, expect, it } from 'vitest';
import { traceLabel, traceTargets } from '../../../src/promql/index.js';
import { expr } from './expr.js';

function reached(text: string, label: string): string {
  const trace = traceLabel(expr(text), label);
  return trace.kind === 'lost'
    ? `lost by ${trace.by.text}`
    : trace.selectors.map((each) => each.metric ?? '?').join(' ');
}

describe('traceLabel', () => {
  it.each([
    // Functions
    ['rate(a[5m] offset 1h)', 'a'],
    ['-(a)', 'a'],
    ['quantile_over_time(scalar(b), a[5m])', 'a'],
    ['max_over_time((a > 1)[5m:])', 'a'],
    ['absent(a)', 'lost by absent'],
    ['absent_over_time(a[5m])', 'lost by absent_over_time'],
    ['vector(scalar(a))', 'lost by vector'],
    ['scalar(a) > bool 1', 'lost by scalar(a) > bool 1'],
    ['label_replace(a, "l", "x", "b", "c")', 'lost by label_replace'],
    ['label_replace(a, "k", "x", "l", "c")', 'a'],
    ['label_join(a, "l", "-", "b")', 'lost by label_join'],
    ['info(a)', 'lost by info'],
    ['info(a, {k="x"})', 'a'],
    ['info(a, {l="x"})', 'lost by info'],
    // Aggregations
    ['sum by (l) (a)', 'a'],
    ['sum by (k) (a)', 'lost by sum by (k)'],
    ['sum(a) by (k)', 'lost by sum by (k)'],
    ['sum(a)', 'lost by sum'],
    ['sum without (k) (a)', 'a'],
    ['sum without (k, l) (a)', 'lost by sum without (k, l)'],
    ['topk(1, a)', 'lost by topk'],
    ['topk by (l) (scalar(b), a)', 'a'],
    ['count_values by (l) ("v", a)', 'a'],
    ['count_values by (l) ("l", a)', 'lost by count_values by (l)'],
    ['sum by (l) (max by (k) (a))', 'lost by max by (k)'],
    // One-to-one
    ['a + b', 'a b'],
    ['a > on (l) b', 'a b'],
    ['a > on (k) b', 'lost by on (k)'],
    ['a > ignoring (k) b', 'a b'],
    ['a > ignoring (l) b', 'lost by ignoring (l)'],
    ['a > 5', 'a'],
    ['5 < a', 'a'],
    ['a > scalar(b)', 'a'],
    // The label is matched on, so one side is enough.
    ['a + on (l) label_replace(b, "l", "x", "", "")', 'a'],
    ['label_replace(a, "l", "x", "", "") + on (l) b', 'b'],
    // Many-to-one
    ['a * on (k) group_left b', 'a'],
    ['a * on (k) group_left (l) b', 'b'],
    ['a * on (k) group_right b', 'b'],
    ['a * on (k) group_right (l) b', 'a'],
    ['sum by (k) (a) * on (k) group_left b', 'lost by sum by (k)'],
    ['label_replace(a, "l", "x", "", "") * on (l) group_left b', 'b'],
    // Sets
    ['a and b', 'a b'],
    ['a and on (k) b', 'a'],
    ['a and on (l) b', 'a b'],
    ['a and on (l) sum by (l) (b)', 'a b'],
    ['a and sum(b)', 'a'],
    ['label_replace(a, "l", "x", "", "") and on (l) b', 'b'],
    ['a unless b', 'a b'],
    ['a unless on (k) b', 'a'],
    ['label_replace(a, "l", "x", "", "") unless on (l) b', 'lost by label_replace'],
    ['a or b', 'a b'],
    ['a or on (k) b', 'lost by on (k)'],
    ['a or ignoring (l) b', 'lost by ignoring (l)'],
    ['a or vector(0)', 'lost by vector'],
    // Partners that are missing get a value
    ['a + fill(0) b', 'a b'],
    ['a + on (k) fill(0) b', 'lost by on (k)'],
    ['a + on (l) fill(0) sum(b)', 'lost by sum'],
  ])('%s: %s', (text, wanted) => {
    expect(reached(text, 'l')).toBe(wanted);
  });

  it.each([
    ['histogram_quantile(0.9, a)', 'le', 'lost by histogram_quantile'],
    ['a > 1', '__name__', 'a'],
    ['a + 1', '__name__', 'lost by +'],
    ['rate(a[5m])', '__name__', 'lost by rate'],
    ['sum without (k) (a)', '__name__', 'lost by sum without (k)'],
    ['info(a)', 'instance', 'a'],
  ])('%s, label %s: %s', (text, label, wanted) => {
    expect(reached(text, label)).toBe(wanted);
  });
});

describe('traceTargets', () => {
  const LABELS = ['target_label_type', 'instance', 'target_id'];

  it.each([
    ['a > 1', null],
    ['sum by (instance) (a)', null],
    ['sum by (target_label_type) (a)', null],
    ['sum without (gpu) (a)', null],
    ['sum(a)', 'sum'],
    ['sum by (group_id) (a)', 'sum by (group_id)'],
    [
      'sum without (instance, target_id, target_label_type) (a)',
      'sum without (instance, target_id, target_label_type)',
    ],
    ['topk(3, a)', 'topk'],
    ['topk by (instance) (3, a)', null],
    ['count_values by (instance) ("v", a)', null],
    ['count_values("v", a)', 'count_values'],
    ['absent(a)', 'absent'],
    ['a > scalar(sum(b))', 'sum'],
    ['a > scalar(b)', 'scalar'],
    ['topk by (instance) (scalar(count(b)), a)', 'count'],
    ['a > on (instance) group_left sum by (instance) (b)', null],
    ['a > on (job) group_left avg by (job) (b)', 'avg by (job)'],
    ['a and on (job) b', 'on (job)'],
    ['a unless on (instance) b', null],
    ['a and on () hour() > 8', null],
    ['a and on () (vector(1) > 0)', null],
    ['a or vector(0)', 'or'],
    ['vector(1)', 'vector(1)'],
    ['vector(1) unless on (instance) a', 'on (instance)'],
    // Both kept a label of targets, but not the same: they meet on labels that neither has.
    ['sum by (instance) (a) and on (target_label_type) sum by (instance) (b)', 'on (target_label_type)'],
    ['label_replace(a, "x", "$1", "instance", "(.*)")', null],
    ['histogram_quantile(0.9, sum by (le, instance) (a))', null],
    ['histogram_quantile(0.9, sum by (le) (a))', 'sum by (le)'],
    ['sum by (instance) (a) > 5 or sum by (instance) (b) > 5', null],
  ])('%s: %s', (text, by) => {
    const trace = traceTargets(expr(text), LABELS);
    expect(trace.kind === 'lost' ? trace.by.text : null).toBe(by);
  });

  it('takes unscoped metrics for the same everywhere', () => {
    expect(
      traceTargets(expr('a * on (rack) group_left sum by (rack) (power)'), LABELS, { unscoped: ['power'] }).kind,
    ).toBe('reaches');
    expect(traceTargets(expr('a * on (rack) group_left sum by (rack) (power)'), LABELS).kind).toBe('lost');
  });
});
