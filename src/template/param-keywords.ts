import { didYouMean } from '../diagnostics/nearest.js';
import { byCodeUnit } from '../diagnostics/order.js';
import type { Json, JsonObject } from '../model/types.js';
import { type ParamProblem, shown, subject } from './param-problem.js';
import { PARAM_TYPES } from './param-types.js';
import { compilePattern } from './pattern.js';
import { isPlainObject } from './values.js';

/** A value under validation, and the way to it. */
export interface Subject {
  readonly name: string;
  readonly path: readonly (string | number)[];
  /** A layer's part of a value: what is missing may come from another layer. */
  readonly partial: boolean;
}

export type Validate = (schema: JsonObject, value: Json, at: Subject) => readonly ParamProblem[];

interface Keyword {
  /** What is wrong with the keyword's own value: `must be …`, or null. */
  readonly malformed: (argument: Json) => string | null;
  /** The schemas that it holds, to be checked as well. */
  readonly schemas?: (argument: Json) => readonly { path: readonly (string | number)[]; schema: Json }[];
  /** Absent for annotations. */
  readonly validate?: (
    argument: Json,
    value: Json,
    at: Subject,
    validate: Validate,
    schema: JsonObject,
  ) => readonly ParamProblem[];
}

const MAX_MATCHED_LENGTH = 4_096;

/**
 * JSON Schema as parameters need it, one entry per keyword: what it may hold, and what it asks of a value.
 * Schemas are a stranger's: they are interpreted, never compiled; there is no `$ref`, so nothing is fetched and
 * nothing recurs; and a keyword that is not here is refused instead of being silently without effect.
 */
