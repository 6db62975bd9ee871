import { describe, expect, it } from 'vitest';
import { codeFrame, type FrameOptions } from '../../../src/diagnostics/frame.js';

const TEXT = 'one\ntwo\nthree\nfour five\nsix\nseven\neight\n';

function frameOf(text: string, marked: string, options?: FrameOptions): string[] {
  const start = text.indexOf(marked);
  return codeFrame(text, { start, end: start + marked.length }, options).split('\n');
}

describe('codeFrame', () => {
  it('shows two lines either side and underlines the range', () => {
    expect(frameOf(TEXT, 'five')).toEqual([
      '  2 | two',
      '  3 | three',
      '> 4 | four five',
      '    |      ^^^^',
      '  5 | six',
      '  6 | seven',
    ]);
  });

  it('puts a message beside the carets', () => {
    expect(frameOf(TEXT, 'one', { message: 'here' })).toEqual([
      '> 1 | one',
      '    | ^^^ here',
      '  2 | two',
      '  3 | three',
    ]);
  });

  it('aligns line numbers of different length', () => {
    const text = Array.from({ length: 12 }, (_, index) => `line ${index + 1}`).join('\n');
    expect(frameOf(text, 'line 9')).toEqual([
      '   7 | line 7',
      '   8 | line 8',
      '>  9 | line 9',
      '     | ^^^^^^',
      '  10 | line 10',
      '  11 | line 11',
    ]);
  });

  it('marks the first line of a range over several', () => {
    expect(frameOf(TEXT, 'five\nsix').slice(2, 4)).toEqual(['> 4 | four five', '    |      ^^^^']);
  });

  it('marks one column where there is nothing to underline', () => {
    expect(codeFrame('a: \nb: 1\n', { start: 3, end: 3 }).split('\n')).toEqual([
      '> 1 | a:',
      '    |    ^',
      '  2 | b: 1',
    ]);
    expect(codeFrame('a: 1\n', { start: 5, end: 5 }).split('\n')).toEqual(['  1 | a: 1', '> 2 |', '    | ^']);
    expect(codeFrame('', { start: 0, end: 0 })).toBe('> 1 |\n    | ^');
  });

  it('aligns tabs, wide characters, emoji and combining marks', () => {
    expect(frameOf('\tname: x\n', 'x').slice(0, 2)).toEqual(['> 1 |     name: x', '    |           ^']);
    expect(frameOf('a\tb: x\n', 'x').slice(0, 2)).toEqual(['> 1 | a   b: x', '    |        ^']);
    expect(frameOf('日本語: x\n', 'x').slice(0, 2)).toEqual(['> 1 | 日本語: x', '    |         ^']);
    expect(frameOf('x: 日本\n', '日本').slice(0, 2)).toEqual(['> 1 | x: 日本', '    |    ^^^^']);
    expect(frameOf('😀: x\n', 'x').slice(0, 2)).toEqual(['> 1 | 😀: x', '    |     ^']);
    expect(frameOf('e\u0301: x\n', 'x').slice(0, 2)).toEqual(['> 1 | e\u0301: x', '    |    ^']);
  });

  it('lets nothing of the text drive a terminal', () => {
    const hostile = 'a: \u001b[2J\u202e\u0007\u009b x\r\nb: \u001b]0;title\u0007\n';
    const frame = frameOf(hostile, 'x');
    expect(frame.slice(0, 2)).toEqual(['> 1 | a: \\x1b[2J\\u202e\\x07\\x9b x', '    |                          ^']);
    expect(frame.join('')).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });

  it('cuts long lines around what is marked', () => {
    const text = `short\n${'a '.repeat(200)}BAD ${'b '.repeat(200)}\nshort too\n`;
    const [above, line, carets, below] = frameOf(text, 'BAD');
    expect(above).toBe('  1 | …');
    expect(below).toBe('  3 | …');
    expect(line?.startsWith('> 2 | …')).toBe(true);
    expect(line?.endsWith('…')).toBe(true);
    expect((line ?? '').length).toBeLessThan(125);
    expect(line?.indexOf('BAD')).toBe(carets?.indexOf('^^^'));
  });

  it('leaves the beginning of a long line where the mark is there', () => {
    const [line, carets] = frameOf(`BAD ${'b '.repeat(3000)}\n`, 'BAD');
    expect(line?.startsWith('> 1 | BAD b b')).toBe(true);
    expect(carets).toBe('    | ^^^');
  });

  it('draws a range as long as a long line', () => {
    const text = 'x'.repeat(1_000_000);
    const [line, carets] = codeFrame(text, { start: 500_000, end: 1_000_000 }).split('\n');
    expect((line ?? '').length).toBeLessThan(125);
    expect((carets ?? '').length).toBeLessThan(125);
  });
});
