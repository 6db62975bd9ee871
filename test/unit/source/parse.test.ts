import { describe, expect, it } from 'vitest';
import { parseDocuments } from '../../../src/source/parse.js';
import { placesOf } from './places.js';

const parse = (text: string) => parseDocuments('groups/a.yaml', text, 'groups');

describe('documents', () => {
  it('are separated by ---; empty ones do not count', () => {
    const { documents, broken, findings } = parse(
      '---\na: 1\n---\n# nothing\n---\n\n---\nb: { c: [x, 2, true, null] }\n...\n',
    );
    expect(documents.map(({ value }) => value)).toEqual([{ a: 1 }, { b: { c: ['x', 2, true, null] } }]);
    expect(broken).toEqual([]);
    expect(findings).toEqual([]);
  });

  it('of an empty file are none', () => {
    expect(parse('')).toEqual({ documents: [], broken: [], findings: [] });
    expect(parse('# only a comment\n').findings).toEqual([]);
  });

  it('read words as YAML 1.2 does', () => {
    expect(parse('a: yes\nb: 012\nc: 1.0.0\nd: 2024-01-01\ne: 0x10\n').documents[0]?.value).toEqual({
      a: 'yes',
      b: 12,
      c: '1.0.0',
      d: '2024-01-01',
      e: 16,
    });
  });

  it('share what an alias stands for', () => {
    expect(parse('a: &x { b: 1 }\nc: *x\n').documents[0]?.value).toEqual({ a: { b: 1 }, c: { b: 1 } });
  });

  it('take the names of built-in properties for ordinary keys', () => {
    const value = parse('constructor: 1\ntoString: 2\nhasOwnProperty: 3\n').documents[0]?.value;
    expect(Object.entries(value as object)).toEqual([
      ['constructor', 1],
      ['toString', 2],
      ['hasOwnProperty', 3],
    ]);
  });

  it('with mistakes still tell which ids they hold', () => {
    const { documents, broken } = parse('id: grp-1\nname: "x\n---\nid: grp-2\n---\nid: grp-3\nid: grp-3\n');
    expect(documents).toEqual([]);
    expect(broken.map(({ value }) => (value as { id: string }).id)).toContain('grp-1');
  });

  it('without mistakes survive a broken neighbour', () => {
    const { documents, broken } = parse('id: a\nid: b\n---\nid: c\n');
    expect(documents.map(({ value }) => value)).toEqual([{ id: 'c' }]);
    expect(broken).toHaveLength(1);
  });
});

