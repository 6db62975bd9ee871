import { didYouMean } from '../diagnostics/nearest.js';
import type { Json, JsonObject, ParamSchema, Params } from '../model/types.js';
import { KEYWORDS, type Subject } from './param-keywords.js';
import type { ParamProblem } from './param-problem.js';
import { typeOf } from './param-types.js';
import { FORBIDDEN_KEYS, isPlainObject } from './values.js';

const MAX_DEPTH = 20;
/** Names that a placeholder uses for other things, and words of its language. */
const RESERVED_NAMES: ReadonlySet<string> = new Set([
  ...['alert', 'severity', 'for', 'group'],
  ...['and', 'or', 'not', 'in', 'is', 'if', 'else', 'true', 'false', 'none', 'null'],
]);
/** With one of these a schema says itself what it takes, and its default does not. */
const SAYS_ITS_TYPE = ['type', 'enum', 'const', 'anyOf', 'oneOf', 'allOf', 'not'];

/**
 * Reads a template's `params`: JSON Schemas, or bare values that are short for `{default: …}`. What is wrong is
 * a problem with its path below `params`; a parameter whose schema is broken takes any value, so that one
 * mistake is one finding.
 */
export function normaliseParams(raw: JsonObject): { params: Params; problems: ParamProblem[] } {
  const problems: ParamProblem[] = [];
  const schemas = new Map<string, ParamSchema>();
  const defaults: Record<string, Json> = Object.create(null) as Record<string, Json>;
  for (const [name, value] of Object.entries(raw)) {
    const bare = !isPlainObject(value);
    const schema: ParamSchema = bare ? { default: value } : (value as ParamSchema);
    const found = [...nameProblems(name), ...schemaProblems(schema, [name], 0)];
    const typed = found.length === 0 ? withType(schema) : {};
    schemas.set(name, typed);
    if (schema.default !== undefined) {
      if (!FORBIDDEN_KEYS.has(name)) defaults[name] = schema.default;
      for (const misfit of validateParam(typed, schema.default, { name: `the default of ${name}` })) {
        found.push({ ...misfit, path: [name, ...(bare ? [] : ['default']), ...misfit.path] });
      }
    }
    problems.push(...found);
  }
  return { params: { schemas, defaults: { ...defaults } }, problems };
}

/**
 * What is wrong with a value of a parameter, in sentences that name it. With `partial`, the value is one layer's
 * part of a mapping that others complete.
 */
export function validateParam(
  schema: ParamSchema,
  value: Json,
  { partial = false, name = 'the value' }: { partial?: boolean; name?: string } = {},
): ParamProblem[] {
  return [...validate(schema, value, { name, path: [], partial })];
}

function validate(schema: JsonObject, value: Json, at: Subject): readonly ParamProblem[] {
  const found: ParamProblem[] = [];
  for (const keyword of ['type', ...Object.keys(schema).filter((key) => key !== 'type')]) {
    const argument = schema[keyword];
    if (argument === undefined || !Object.hasOwn(KEYWORDS, keyword)) continue;
    found.push(...(KEYWORDS[keyword]?.validate?.(argument, value, at, validate, schema) ?? []));
    // A value of the wrong type fails everything else too; that is one mistake.
    if (keyword === 'type' && found.length > 0) break;
  }
  return found;
}

function nameProblems(name: string): ParamProblem[] {
  if (!/^[A-Za-z_]\w*$/.test(name) || FORBIDDEN_KEYS.has(name)) {
    const hint = 'A name has letters, digits and underscores, and begins with a letter.';
    return [{ path: [name], message: `"${name}" cannot be the name of a parameter`, hint }];
  }
  if (!RESERVED_NAMES.has(name)) return [];
  return [{ path: [name], message: `"${name}" has another meaning in placeholders`, hint: 'Choose another name.' }];
}

function schemaProblems(schema: JsonObject, path: readonly (string | number)[], depth: number): ParamProblem[] {
  if (depth > MAX_DEPTH) return [{ path, message: 'The schema is nested too deeply', hint: null }];
  return Object.entries(schema).flatMap(([name, argument]): ParamProblem[] => {
    const at = [...path, name];
    const keyword = Object.hasOwn(KEYWORDS, name) ? KEYWORDS[name] : undefined;
    if (keyword === undefined) {
      const hint =
        didYouMean(name, Object.keys(KEYWORDS)) ?? 'To give a mapping as the default, write it below `default:`.';
      return [{ path: at, message: `"${name}" is not a keyword of a parameter's schema`, hint }];
    }
    const malformed = keyword.malformed(argument);
    if (malformed !== null) return [{ path: at, message: `"${name}" ${malformed}`, hint: null }];
    return (keyword.schemas?.(argument) ?? []).flatMap((below) => {
      const place = [...at, ...below.path];
      return isPlainObject(below.schema)
        ? schemaProblems(below.schema as JsonObject, place, depth + 1)
        : [{ path: place, message: `"${String(place.at(-1))}" must be a schema`, hint: null }];
    });
  });
}

function withType(schema: ParamSchema): ParamSchema {
  if (schema.default === undefined || SAYS_ITS_TYPE.some((keyword) => Object.hasOwn(schema, keyword))) return schema;
  const type = typeOf(schema.default);
  return type === null ? schema : { type, ...schema };
}
