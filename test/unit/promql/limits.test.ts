import { describe, expect, test } from 'vitest';
import { parseExpr } from '../../../src/promql/index.js';
import { compileRegex } from '../../../src/promql/re2.js';

const messages = (text: string): string[] => parseExpr(text).problems.map(({ message }) => message);

describe('what is too large to be read', () => {
  test.each([
    ['parentheses', `${'('.repeat(10_000)}up${')'.repeat(10_000)}`, 'The expression is nested too deeply'],
    ['calls', `${'abs('.repeat(300)}up${')'.repeat(300)}`, 'The expression is nested too deeply'],
    ['powers', `${'up ^ '.repeat(10_000)}up`, 'The expression has more than 200 operators'],
    ['signs', `${'-'.repeat(10_000)}up`, 'The expression has more than 200 operators'],
    ['words', `${'up or '.repeat(201)}up`, 'The expression has more than 200 operators'],
  ])('%s', (_, text, message) => {
    expect(messages(text)).toEqual([message]);
  });

  test('just below, everything is read', () => {
    expect(messages(`${'('.repeat(100)}up${')'.repeat(100)}${' or on (a) rate(up[5m])'.repeat(200)}`)).toEqual([]);
    expect(messages(`${'up ^ on (a) group_left (b) '.repeat(200)}up`)).toEqual([]);
    expect(messages(`up{${'a!="b",'.repeat(2_000)}}`)).toEqual([]);
  });
});

/** As promtool 2.42 has it: braces in braces multiply. */
describe('repeat counts', () => {
  test.each(['(a{1,100}){1,10}', '(a{2,})+', '(a{0}){1000}', '((a{1000}b)?){1}', '(a{1000}|b{1000})c{1000}'])(
    '%s is within bounds',
    (regex) => {
      expect(compileRegex(regex).kind).not.toBe('invalid');
    },
  );
  test.each(['(a{1,100}){1,11}', '((a{2}){2}){251}', '((a{2})*){501}', '(a{600,}){2}', '((a{1000}b)?){2}', 'a{1001}'])(
    '%s is not',
    (regex) => {
      expect(compileRegex(regex).kind).toBe('invalid');
    },
  );
});