describe('malformed YAML', () => {
  const cases: readonly (readonly [what: string, text: string, found: readonly string[]])[] = [
    ['a tab for indentation', 'a:\n\tb: 1\nc: 2\n', ['source/tab 2:1']],
    ['a tab deeper down', 'a:\n  b: 1\n\tc: 2\n', ['source/tab 3:1']],
    ['a line indented too little', 'a:\n  b: 1\n c: 2\nd: 3\n', ['source/yaml-syntax 3:1']],
    ['two such lines', 'a:\n    b: 1\n   c: 2\n  d: 3\n', ['source/yaml-syntax 3:1', 'source/yaml-syntax 4:1']],
    ['an open double quote', 'a: "foo\nb: 1\nc: 2\n', ['source/yaml-syntax 1:4']],
    ['an open single quote', "x: 1\na: 'foo\n", ['source/yaml-syntax 2:4']],
    ['an open list', 'a: [1, 2\nb: 3\n', ['source/yaml-syntax 1:4']],
    [
      'an open list and an open mapping',
      'a: [1, 2\nb: 3\nc: {x: 1\n',
      ['source/yaml-syntax 1:4', 'source/yaml-syntax 3:4'],
    ],
    ['a second colon', 'a: b: c\nd: e: f\n', ['source/yaml-syntax 1:4', 'source/yaml-syntax 2:4']],
    [
      'reserved characters',
      'a: @foo\nb: `x`\nc: %d\n',
      ['source/yaml-syntax 1:4', 'source/yaml-syntax 2:4', 'source/yaml-syntax 3:4'],
    ],
    ['a line without a colon', 'a: 1\nfoo\nb: 2\n', ['source/yaml-syntax 2:1']],
    ['an item without a space', 'a:\n- 1\n-2\n- 3\n', ['source/yaml-syntax 3:1']],
    ['a key astray in a list', 'a:\n  - x: 1\n   y: 2\n  - z: 1\n', ['source/yaml-syntax 3:1']],
    ['a Prometheus template without quotes', 'a: {{ $value }}\n', ['source/yaml-syntax 1:5']],
    ['the same with text after it', 'a: {{ $labels.instance }} is above\nb: 1\n', ['source/yaml-syntax 1:27']],
    ['text after a quote', 'a: "x" y\nb: 1\n', ['source/yaml-syntax 1:8']],
    ['a bracket that closes nothing', 'a: }\nb: 1\n', ['source/yaml-syntax 1:4']],
    ['unknown escapes', 'a: "\\q"\nb: "\\d"\n', ['source/yaml-syntax 1:5', 'source/yaml-syntax 2:5']],
    ['an unknown tag', 'a: !vault x\n', ['source/yaml-syntax 1:4']],
    ['unknown anchors', 'a: *x\nb: *y\n', ['source/yaml-syntax 1:4', 'source/yaml-syntax 2:4']],
    ['an alias within its own anchor', 'a: &x [*x]\n', ['source/yaml-syntax 1:8']],
    ['a key that is a list', '? [a]\n: 1\n', ['source/yaml-syntax 1:3']],
    ['a block scalar that ends too early', 'a: |\n  b\nc\nd: 1\n', ['source/yaml-syntax 3:1']],
    ['another version of YAML', '%YAML 1.1\n---\na: yes\n', ['source/yaml-syntax 1:1']],
    ['a stray directive', '%FOO\na: 1\n', ['source/yaml-syntax 1:1']],
    ['numbers that are none', 'a: .inf\nb: .nan\n', ['schema/bad-value 1:4', 'schema/bad-value 2:4']],
    ['a prototype', '__proto__: { polluted: true }\n', ['schema/unknown-key 1:1']],
    ['a list', '- a\n- b\n', ['source/not-a-mapping 1:1']],
    ['a word', 'a: 1\n---\nhello\n', ['source/not-a-mapping 3:1']],
    [
      'keys that stand twice',
      'a: 1\nb: { c: 1, c: 2 }\na: 3\na: 4\n',
      ['source/duplicate-key 2:12', 'source/duplicate-key 3:1', 'source/duplicate-key 4:1'],
    ],
    ['mistakes in two documents', 'a: @x\n---\nb: 1\nb: 2\n', ['source/yaml-syntax 1:4', 'source/duplicate-key 4:1']],
  ];
  it.each(cases)('%s', (_, text, found) => {
    const { findings } = parse(text);
    expect(placesOf(findings, text)).toEqual(found);
    for (const { span } of findings) expect(span && span.end <= text.length && span.start <= span.end).toBe(true);
  });

  it('relates both places of a key that stands twice', () => {
    const [duplicate] = parse('a: 1\nb: 2\na: 3\n').findings;
    expect(duplicate?.related).toEqual([
      { span: { file: 'groups/a.yaml', start: 0, end: 1 }, message: 'It first stands here' },
    ]);
  });

  it('counts in characters of the file where lines end as on Windows', () => {
    const text = 'a: 1\r\nb: @x\r\nc: 1\r\nc: 2\r\n';
    expect(placesOf(parse(text).findings, text)).toEqual(['source/yaml-syntax 2:4', 'source/duplicate-key 4:1']);
  });
});

describe('hostile YAML', () => {
  it('may not grow without bounds through aliases', () => {
    const names = [...'abcdefghij'];
    const lines = names.map((name, index) => {
      const below = index === 0 ? '1' : `*${names[index - 1]}`;
      return `${name}: &${name} [${Array(10).fill(below).join(', ')}]`;
    });
    const { documents, findings } = parse(lines.join('\n'));
    expect(documents).toEqual([]);
    expect(findings.map(({ code }) => code)).toEqual(['source/yaml-syntax']);
  });

  it.each([
    ['lists', `a: ${'['.repeat(100_000)}`],
    ['closed lists', `a: ${'['.repeat(2000)}${']'.repeat(2000)}`],
    ['mappings', `a: ${'{a: '.repeat(300)}1${'}'.repeat(300)}`],
    ['lines', Array.from({ length: 1500 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
  ])('may not be nested without bounds: %s', (_, text) => {
    const { documents, findings } = parse(text);
    expect(documents).toEqual([]);
    expect(new Set(findings.map(({ code }) => code))).toEqual(new Set(['source/yaml-syntax']));
  });

  it('takes no time out of proportion', () => {
    const many = [
      `${'a: "x\n'.repeat(5000)}`,
      'a: [\n'.repeat(5000),
      'a: 1\n'.repeat(20_000),
      'a: @x\n'.repeat(20_000),
    ];
    for (const text of many) expect(parse(text).findings.length).toBeGreaterThan(1000);
  }, 20_000);
});
