import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkRegex,
  compileRegex,
  formatMatcher,
  matcherAccepts,
  parseMatcherList,
  quoteRegex,
} from '../../../src/promql/index.js';

describe('parseMatcherList', () => {
  it.each([
    'mountpoint=~"/s.*",fstype!="nfs"',
    '{mountpoint=~"/s.*",fstype!="nfs"}',
    ' { mountpoint=~"/s.*", fstype!="nfs", } ',
  ])('reads %s', (text) => {
    const { matchers, problems } = parseMatcherList(text);
    expect(problems).toEqual([]);
    expect(matchers.map(formatMatcher)).toEqual(['mountpoint=~"/s.*"', 'fstype!="nfs"']);
    expect(matchers.map((each) => text.slice(each.start, each.end))).toEqual(['mountpoint=~"/s.*"', 'fstype!="nfs"']);
  });

  it.each(['', '{}', 'x', 'a=b', 'a="b', 'a=~"("', 'a="b"} + x{c="d"', 'a="b"}[5m', '{a="b"} > 1', '{"name"}'])(
    'refuses %s within its text',
    (text) => {
      const { matchers, problems } = parseMatcherList(text);
      expect(matchers).toEqual([]);
      expect(problems.length).toBeGreaterThan(0);
      for (const each of problems) expect(each.start >= 0 && each.end <= text.length).toBe(true);
    },
  );
});

describe('regexes of RE2', () => {
  it.each([
    ['a.b', 'a.b', 'axbc'],
    ['a|b', 'b', 'ab'],
    ['(?i)gpu', 'GpU', 'gp'],
    ['(?i:g)pu', 'Gpu', 'GPU'],
    ['[[:digit:]]+', '42', '4x'],
    ['[^[:digit:]]', 'x', '4'],
    ['[\\D]', 'x', '4'],
    ['[^\\D]', '4', 'x'],
    ['\\pL+', 'äb', 'a1'],
    ['\\p{Greek}', 'α', 'a'],
    ['\\Qa.b\\E+', 'a.bb', 'axb'],
    ['(?P<n>a)b', 'ab', 'a'],
    ['\\x41\\x{1F600}', 'A😀', 'A'],
    ['.', '😀', 'ab'],
    ['a{,5}', 'a{,5}', 'aa'],
    ['a{2,}', 'aaa', 'a'],
    ['[]a]', ']', 'b'],
    ['\\/\\-\\_', '/-_', 'x'],
    ['(?s).+', 'a\nb', ''],
    ['^a$', 'a', 'aa'],
    ['[a-c-]', '-', 'd'],
    ['(?i)[a-c]', 'B', 'D'],
    ['', '', 'a'],
  ])('%s accepts %j and not %j', (regex, yes, no) => {
    expect(checkRegex(regex)).toBeNull();
    expect(matcherAccepts({ label: 'l', op: '=~', value: regex }, yes)).toBe(true);
    expect(matcherAccepts({ label: 'l', op: '=~', value: regex }, no)).toBe(false);
    expect(matcherAccepts({ label: 'l', op: '!~', value: regex }, no)).toBe(true);
  });

  it.each([
    '(',
    ')',
    '[',
    'a**',
    '*a',
    '(?=a)',
    '(?<!a)',
    '(a)\\1',
    '\\Z',
    'a{1001}',
    'a{2,1}',
    '[b-a]',
    '\\',
    '(?x)',
    '\\C',
  ])('%s is refused', (regex) => {
    expect(compileRegex(regex).kind).toBe('invalid');
    expect(checkRegex(regex)).not.toBeNull();
  });

  it('match exactly a quoted text', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (text, other) => {
        const matcher = { label: 'l', op: '=~', value: quoteRegex(text) } as const;
        expect(matcherAccepts(matcher, text)).toBe(true);
        expect(matcherAccepts(matcher, other)).toBe(text === other);
      }),
    );
  });
});
