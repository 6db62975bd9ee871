import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { parseDocuments } from '../../../src/source/parse.js';
import { spanInScalar, spanOf } from '../../../src/source/positions.js';
import type { Origin, SourceDocument } from '../../../src/source/types.js';

function documentOf(text: string): SourceDocument {
  const { documents, broken } = parseDocuments('templates/a.yaml', text, 'templates');
  const [document] = [...documents, ...broken];
  if (document === undefined) throw new Error(`no document in ${JSON.stringify(text)}`);
  return document;
}

const covered = (document: SourceDocument, { start, end }: { start: number; end: number }) =>
  document.text.slice(start, end);

describe('spanOf', () => {
  const document = documentOf(
    'name: x\nalerts:\n  HighLoad: { config: { threshold: 95 }, for: 10m }\nlist: [a, { b: c }]\nempty:\nexpr: |\n  up\n  == 0\n\nshared: &s { k: v }\nagain: *s\n',
  );
  const at = (path: Origin['path'], side?: 'key' | 'value') => covered(document, spanOf({ document, path }, side));

  it('finds values and keys', () => {
    expect(at(['alerts', 'HighLoad', 'config', 'threshold'])).toBe('95');
    expect(at(['alerts', 'HighLoad', 'config', 'threshold'], 'key')).toBe('threshold');
    expect(at(['alerts', 'HighLoad', 'config'])).toBe('{ threshold: 95 }');
    expect(at(['list', 1, 'b'])).toBe('c');
    expect(at(['list', 0], 'key')).toBe('a');
    expect(at(['expr'])).toBe('|\n  up\n  == 0');
    expect(at(['again', 'k'])).toBe('v');
  });

  it('shows the key where the value is empty', () => {
    expect(at(['empty'])).toBe('empty');
  });

  it('falls back to the key of the nearest parent that exists', () => {
    expect(at(['alerts', 'HighLoad', 'labels', 'team'])).toBe('HighLoad');
    expect(at(['alerts', 'Other'], 'key')).toBe('alerts');
    expect(at(['list', 7])).toBe('list');
    expect(at(['nothing', 'here'])).toBe('name');
    expect(at([])).toBe('name');
  });

  it('knows keys that are no texts', () => {
    const numbers = documentOf('1: { true: x }\n');
    expect(covered(numbers, spanOf({ document: numbers, path: ['1', 'true'] }))).toBe('x');
  });
});

describe('spanInScalar', () => {
  const cases: readonly (readonly [what: string, text: string])[] = [
    ['plain', 'expr: up == BAD + 1\n'],
    ['plain over lines', 'expr: up ==\n  BAD\n  + 1\n'],
    ['single-quoted', "expr: 'it''s up == BAD'\n"],
    ['single-quoted with quotes beside', "expr: '''''BAD'''\n"],
    ['double-quoted', 'expr: "a\\tb \\"\\u00e9\\x41\\U0001F600\\n BAD"\n'],
    ['double-quoted over lines', 'expr: "a \\\n    b\n\n    BAD c"\n'],
    ['literal', 'expr: |\n  up\n    == bool\n\n  BAD\n'],
    ['literal, stripped, commented and indented by number', 'expr: |2- # comment BAD\n    up\n   BAD\n'],
    ['literal, kept', 'x:\n  expr: |+\n    # BAT\n    BAD\n\n\nnext: 1\n'],
    ['folded', 'expr: >-\n  up\n  ==\n\n    more\n  BAD\n'],
    ['literal with Windows line ends', 'expr: |\r\n  up\r\n  BAD\r\n'],
  ];
  it.each(cases)('finds a word: %s', (_, text) => {
    const document = documentOf(text);
    const path = text.startsWith('x:') ? ['x', 'expr'] : ['expr'];
    const value = path.reduce<unknown>(
      (found, key) => (found as Record<string, unknown>)[key],
      document.value,
    ) as string;
    const start = value.indexOf('BAD');
    const span = spanInScalar({ document, path }, start, start + 3);
    expect(covered(document, span)).toBe('BAD');
    expect(span.start).toBe(text.lastIndexOf('BAD'));
  });

  it('covers a whole escape', () => {
    const document = documentOf('expr: "a\\u0041b"\n');
    expect(covered(document, spanInScalar({ document, path: ['expr'] }, 1, 2))).toBe('\\u0041');
  });

  it('covers what lies between two lines', () => {
    const document = documentOf('expr: |\n  one\n  two\n');
    expect(covered(document, spanInScalar({ document, path: ['expr'] }, 2, 5))).toBe('e\n  t');
  });

  it('points behind the last character for the end of the value', () => {
    const document = documentOf('expr: up ==\nx: 1\n');
    expect(spanInScalar({ document, path: ['expr'] }, 5, 5)).toEqual({ file: 'templates/a.yaml', start: 11, end: 11 });
  });

  it('falls back to the whole where there is no text', () => {
    const document = documentOf('expr: 95\n');
    expect(covered(document, spanInScalar({ document, path: ['expr'] }, 0, 1))).toBe('95');
    expect(covered(document, spanInScalar({ document, path: ['other'] }, 0, 1))).toBe('expr');
  });

  it('finds every visible character of every value, however it is written', () => {
    const piece = fc.constantFrom(
      'a',
      'b',
      ' ',
      '\n',
      '\t',
      '"',
      "'",
      '\\',
      '#',
      ':',
      '- ',
      '{',
      'é',
      '😀',
      '日',
      '  ',
      '\n\n',
      '|',
      '\u0007',
    );
    const styles = fc.constantFrom('PLAIN', 'QUOTE_DOUBLE', 'QUOTE_SINGLE', 'BLOCK_LITERAL', 'BLOCK_FOLDED');
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 30 }),
        styles,
        fc.integer({ min: 20, max: 60 }),
        (pieces, style, lineWidth) => {
          const text = pieces.join('');
          const source = stringify(
            { above: { expr: text } },
            { defaultStringType: style, lineWidth, defaultKeyType: 'PLAIN' },
          );
          const document = documentOf(source);
          const origin = { document, path: ['above', 'expr'] };
          const value = (document.value as { above: { expr: string } }).above.expr;
          let last = 0;
          for (let index = 0; index < value.length; index++) {
            const span = spanInScalar(origin, index, index + 1);
            const written = covered(document, span);
            expect(span.start).toBeGreaterThanOrEqual(last);
            if (!/\s/.test(value.charAt(index)) && !written.startsWith('\\'))
              expect(written.charAt(0)).toBe(value.charAt(index));
            last = span.start;
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});
