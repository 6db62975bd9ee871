import { describe, expect, it } from 'vitest';
import { parseExpr } from '../../src/promql/index.js';
import { SYNTAX } from './corpus.js';
import { refusals } from './promtool.js';

describe('agreement with promtool', () => {
  const theirs = refusals(SYNTAX);

  it.each(SYNTAX.map((expr, i) => [expr, theirs[i] ?? null] as const))('%s', (expr, reason) => {
    const { expr: parsed, problems } = parseExpr(expr);
    expect({ accepted: parsed !== null, problems: problems.length > 0 }, reason ?? 'accepted').toEqual({
      accepted: reason === null,
      problems: reason !== null,
    });
    for (const problem of problems) {
      expect(problem.start).toBeGreaterThanOrEqual(0);
      expect(problem.end).toBeGreaterThanOrEqual(problem.start);
      expect(problem.end).toBeLessThanOrEqual(expr.length);
    }
  });
});
