import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../src/model/types.js';
import { normaliseParams, validateParam } from '../../../src/template/index.js';

const ok = (schema: JsonObject, value: Json, name = 'threshold') => validateParam(schema, value, { name });

describe('normaliseParams', () => {
  test('a bare value is short for a default, and gives the type', () => {
    const raw = { window: '5m', limit: 80, name: 'x', on: true, paths: ['/data'], zero: '0', unset: null };
    const { params, problems } = normaliseParams(raw);
    expect(problems).toEqual([]);
    expect(params.defaults).toEqual(raw);
    expect([...params.schemas].map(([name, schema]) => [name, schema.type])).toEqual([
      ['window', 'duration'],
      ['limit', 'number'],
      ['name', 'string'],
      ['on', 'boolean'],
      ['paths', 'array'],
      ['zero', 'string'],
      ['unset', undefined],
    ]);
  });

  test('a schema with a default and no type takes the type of its default', () => {
    const { params } = normaliseParams({
      threshold: { default: 80, minimum: 0 },
      mode: { default: 'a', enum: ['a', 1] },
    });
    expect(params.schemas.get('threshold')).toEqual({ type: 'number', default: 80, minimum: 0 });
    expect(params.schemas.get('mode')?.type).toBeUndefined();
  });

  test('a parameter without default has a schema alone', () => {
    const { params, problems } = normaliseParams({ threshold: { type: 'number' } });
    expect(problems).toEqual([]);
    expect(params.defaults).toEqual({});
    expect(params.schemas.has('threshold')).toBe(true);
  });

  test.each<[JsonObject, (string | number)[], string]>([
    [{ a: { type: 'numbr' } }, ['a', 'type'], '"type" must be one of'],
    [{ a: { type: 'constructor' } }, ['a', 'type'], '"type" must be one of'],
    [{ a: { type: [] } }, ['a', 'type'], '"type" must be one of'],
    [{ a: { minimun: 5 } }, ['a', 'minimun'], '"minimun" is not a keyword of a parameter\'s schema'],
    [{ a: { constructor: 5 } }, ['a', 'constructor'], '"constructor" is not a keyword'],
    [{ a: { minimum: 'x' } }, ['a', 'minimum'], '"minimum" must be a number'],
    [{ a: { multipleOf: 0 } }, ['a', 'multipleOf'], '"multipleOf" must be a number above 0'],
    [{ a: { minLength: -1 } }, ['a', 'minLength'], '"minLength" must be a whole number'],
    [{ a: { enum: [] } }, ['a', 'enum'], '"enum" must be a list of values'],
    [{ a: { required: 'x' } }, ['a', 'required'], '"required" must be a list of keys'],
    [{ a: { items: 'string' } }, ['a', 'items'], '"items" must be a schema'],
    [{ a: { items: { type: 'strng' } } }, ['a', 'items', 'type'], '"type" must be one of'],
    [{ a: { properties: { b: { type: 'x' } } } }, ['a', 'properties', 'b', 'type'], '"type" must be one of'],
    [{ a: { anyOf: [{ type: 'x' }] } }, ['a', 'anyOf', 0, 'type'], '"type" must be one of'],
    [{ a: { additionalProperties: 'x' } }, ['a', 'additionalProperties'], '"additionalProperties" must be'],
    [{ a: { $ref: 'http://example.com/x.json' } }, ['a', '$ref'], '"$ref" is not a keyword'],
    [{ a: { $ref: '#' } }, ['a', '$ref'], '"$ref" is not a keyword'],
    [{ a: { pattern: '(' } }, ['a', 'pattern'], '"pattern" is not a regular expression'],
    [{ a: { pattern: '(a)\\1' } }, ['a', 'pattern'], '"pattern" uses a backreference'],
    [{ a: { pattern: '(?=a)' } }, ['a', 'pattern'], '"pattern" uses lookaround'],
    [{ a: { pattern: 'x'.repeat(600) } }, ['a', 'pattern'], '"pattern" is longer'],
    [{ a: { pattern: '((a{1000}){1000}){1000}' } }, ['a', 'pattern'], '"pattern" repeats too much'],
    [{ a: { pattern: `${'('.repeat(60)}a{2}${'){2}'.repeat(60)}` } }, ['a', 'pattern'], '"pattern" repeats too much'],
    [{ a: { pattern: '(((?:){1000}){1000}){1000}' } }, ['a', 'pattern'], '"pattern" repeats too much'],
    [{ a: { type: 'number', default: 'x' } }, ['a', 'default'], 'the default of a must be a number, "x" is given'],
    [{ a: { type: 'number', default: 120, maximum: 100 } }, ['a', 'default'], 'the default of a must be at most 100'],
    [
      { a: { type: 'array', items: { type: 'string' }, default: ['x', 5] } },
      ['a', 'default', 1],
      'the default of a[1] must be',
    ],
    [{ a: { type: 'duration', default: '5 m' } }, ['a', 'default'], 'the default of a must be a duration'],
    [{ 'a-b': 5 }, ['a-b'], '"a-b" cannot be the name of a parameter'],
    [{ '5a': 5 }, ['5a'], '"5a" cannot be the name'],
    [{ constructor: 5 }, ['constructor'], '"constructor" cannot be the name'],
    [JSON.parse('{"__proto__": 5}'), ['__proto__'], '"__proto__" cannot be the name'],
    [{ group: 5 }, ['group'], '"group" has another meaning'],
    [{ not: 5 }, ['not'], '"not" has another meaning'],
  ])('%j', (raw, path, message) => {
    const { problems } = normaliseParams(raw);
    expect(problems.map((problem) => problem.path)).toEqual([path]);
    expect(problems[0]?.message).toContain(message);
  });

  test('a mapping that was meant as a default is told how to be one', () => {
    const { problems } = normaliseParams({ thresholds: { xylophone: 5 } });
    expect(problems.map(({ hint }) => hint)).toEqual(['To give a mapping as the default, write it below `default:`.']);
  });

  test('a schema that nests without end is refused', () => {
    const endless: Record<string, Json> = {};
    endless.items = endless;
    expect(normaliseParams({ a: endless }).problems.map(({ message }) => message)).toEqual([
      'The schema is nested too deeply',
    ]);
  });

  test('a broken schema does not make its values wrong as well', () => {
    const { params, problems } = normaliseParams({ a: { type: 'numbr', default: 5 } });
    expect(problems).toHaveLength(1);
    expect(ok(params.schemas.get('a') ?? {}, 'anything')).toEqual([]);
  });
});

