import type { Json } from '../model/types.js';
import { isDuration } from './duration.js';
import { isPlainObject } from './values.js';

interface ParamType {
  readonly is: (value: unknown) => boolean;
  /** With its article. */
  readonly phrase: string;
}

/** The types of parameters: those of JSON Schema, and `duration`. */
export const PARAM_TYPES: Readonly<Record<string, ParamType>> = {
  string: { is: (value) => typeof value === 'string', phrase: 'a string' },
  number: { is: (value) => Number.isFinite(value), phrase: 'a number' },
  integer: { is: (value) => Number.isInteger(value), phrase: 'a whole number' },
  boolean: { is: (value) => typeof value === 'boolean', phrase: 'true or false' },
  array: { is: Array.isArray, phrase: 'a list' },
  object: { is: isPlainObject, phrase: 'a mapping' },
  null: { is: (value) => value === null, phrase: 'null' },
  duration: {
    is: (value) => value === 0 || (typeof value === 'string' && isDuration(value)),
    phrase: 'a duration',
  },
};

/** The type that a default stands for when its author gives none: `5m` is a duration. */
export function typeOf(value: Json): string | null {
  if (typeof value === 'string' && value !== '0' && isDuration(value)) return 'duration';
  const order = ['string', 'number', 'boolean', 'array', 'object'];
  return order.find((type) => PARAM_TYPES[type]?.is(value)) ?? null;
}
