import { type ParsedExpr, parseExpr } from '../../../src/promql/index.js';

/** An expression that a test takes for valid. */
export function expr(text: string): ParsedExpr {
  const { expr: parsed, problems } = parseExpr(text);
  if (parsed === null) throw new Error(`${text}: ${problems.map((each) => each.message).join('; ')}`);
  return parsed;
}
