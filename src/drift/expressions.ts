import { canonicalExpr, parseExpr } from '../promql/index.js';

/** A text that all spellings of one expression share. */
export type Meaning = (expr: string) => string;

/** A server never shows the layout of the author, so expressions are compared by their meaning; each text is read once. */
export function meanings(): Meaning {
  const known = new Map<string, string>();
  return (text) => {
    const seen = known.get(text);
    if (seen !== undefined) return seen;
    const { expr } = parseExpr(text);
    const made = expr === null ? text.trim() : canonicalExpr(expr);
    known.set(text, made);
    return made;
  };
}

/**
 * Whether two expressions mean the same. The rules of a fleet differ in little more than the group that they select, so
 * the values of plain matchers are left out, the same ones on both sides: few pairs remain to be read.
 */
export function sameMeaning(meaning: Meaning): (one: string, other: string) => boolean {
  const known = new Map<string, boolean>();
  return (one, other) => {
    if (one === other) return true;
    const names = new Map<string, string>();
    const [left, right] = [withoutValues(one, names), withoutValues(other, names)];
    const key = JSON.stringify([left, right]);
    const alike = known.get(key) ?? meaning(left) === meaning(right);
    known.set(key, alike);
    // A value may be written in ways that were not looked for, so only a yes is sure.
    return alike || meaning(one) === meaning(other);
  };
}

const PLAIN_MATCHER = /([{,]\s*[a-zA-Z_]\w*\s*!?=\s*)"([^"\\]+)"/g;

function withoutValues(expr: string, names: Map<string, string>): string {
  return expr.replace(PLAIN_MATCHER, (_, matcher: string, value: string) => {
    const name = names.get(value) ?? `value ${names.size}`;
    names.set(value, name);
    return `${matcher}"${name}"`;
  });
}
