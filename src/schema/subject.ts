import { spanOf } from '../source/positions.js';
import type { Origin, SourceDocument } from '../source/types.js';
import type { Kind } from './documents.js';
import { KEYS, type KeyTree } from './generated/validators.js';
import { withArticle } from './kinds.js';

export type Path = readonly (string | number)[];

/** What a schema error is about: a place in a document, and what there is to say of it. */
export interface Subject {
  readonly document: SourceDocument;
  readonly kind: Kind;
  readonly path: Path;
  readonly value: unknown;
}

/** The subject at a JSON pointer. */
export function subjectAt(document: SourceDocument, kind: Kind, pointer: string): Subject {
  const path: (string | number)[] = [];
  let value = document.value;
  for (const escaped of pointer.split('/').slice(1)) {
    const name = escaped.replaceAll('~1', '/').replaceAll('~0', '~');
    path.push(Array.isArray(value) ? Number(name) : name);
    value = (value as Record<string, unknown> | null)?.[name];
  }
  return { document, kind, path, value };
}

export function originOf(subject: Subject, ...below: Path): Origin {
  return { document: subject.document, path: [...subject.path, ...below] };
}

/** The characters of a value as they are written. */
export function writtenAs(subject: Subject): string {
  const { start, end } = spanOf(originOf(subject));
  return subject.document.text.slice(start, end);
}

/** `for`, item 2 of `groups`, a Group: the subject as a sentence names it. */
export function nameOf({ path, kind }: Subject): string {
  const last = path.at(-1);
  if (last === undefined) return withArticle(kind);
  if (typeof last === 'string') return `\`${last}\``;
  return `item ${last + 1} of \`${path.at(-2) ?? 'the list'}\``;
}

/** The mapping that holds a key: an AlertPolicy, `alerts.HighLoad`, item 2 of `exporters`. */
export function mappingName(subject: Subject): string {
  const { path } = subject;
  return path.length === 0 || typeof path.at(-1) === 'number' ? nameOf(subject) : `\`${path.join('.')}\``;
}

/** The keys that may stand in the mapping at a place. */
export function keysAt({ kind, path }: Subject): readonly string[] {
  let tree: KeyTree = KEYS[kind];
  for (const step of path) {
    const key = String(step);
    tree = (typeof step === 'number' ? tree['[]'] : Object.hasOwn(tree, key) ? tree[key] : tree['*']) ?? {};
  }
  return Object.keys(tree).filter((key) => key !== '*' && key !== '[]');
}
