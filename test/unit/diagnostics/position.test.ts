import { expect, it } from 'vitest';
import { lineIndex, positionAt } from '../../../src/diagnostics/position.js';

it('counts lines and columns from 1', () => {
  const text = 'ab\n\ncd\r\ne';
  const places = [0, 1, 2, 3, 4, 5, 8, 9].map((offset) => {
    const { line, column } = positionAt(text, offset);
    return `${line}:${column}`;
  });
  expect(places).toEqual(['1:1', '1:2', '1:3', '2:1', '3:1', '3:2', '4:1', '4:2']);
});

it('stays within the text', () => {
  expect(positionAt('ab', 99)).toEqual({ line: 1, column: 3 });
  expect(positionAt('ab\n', 3)).toEqual({ line: 2, column: 1 });
  expect(positionAt('', -1)).toEqual({ line: 1, column: 1 });
});

it('knows the ranges of lines without their line breaks', () => {
  const lines = lineIndex('ab\r\ncd\n');
  expect([1, 2, 3].map((line) => lines.range(line))).toEqual([
    { start: 0, end: 2 },
    { start: 4, end: 6 },
    { start: 7, end: 7 },
  ]);
});
