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
