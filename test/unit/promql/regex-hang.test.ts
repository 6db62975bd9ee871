import { expect, it } from 'vitest';
import { matcherAccepts } from '../../../src/promql/index.js';

it('a regex with nested repetition is matched in linear time', () => {
  const value = `${'a'.repeat(200)}!`;
  expect(matcherAccepts({ label: 'l', op: '=~', value: '(a+)+' }, value)).toBe(false);
  expect(matcherAccepts({ label: 'l', op: '=~', value: '((a|aa)+)*!' }, value)).toBe(true);
});
