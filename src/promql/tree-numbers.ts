import type { SyntaxNode } from '@lezer/common';
import type { Expr, Range } from './ast.js';
import { durationMs } from './literals.js';
import { problem } from './problem.js';
import { compact } from './tokens.js';
import { type Context, feature, rangeOf, textOf } from './tree-context.js';

export function positiveDuration(context: Context, node: SyntaxNode): void {
  const ms = plainDuration(context, node, '3.0');
  if (ms !== null && !(ms > 0)) {
    context.problems.push(problem('promql/syntax', rangeOf(node), 'A duration here must be greater than 0'));
  }
}

export function offsetDuration(context: Context, node: SyntaxNode): void {
  const ms = plainDuration(context, node, '3.0');
  if (ms === 0) feature(context, 'offset of 0', rangeOf(node), '3.0');
}

/** The length of a duration; null where it is an expression, or wrong and reported. */
function plainDuration(context: Context, node: SyntaxNode, numbersSince: string): number | null {
  const text = compact(textOf(context, node));
  const sign = text.startsWith('-') ? -1 : 1;
  const body = text.replace(/^[+-]/, '');
  if (/^[\d.]+[eE]?[+-]?\d*$/.test(body)) {
    feature(context, 'number as duration', rangeOf(node), numbersSince);
    return sign * Number(body) * 1000;
  }
  const ms = durationMs(body);
  if (ms !== null) return sign * ms;
  if (/^[a-z0-9]+$/i.test(body)) {
    context.problems.push(
      problem(
        'promql/syntax',
        rangeOf(node),
        `\`${text}\` is not a duration that Prometheus can hold`,
        'a duration is written like 90s, 5m or 1h30m',
      ),
    );
    return null;
  }
  feature(context, 'duration expression', rangeOf(node), '3.4');
  return null;
}

/** Prometheus holds a timestamp as milliseconds in an int64. */
const MAX_TIMESTAMP = 2 ** 63 / 1000;

export function timestamp(context: Context, node: SyntaxNode): void {
  const text = compact(textOf(context, node));
  const value = parseNumber(text.replace(/^[+-]/, ''));
  if (value === null || !Number.isFinite(value) || Math.abs(value) > MAX_TIMESTAMP) {
    context.problems.push(
      problem(
        'promql/syntax',
        rangeOf(node),
        `\`${text}\` is not a timestamp for @`,
        'a timestamp is a number of seconds, or start() or end()',
      ),
    );
  }
}

export function number(context: Context, range: Range): Expr {
  const text = compact(context.text.slice(range.start, range.end));
  let value = parseNumber(text);
  if (value === null) {
    const ms = durationMs(text);
    if (ms !== null) {
      feature(context, 'duration as number', range, '3.0');
      value = ms / 1000;
    } else {
      context.problems.push(problem('promql/syntax', range, `\`${text}\` is not a number that Prometheus can hold`));
    }
  }
  if (text.includes('_')) feature(context, 'underscores in numbers', range, '2.49');
  return { kind: 'number', ...range, value: value ?? Number.NaN };
}

/** An unsigned number as Prometheus reads it, null where it is none. Durations, which 3.0 takes for numbers, are not. */
export function parseNumber(text: string): number | null {
  if (/^inf$/i.test(text)) return Number.POSITIVE_INFINITY;
  if (/^nan$/i.test(text)) return Number.NaN;
  const plain = text.replaceAll('_', '');
  if (/^0x[0-9a-f]+$/i.test(plain)) return Number.parseInt(plain, 16);
  // As in Go, a leading zero makes a number octal, unless a digit forbids it.
  if (/^0[0-7]+$/.test(plain)) return Number.parseInt(plain, 8);
  if (!/^(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(plain)) return null;
  const value = Number(plain);
  return Number.isFinite(value) ? value : null;
}