export const KEYWORDS: Readonly<Record<string, Keyword>> = {
  type: {
    malformed: (argument) =>
      types(argument).every((type) => Object.hasOwn(PARAM_TYPES, type)) ? null : unknownType(argument),
    validate: (argument, value, at) => {
      const wanted = types(argument).flatMap((type) => PARAM_TYPES[type] ?? []);
      if (wanted.some((type) => type.is(value))) return [];
      const hint = types(argument).includes('duration') ? 'Write it as 30s, 5m or 1h30m.' : null;
      return must(at, `be ${wanted.map((type) => type.phrase).join(' or ')}`, value, hint);
    },
  },
  enum: {
    malformed: (argument) => (Array.isArray(argument) && argument.length > 0 ? null : 'must be a list of values'),
    validate: (argument, value, at) => {
      const allowed = list(argument);
      if (allowed.some((one) => canonical(one) === canonical(value))) return [];
      const near = typeof value === 'string' ? didYouMean(value, allowed.filter(isString)) : null;
      return must(at, `be one of ${allowed.map(shown).join(', ')}`, value, near);
    },
  },
  const: {
    malformed: () => null,
    validate: (argument, value, at) =>
      canonical(argument) === canonical(value) ? [] : must(at, `be ${shown(argument)}`, value),
  },
  minimum: bound('at least', (value, limit) => value >= limit),
  maximum: bound('at most', (value, limit) => value <= limit),
  exclusiveMinimum: bound('greater than', (value, limit) => value > limit),
  exclusiveMaximum: bound('less than', (value, limit) => value < limit),
  multipleOf: {
    malformed: (argument) => (typeof argument === 'number' && argument > 0 ? null : 'must be a number above 0'),
    validate: (argument, value, at) => {
      if (typeof value !== 'number' || typeof argument !== 'number') return [];
      const quotient = value / argument;
      // 0.3 is a multiple of 0.1, whatever binary fractions say.
      const whole = Math.abs(quotient - Math.round(quotient)) <= 1e-9 * Math.max(1, Math.abs(quotient));
      return whole ? [] : must(at, `be a multiple of ${argument}`, value);
    },
  },
  minLength: size('characters', 'at least', (value) => (typeof value === 'string' ? [...value].length : null)),
  maxLength: size('characters', 'at most', (value) => (typeof value === 'string' ? [...value].length : null)),
  pattern: {
    malformed: (argument) => {
      if (typeof argument !== 'string') return 'must be a regular expression';
      const compiled = compilePattern(argument);
      return compiled.pattern === null ? compiled.message : null;
    },
    validate: (argument, value, at) => {
      const compiled = typeof argument === 'string' ? compilePattern(argument) : null;
      if (typeof value !== 'string' || compiled === null || compiled.pattern === null) return [];
      if (value.length > MAX_MATCHED_LENGTH) return must(at, `be at most ${MAX_MATCHED_LENGTH} characters long`, value);
      return compiled.pattern.matches(value) ? [] : must(at, `match ${argument}`, value);
    },
  },
  items: {
    malformed: () => null,
    schemas: (argument) => [{ path: [], schema: argument }],
    // Lists are replaced as a whole by a stronger layer, so what they hold is complete.
    validate: (argument, value, at, validate) =>
      list(value).flatMap((item, index) => validate(mapping(argument), item, { ...below(at, index), partial: false })),
  },
  minItems: size('items', 'at least', (value) => (Array.isArray(value) ? value.length : null)),
  maxItems: size('items', 'at most', (value) => (Array.isArray(value) ? value.length : null)),
  uniqueItems: {
    malformed: (argument) => (typeof argument === 'boolean' ? null : 'must be true or false'),
    validate: (argument, value, at) => {
      if (argument !== true) return [];
      const seen = new Set<string>();
      const twice = list(value).find((item) => seen.size === seen.add(canonical(item)).size);
      return twice === undefined ? [] : problem(at, `${subject(at.name, at.path)} holds ${shown(twice)} twice`);
    },
  },
  properties: {
    malformed: (argument) => (isPlainObject(argument) ? null : 'must be a mapping of schemas'),
    schemas: (argument) => Object.entries(mapping(argument)).map(([key, schema]) => ({ path: [key], schema })),
    validate: (argument, value, at, validate) =>
      Object.entries(mapping(argument)).flatMap(([key, schema]) => {
        const child = own(value, key);
        return child === undefined ? [] : validate(mapping(schema), child, below(at, key));
      }),
  },
  additionalProperties: {
    malformed: (argument) =>
      typeof argument === 'boolean' || isPlainObject(argument) ? null : 'must be true, false or a schema',
    schemas: (argument) => (isPlainObject(argument) ? [{ path: [], schema: argument }] : []),
    validate: (argument, value, at, validate, schema) => {
      const known = Object.keys(mapping(schema.properties ?? null));
      return Object.entries(mapping(value))
        .filter(([key]) => !known.includes(key))
        .flatMap(([key, child]) => {
          if (argument !== false) return validate(mapping(argument), child, below(at, key));
          const hint = didYouMean(key, known) ?? (known.length > 0 ? `Its keys are ${known.join(', ')}.` : null);
          return problem(below(at, key), `${subject(at.name, at.path)} has no key "${key}"`, hint);
        });
    },
  },
  required: {
    malformed: (argument) => (Array.isArray(argument) && argument.every(isString) ? null : 'must be a list of keys'),
    validate: (argument, value, at) =>
      at.partial || !isPlainObject(value)
        ? []
        : list(argument)
            .filter(isString)
            .filter((key) => !Object.hasOwn(value, key))
            .flatMap((key) => problem(at, `${subject(at.name, at.path)} must have the key "${key}"`)),
  },
  minProperties: size('keys', 'at least', (value, at) =>
    isPlainObject(value) && !at.partial ? Object.keys(value).length : null,
  ),
  maxProperties: size('keys', 'at most', (value) => (isPlainObject(value) ? Object.keys(value).length : null)),
  allOf: combination((argument, value, at, validate) =>
    list(argument).flatMap((schema) => validate(mapping(schema), value, at)),
  ),
  anyOf: combination((argument, value, at, validate) =>
    at.partial || fitting(argument, value, at, validate) > 0
      ? []
      : must(at, `be ${describe(argument, 'one of several forms')}`, value),
  ),
  oneOf: combination((argument, value, at, validate) => {
    const count = at.partial ? 1 : fitting(argument, value, at, validate);
    if (count === 1) return [];
    return count === 0
      ? must(at, `be ${describe(argument, 'one of several forms')}`, value)
      : must(at, 'fit only one of its forms', value);
  }),
  not: {
    malformed: () => null,
    schemas: (argument) => [{ path: [], schema: argument }],
    validate: (argument, value, at, validate) =>
      at.partial || validate(mapping(argument), value, at).length > 0
        ? []
        : problem(at, `${subject(at.name, at.path)} must not be ${shown(value)}`),
  },
  default: { malformed: () => null },
  description: { malformed: (argument) => (isString(argument) ? null : 'must be a string') },
  title: { malformed: (argument) => (isString(argument) ? null : 'must be a string') },
  examples: { malformed: (argument) => (Array.isArray(argument) ? null : 'must be a list') },
  deprecated: { malformed: (argument) => (typeof argument === 'boolean' ? null : 'must be true or false') },
  $comment: { malformed: (argument) => (isString(argument) ? null : 'must be a string') },
};