describe('validateParam', () => {
  test.each<[JsonObject, Json, string]>([
    [{ type: 'number' }, 'abc', 'threshold must be a number, "abc" is given'],
    [{ type: 'integer' }, 1.5, 'threshold must be a whole number, 1.5 is given'],
    [{ type: 'number' }, Number.NaN, 'threshold must be a number, NaN is given'],
    [{ type: ['number', 'string'] }, true, 'threshold must be a number or a string, true is given'],
    [{ maximum: 100 }, 120, 'threshold must be at most 100, 120 is given'],
    [{ minimum: 0 }, -1, 'threshold must be at least 0, -1 is given'],
    [{ exclusiveMinimum: 0 }, 0, 'threshold must be greater than 0, 0 is given'],
    [{ multipleOf: 0.5 }, 1.2, 'threshold must be a multiple of 0.5, 1.2 is given'],
    [{ enum: ['low', 'high'] }, 'hgh', 'threshold must be one of "low", "high", "hgh" is given'],
    [{ const: 5 }, 6, 'threshold must be 5, 6 is given'],
    [{ minLength: 1 }, '', 'threshold must have at least 1 character, 0 are given'],
    [{ maxItems: 2 }, [1, 2, 3], 'threshold must have at most 2 items, 3 are given'],
    [{ uniqueItems: true }, ['a', 'b', 'a'], 'threshold holds "a" twice'],
    [{ pattern: '^/' }, 'data', 'threshold must match ^/, "data" is given'],
    [{ type: 'duration' }, '5 minutes', 'threshold must be a duration, "5 minutes" is given'],
    [{ type: 'duration' }, 5, 'threshold must be a duration, 5 is given'],
    [{ items: { type: 'string' } }, ['a', 5], 'threshold[1] must be a string, 5 is given'],
    [{ properties: { cpu: { maximum: 5 } } }, { cpu: 6 }, 'threshold.cpu must be at most 5, 6 is given'],
    [{ required: ['cpu'] }, {}, 'threshold must have the key "cpu"'],
    [{ properties: { cpu: {} }, additionalProperties: false }, { cpuu: 1 }, 'threshold has no key "cpuu"'],
    [
      { anyOf: [{ type: 'number' }, { type: 'duration' }] },
      'x',
      'threshold must be a number or a duration, "x" is given',
    ],
    [{ not: { const: 0 } }, 0, 'threshold must not be 0'],
  ])('%j of %j', (schema, value, message) => {
    expect(ok(schema, value).map((problem) => problem.message)).toEqual([message]);
  });

  test('the path leads to the value', () => {
    const schema = { properties: { disks: { items: { properties: { free: { type: 'number' } } } } } };
    expect(ok(schema, { disks: [{ free: 1 }, { free: 'x' }] }).map(({ path }) => path)).toEqual([['disks', 1, 'free']]);
  });

  test('a wrong type is one mistake', () => {
    expect(ok({ minLength: 3, type: 'number', enum: [1, 2] }, 'x')).toHaveLength(1);
  });

  test('a layer may hold a part of a mapping, but whole lists', () => {
    const schema = {
      type: 'object',
      required: ['a', 'b'],
      properties: { a: { type: 'number' }, list: { items: { required: ['c'] } } },
    };
    expect(validateParam(schema, { a: 1 }, { partial: true })).toEqual([]);
    expect(validateParam(schema, { a: 'x' }, { partial: true })).toHaveLength(1);
    expect(validateParam(schema, { list: [{}] }, { partial: true })).toHaveLength(1);
    expect(validateParam(schema, { a: 1 })).toHaveLength(1);
  });

  test.each([
    '(a+)+$',
    '(a|a)*$',
    '(a|aa)+$',
    '^(\\w+\\s?)*$',
    'a*a*a*a*a*a*a*b$',
    '(x+x+)+y',
    `${'('.repeat(80)}a${')*'.repeat(80)}b`,
  ])('the pattern %s cannot hold a build', (pattern) => {
    const started = performance.now();
    ok({ pattern }, `${'a'.repeat(2_000)}${'x'.repeat(2_000)}!`);
    expect(performance.now() - started).toBeLessThan(3_000);
  });

  test.each<[string, string[], string[]]>([
    ['^[a-z]+(-[a-z]+)*$', ['a', 'ab-cd-e'], ['', '-a', 'a--b', 'a\n']],
    ['^\\d{2,3}$', ['12', '123'], ['1', '1234']],
    ['^(?:a|bc)?$', ['', 'a', 'bc'], ['b', 'abc']],
    ['foo', ['a foo b'], ['fo']],
    ['\\bgpu\\b', ['a gpu.', 'gpu'], ['gpus']],
    ['^.$', ['x', '😀'], ['', 'xy', '\n']],
    ['^\\p{L}+$', ['größe'], ['5']],
    ['^a{0,2}b*?$', ['', 'aab', 'bbb'], ['aaab']],
    ['', [''], []],
    ['^[\\]a-c\\\\]+$', [']', 'a\\\\'], ['d', '[']],
    ['^\\u{1F600}\\uD83D\\uDE00\\x41\\u0042$', ['😀😀AB'], ['😀AB']],
    ['^(?<a>x|y|)(z{2}){1,2}$', ['xzz', 'zzzz'], ['xz', 'zzz']],
    ['^a|b$', ['ax', 'xb'], ['xax']],
    ['^\\(\\)\\|\\*\\Ba$', [], ['()|*a'].slice(1)],
    ['^\\/(?:a|(?:b|c)+)?$', ['/', '/a', '/bcb'], ['/ab']],
    ['^[(|)*+?{}]+$', ['(|)*+?{}'], ['a']],
    ['^a{2,}$', ['aa', 'aaaa'], ['a']],
    ['^(a*)*$', ['aaa', ''], ['b']],
  ])('the pattern %s matches as JavaScript does', (pattern, good, bad) => {
    const regex = new RegExp(pattern, 'u');
    for (const text of [...good, ...bad]) {
      expect([text, ok({ pattern }, text).length === 0]).toEqual([text, regex.test(text)]);
      expect(regex.test(text)).toBe(good.includes(text));
    }
  });
});

