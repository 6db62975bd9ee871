import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { FILTERS } from '../../../src/template/filters.js';

const nunjucks = createRequire(import.meta.url)('nunjucks/src/filters.js') as Record<
  string,
  (...args: unknown[]) => unknown
>;

describe('filters give what those of nunjucks give', () => {
  test.each<[string, unknown, ...unknown[]]>([
    ['abs', -5],
    ['capitalize', 'gPU node'],
    ['default', undefined, 3],
    ['default', 0, 3],
    ['d', 'x', 3],
    ['first', ['a', 'b']],
    ['float', '3.5x'],
    ['float', 'x', 7],
    ['int', '35.9'],
    ['int', 12.7],
    ['int', 'x', 7],
    ['join', ['a', 1], ','],
    ['join', ['a', 'b']],
    ['last', ['a', 'b']],
    ['length', 'abc'],
    ['length', ['a']],
    ['length', { a: 1, b: 2 }],
    ['lower', 'ABC'],
    ['replace', 'a.b.c', '.', '-'],
    ['replace', 'abc', 'x', '-'],
    ['round', 2.5],
    ['round', 2.345, 2],
    ['round', 2.1, 0, 'ceil'],
    ['round', 2.9, 0, 'floor'],
    ['sort', ['b', 'a', 'c']],
    ['sort', [10, 9, 1]],
    ['title', 'gpu node one'],
    ['trim', '  x y  '],
    ['upper', 'abc'],
    ['urlencode', 'a b/c'],
  ])('%s of %j', (name, input, ...args) => {
    const ours = FILTERS.get(name)?.run(input, args);
    const theirs = nunjucks[name]?.call({ env: { opts: {} } }, input, ...args);
    expect(ours).toEqual(theirs instanceof String ? String(theirs) : theirs);
  });
});
