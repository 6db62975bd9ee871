import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair } from 'yaml';
import { finding } from '../diagnostics/codes.js';
import type { Finding, Span, Staged } from '../diagnostics/finding.js';
import { keyName, nodeRange } from './yaml-node.js';

/** Deeper than anything a person writes, shallower than what would exhaust the stack further on. */
const MAX_DEPTH = 60;
export const DEEPER = `This is nested more than ${MAX_DEPTH} levels deep`;
/** What a document may grow to when its aliases are written out. */
const MAX_ALIASED_NODES = 100_000;

interface Anchor {
  readonly value: unknown;
  /** Nodes that it stands for, aliases inside it written out. */
  readonly size: number;
  readonly complete: boolean;
}

/**
 * The plain value of a document, and what only shows while building it: keys that stand twice, aliases that lead
 * nowhere, in circles or to far too much. Written here, because yaml's own toJS stops at the first mistake and
 * compares every key with every other.
 */
export function plainValue(file: string, yaml: Document.Parsed): Staged<unknown> {
  const findings: Finding[] = [];
  const anchors = new Map<string, Anchor>();
  let size = 0;
  let aliased = 0;

  const spanOf = (node: unknown): Span | null => {
    const range = nodeRange(node);
    return range && { file, start: range[0], end: Math.max(range[1], range[0]) };
  };
  const report = (node: unknown, message: string, hint: string | null = null): null => {
    findings.push(finding('source/yaml-syntax', message, spanOf(node), { hint }));
    return null;
  };

  const ofNode = (node: unknown, depth: number): unknown => {
    if (isAlias(node)) return ofAlias(node.source, node);
    const anchor = (node as { anchor?: string } | null)?.anchor;
    if (anchor === undefined) return ofContent(node, depth);
    const before = size;
    anchors.set(anchor, { value: null, size: 0, complete: false });
    const value = ofContent(node, depth);
    anchors.set(anchor, { value, size: size - before, complete: true });
    return value;
  };

  const ofContent = (node: unknown, depth: number): unknown => {
    size += 1;
    if (isScalar(node)) return ofScalar(node.value, node);
    if (depth > MAX_DEPTH) return report(node, DEEPER);
    if (isSeq(node)) return node.items.map((item) => ofNode(item, depth + 1));
    return isMap(node) ? ofMap(node.items, depth + 1) : null;
  };

  const ofScalar = (value: unknown, node: Node): unknown => {
    if (typeof value !== 'number' || Number.isFinite(value)) return value === 0 ? 0 : (value ?? null);
    findings.push(
      finding('schema/bad-value', `\`${value}\` is not a number that JSON and Prometheus's YAML share`, spanOf(node)),
    );
    return null;
  };

  const ofAlias = (name: string, node: Node): unknown => {
    const anchor = anchors.get(name);
    if (anchor === undefined) {
      const hint = 'In YAML a leading `*` is an alias. Quote the value if it is meant as text.';
      return report(node, `There is no anchor \`&${name}\` before this alias`, hint);
    }
    if (!anchor.complete) return report(node, `The alias \`*${name}\` lies inside of what it stands for`);
    size += anchor.size;
    aliased += anchor.size;
    if (aliased <= MAX_ALIASED_NODES) return anchor.value;
    // One finding for the bomb, however many fuses it has.
    aliased = Number.NEGATIVE_INFINITY;
    return report(
      node,
      'The aliases of this document stand for far more than a config can need',
      'Write the values out.',
    );
  };

  const ofMap = (pairs: readonly Pair<unknown, unknown>[], depth: number): Record<string, unknown> => {
    const map: Record<string, unknown> = {};
    const first = new Map<string, unknown>();
    for (const { key, value } of pairs) {
      const name = keyName(key);
      if (name === null) reportComplexKey(key);
      else if (first.has(name)) reportDuplicate(name, key, first.get(name));
      else if (name === '__proto__')
        findings.push(finding('schema/unknown-key', 'The key `__proto__` is not allowed', spanOf(key)));
      const converted = ofNode(value, depth);
      if (name === null || name === '__proto__') continue;
      if (!first.has(name)) first.set(name, key);
      map[name] = converted;
    }
    return map;
  };

  const reportComplexKey = (key: unknown): void => {
    const hint = isMap(key) && key.flow ? 'A text that begins with `{{` must be quoted as a whole.' : null;
    report(key, 'A key is a single word, not a list, a mapping or an alias', hint);
  };

  const reportDuplicate = (name: string, key: unknown, firstKey: unknown): void => {
    const place = spanOf(firstKey);
    const related = place ? [{ span: place, message: 'It first stands here' }] : [];
    findings.push(
      finding('source/duplicate-key', `The key \`${name}\` stands twice in this mapping`, spanOf(key), { related }),
    );
  };

  return { value: ofNode(yaml.contents, 0), findings };
}