describe('validateParam judges as a JSON Schema validator does', () => {
  const ajv = new Ajv({ strict: false, allErrors: true });
  const json = fc.oneof(
    fc.constantFrom<Json>(null, true, false, 0, 1, -1, 2.5, 100, '', 'a', 'ab', '/data', '5m'),
    fc.array(fc.constantFrom<Json>(1, 2, 'a', null), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom<Json>(1, 'x', null, 7)),
  );
  const types = ['string', 'number', 'integer', 'boolean', 'array', 'object', 'null'];
  const leaf = fc.record<Record<string, Json>>(
    {
      type: fc.oneof(fc.constantFrom(...types), fc.uniqueArray(fc.constantFrom(...types), { minLength: 1 })),
      enum: fc.uniqueArray(fc.constantFrom<Json>(1, 'a', null, true), { minLength: 1 }),
      const: fc.constantFrom<Json>(1, 'a', null),
      minimum: fc.constantFrom(0, 1, 50),
      maximum: fc.constantFrom(0, 1, 50),
      exclusiveMinimum: fc.constantFrom(0, 1),
      exclusiveMaximum: fc.constantFrom(0, 100),
      multipleOf: fc.constantFrom(0.5, 2),
      minLength: fc.nat(3),
      maxLength: fc.nat(3),
      pattern: fc.constantFrom('^a', 'b$', '^/[a-z]+$', '\\d'),
      minItems: fc.nat(3),
      maxItems: fc.nat(3),
      uniqueItems: fc.boolean(),
      minProperties: fc.nat(2),
      maxProperties: fc.nat(2),
      required: fc.uniqueArray(fc.constantFrom('a', 'b')),
    },
    { requiredKeys: [] },
  );
  const schema = fc.record<Record<string, Json>>(
    {
      allOf: fc.array(leaf, { minLength: 1, maxLength: 2 }),
      anyOf: fc.array(leaf, { minLength: 1, maxLength: 2 }),
      oneOf: fc.array(leaf, { minLength: 1, maxLength: 2 }),
      not: leaf,
      items: leaf,
      properties: fc.dictionary(fc.constantFrom('a', 'b'), leaf),
      additionalProperties: fc.oneof(fc.boolean(), leaf),
    },
    { requiredKeys: [] },
  );
  const plain = (value: Json): Json => JSON.parse(JSON.stringify(value)) as Json;

  test('on generated schemas and values', () => {
    fc.assert(
      fc.property(fc.oneof(leaf, schema), json, (generated, generatedValue) => {
        const [tested, value] = [plain(generated) as JsonObject, plain(generatedValue)];
        expect(normaliseParams({ p: tested }).problems).toEqual([]);
        expect(validateParam(tested, value).length === 0).toBe(ajv.validate(tested, value));
      }),
      { numRuns: 500 },
    );
  });
});
