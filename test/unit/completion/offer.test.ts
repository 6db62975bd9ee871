import { describe, expect, it } from 'vitest';
import { answer, goingOn, MAX_OFFERED } from '../../../src/completion/offer.js';

const candidates = (...words: string[]) => words.map((word) => ({ word, description: '' }));
const offered = (typed: string, ...words: string[]) => goingOn(candidates(...words), typed).map(({ word }) => word);

describe('the candidates', () => {
  it('go on from what is typed, in order, each once', () => {
    expect(offered('ab', 'abc', 'b', 'ab', 'abc', 'Abd')).toEqual(['ab', 'abc']);
  });

  it('may differ in the case of letters where none is spelt so', () => {
    expect(offered('high', 'HighCPU', 'LowCPU')).toEqual(['HighCPU']);
  });

  it.each([
    '$(touch x)',
    '`x`',
    'a;b',
    'a b',
    'a\nb',
    'a\tb',
    '\u001b[31m',
    "a'b",
    'a"b',
    'a\\b',
    '~x',
    'a*',
    '{a,b}',
    '!!',
    'ä',
    '',
  ])('are never %j', (word) => {
    expect(offered('', word, 'fine')).toEqual(['fine']);
  });

  it('are cut where there are too many, and still begin as all of them do', () => {
    const words = Array.from({ length: 10_000 }, (_, i) => `n${String(i + 1).padStart(5, '0')}`);
    const found = offered('n', ...words);
    expect(found.length).toBe(MAX_OFFERED);
    expect([found[0], found.at(-1)]).toEqual(['n00001', 'n10000']);
  });
});

describe('the answer', () => {
  it('says what to do, then a candidate a line', () => {
    expect(answer('files')).toBe('files\n');
    expect(answer('words', [{ word: 'json', description: 'for programs' }], '--format=')).toBe(
      'words\n--format=json\tfor programs\n',
    );
  });

  it('keeps a description on its line, and harmless to a terminal', () => {
    const description = `  \u001b[31mred\ttab\nsecond line`;
    expect(answer('words', [{ word: 'a', description }])).toBe('words\na\t\\x1b[31mred\\ttab\n');
    const long = answer('words', [{ word: 'a', description: '😀'.repeat(100) }]);
    expect(long).toBe(`words\na\t${'😀'.repeat(80)}…\n`);
  });
});