function bound(phrase: string, holds: (value: number, limit: number) => boolean): Keyword {
  return {
    malformed: (argument) => (Number.isFinite(argument) ? null : 'must be a number'),
    validate: (argument, value, at) =>
      typeof value !== 'number' || typeof argument !== 'number' || holds(value, argument)
        ? []
        : must(at, `be ${phrase} ${argument}`, value),
  };
}

function size(
  unit: string,
  phrase: 'at least' | 'at most',
  measure: (value: Json, at: Subject) => number | null,
): Keyword {
  return {
    malformed: (argument) => (Number.isInteger(argument) && Number(argument) >= 0 ? null : 'must be a whole number'),
    validate: (argument, value, at) => {
      const measured = measure(value, at);
      if (measured === null || typeof argument !== 'number') return [];
      const fits = phrase === 'at least' ? measured >= argument : measured <= argument;
      const units = argument === 1 ? unit.replace(/s$/, '') : unit;
      return fits
        ? []
        : problem(
            at,
            `${subject(at.name, at.path)} must have ${phrase} ${argument} ${units}, ${measured} ${measured === 1 ? 'is' : 'are'} given`,
          );
    },
  };
}

function combination(validate: NonNullable<Keyword['validate']>): Keyword {
  return {
    malformed: (argument) => (Array.isArray(argument) && argument.length > 0 ? null : 'must be a list of schemas'),
    schemas: (argument) => list(argument).map((schema, index) => ({ path: [index], schema })),
    validate,
  };
}

function fitting(argument: Json, value: Json, at: Subject, validate: Validate): number {
  return list(argument).filter((schema) => validate(mapping(schema), value, at).length === 0).length;
}

/** `a number or a duration`, when the alternatives are no more than types. */
function describe(argument: Json, otherwise: string): string {
  const phrases = list(argument).map((schema) => PARAM_TYPES[String(mapping(schema).type)]?.phrase);
  return phrases.every((phrase) => phrase !== undefined) ? phrases.join(' or ') : otherwise;
}

function unknownType(argument: Json): string {
  const unknown = types(argument).find((type) => !Object.hasOwn(PARAM_TYPES, type)) ?? shown(argument);
  const hint = didYouMean(unknown, Object.keys(PARAM_TYPES));
  return `must be one of ${Object.keys(PARAM_TYPES).join(', ')}, not ${shown(unknown)}${hint === null ? '' : `. ${hint}`}`;
}

function types(argument: Json): readonly string[] {
  const all = Array.isArray(argument) ? argument : [argument];
  return all.length === 0 ? [''] : all.map((type) => (isString(type) ? type : shown(type)));
}

function must(at: Subject, what: string, value: Json, hint: string | null = null): readonly ParamProblem[] {
  return problem(at, `${subject(at.name, at.path)} must ${what}, ${shown(value)} is given`, hint);
}

function problem(at: Subject, message: string, hint: string | null = null): readonly ParamProblem[] {
  return [{ path: at.path, message, hint }];
}

function below(at: Subject, key: string | number): Subject {
  return { ...at, path: [...at.path, key] };
}

function own(value: Json, key: string): Json | undefined {
  return isPlainObject(value) && Object.hasOwn(value, key) ? (value[key] as Json) : undefined;
}

function mapping(value: Json): JsonObject {
  return isPlainObject(value) ? (value as JsonObject) : {};
}

function list(value: Json): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}

/** One text for equal data, whatever the order of keys. */
function canonical(value: Json): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    isPlainObject(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => byCodeUnit(a, b))) : part,
  );
}
