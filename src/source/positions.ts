import { type Document, isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Span } from '../diagnostics/finding.js';
import { scalarOffsets } from './scalar-offsets.js';
import type { Origin } from './types.js';
import { type NodePair, nodeRange, pairOf } from './yaml-node.js';

interface Place {
  /** The key under which the value lies; null for list items and the document itself. */
  readonly key: unknown;
  readonly value: unknown;
}

/**
 * Where a value, or its key, stands in the text. Where the path does not exist (a missing key, say) it is the key of
 * the nearest parent that does.
 */
export function spanOf(origin: Origin, at: 'key' | 'value' = 'value'): Span {
  const { place, found } = locate(origin);
  const node = (at === 'key' || !found) && place.key !== null ? place.key : place.value;
  const [start, end] = visibleRange(node, origin) ?? visibleRange(place.key, origin) ?? firstKey(origin);
  return { file: origin.document.file, start, end };
}

/** A place further down in the same document. */
export function below(origin: Origin, ...path: readonly (string | number)[]): Origin {
  return { document: origin.document, path: [...origin.path, ...path] };
}

/** Whether the author wrote it. */
export function isWritten({ document, path }: Origin): boolean {
  let value = document.value;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return false;
    value = (value as Readonly<Record<string | number, unknown>>)[step];
  }
  return true;
}

/** Where characters `start` to `end` of a string value stand: through quotes, escapes, block indentation and folding. */
export function spanInScalar(origin: Origin, start: number, end: number): Span {
  const { place, found } = locate(origin);
  const node = found ? resolved(place.value, origin.document.yaml) : null;
  const offsets = isScalar(node) && typeof node.value === 'string' ? scalarOffsets(origin.document.text, node) : null;
  if (offsets === null) return spanOf(origin);
  const after = offsets.ends.at(-1) ?? spanOf(origin).end;
  const from = offsets.starts[Math.max(0, start)] ?? after;
  // The end is that of the last character, so that a range never takes in the indentation of the line after it.
  const to = end > start ? (offsets.ends[end - 1] ?? after) : from;
  return { file: origin.document.file, start: from, end: Math.max(from, to) };
}

function locate(origin: Origin): { readonly place: Place; readonly found: boolean } {
  const { yaml } = origin.document;
  let place: Place = { key: null, value: yaml.contents };
  for (const step of origin.path) {
    const node = resolved(place.value, yaml);
    const next = isMap(node) ? pairOf(node, String(step)) : isSeq(node) ? itemOf(node.items, step) : null;
    if (next === null) return { place, found: false };
    place = next;
  }
  return { place, found: true };
}

function itemOf(items: readonly unknown[], step: string | number): NodePair | null {
  const index = Number(step);
  return index in items ? { key: null, value: items[index] } : null;
}

/** An alias, followed to what it stands for. */
function resolved(node: unknown, yaml: Document.Parsed): unknown {
  return isAlias(node) ? node.resolve(yaml) : node;
}

/** The characters of a node that can be seen; null for an empty value. */
function visibleRange(node: unknown, origin: Origin): readonly [number, number] | null {
  if (node === origin.document.yaml.contents) return null;
  const range = nodeRange(node);
  if (range === null) return null;
  const length = origin.document.text.slice(range[0], range[1]).trimEnd().length;
  return length === 0 ? null : [range[0], range[0] + length];
}

/** A document as a whole is shown by its first key. */
function firstKey(origin: Origin): readonly [number, number] {
  const { contents } = origin.document.yaml;
  const first = isMap(contents) ? contents.items[0]?.key : null;
  return nodeRange(first) ?? nodeRange(contents) ?? [0, 0];
}
