import { canonicalExpr, parseExpr } from '../promql/index.js';

export type SameExpr = (one: string, other: string) => boolean;

/** Compares expressions by their meaning, as a server never shows the layout of the author; each text is read once. */
export function sameExpr(): SameExpr {
  const known = new Map<string, string>();
  const meaning = (text: string): string => {
    const seen = known.get(text);
    if (seen !== undefined) return seen;
    const { expr } = parseExpr(text);
    const made = expr === null ? text.trim() : canonicalExpr(expr);
    known.set(text, made);
    return made;
  };
  return (one, other) => one === other || meaning(one) === meaning(other);
}
