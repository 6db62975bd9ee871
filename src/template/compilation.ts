import type { NunjucksNode } from 'nunjucks/src/parser.js';
import { isNode, type Range } from './parse-expression.js';
import type { TemplateProblem } from './problem.js';
import { isRefusal } from './refusal.js';
import { MAX_VALUE_LENGTH } from './values.js';

export type Scope = Readonly<Record<string, unknown>>;
export type Evaluate = (scope: Scope) => unknown;

/** A name that a template uses, with the keys that follow it as written: `group.id`. */
export interface TemplateName extends Range {
  readonly path: readonly string[];
  /** A computed key follows the path. */
  readonly open: boolean;
}

/** A placeholder that cannot be evaluated with the values at hand; caught where it is rendered. */
export class EvaluationFault extends Error {
  readonly problem: TemplateProblem;

  constructor(problem: TemplateProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** One expression on its way from nunjucks' tree to something that can be evaluated. */
export interface Compilation {
  readonly rangeOf: (node: NunjucksNode) => Range;
  readonly names: TemplateName[];
  readonly problems: TemplateProblem[];
  depth: number;
  /** The meaning of a node; its value may be undefined. */
  readonly compile: (node: NunjucksNode) => Evaluate;
  /** The meaning of a node whose value must exist. */
  readonly value: (node: unknown) => Evaluate;
}

/** A node with the properties of its kind, which are checked where they are used. */
export type Fields = Readonly<Record<string, unknown>>;
export const NOTHING: Evaluate = () => undefined;

/** The result of an operator or filter, unless it is a refusal, too long, or no number that can be written. */
export function accept(result: unknown, node: NunjucksNode, c: Compilation): unknown {
  if (isRefusal(result)) return fail(node, c, result.refused);
  if (typeof result === 'number' && !Number.isFinite(result)) {
    return fail(node, c, 'The result is not a finite number', 'Is something divided by zero?');
  }
  if (typeof result === 'string' && result.length > MAX_VALUE_LENGTH) return fail(node, c, 'The text becomes too long');
  return result;
}

export function fail(
  node: NunjucksNode,
  c: Compilation,
  message: string,
  hint: string | null = null,
  code: TemplateProblem['code'] = 'template/evaluation',
): never {
  throw new EvaluationFault({ code, message, ...c.rangeOf(node), hint });
}

export function refuse(
  c: Compilation,
  node: NunjucksNode,
  message: string,
  hint: string | null = null,
  code: TemplateProblem['code'] = 'template/forbidden',
): Evaluate {
  c.problems.push({ code, message, ...c.rangeOf(node), hint });
  return NOTHING;
}

export function nodes(value: unknown): readonly NunjucksNode[] {
  return Array.isArray(value) ? value.filter(isNode) : [];
}
