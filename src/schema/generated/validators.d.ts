import type { Kind } from '../documents.js';

/** An error of ajv's, without its message. */
export interface SchemaError {
  /** JSON pointer into the document. */
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** The key that a `propertyNames` subschema refuses. */
  readonly propertyName?: string;
}

export interface Validator {
  (value: unknown): boolean;
  errors?: readonly SchemaError[] | null;
}

/** The keys that may stand at a place: `*` for those that the author names, `[]` for the items of a list. */
export interface KeyTree {
  readonly [key: string]: KeyTree;
}

export declare const VALIDATORS: Readonly<Record<Kind, Validator>>;
/** The name of the definition that a pattern belongs to. */
export declare const PATTERNS: Readonly<Record<string, string>>;
export declare const KEYS: Readonly<Record<Kind, KeyTree>>;
