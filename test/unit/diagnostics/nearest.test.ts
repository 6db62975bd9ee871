import { expect, it } from 'vitest';
import { didYouMean, nearest } from '../../../src/diagnostics/nearest.js';

it.each([
  ['threshhold', ['threshold', 'window'], 'threshold'],
  ['Gruop', ['Project', 'Group'], 'Group'],
  ['node-exporter', ['dcgm_exporter', 'node_exporter'], 'node_exporter'],
  ['HIGHCPU', ['HighCPU', 'HighDisk'], 'HighCPU'],
  ['crit', ['critical', 'info'], 'critical'],
  ['alb', ['lab', 'prod'], 'lab'],
  ['prdo', ['lab', 'prod'], 'prod'],
  ['ab', ['ba'], null],
  ['abc', ['cba'], null],
  ['banana', ['threshold', 'window'], null],
  ['x', ['y', 'z'], null],
  ['a', [], null],
])('%s among %j is %s', (word, candidates, expected) => {
  expect(nearest(word, candidates)).toBe(expected);
});

it('does not depend on the order of the candidates', () => {
  expect(nearest('cot', ['cut', 'cat'])).toBe(nearest('cot', ['cat', 'cut']));
});

it('makes the usual hint', () => {
  expect(didYouMean('threshhold', new Set(['threshold']))).toBe('Did you mean `threshold`?');
  expect(didYouMean('banana', ['threshold'])).toBeNull();
});
