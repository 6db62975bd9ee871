import { type Refusal, refusal } from './refusal.js';
import { isPlainObject, kindOf } from './values.js';

export type Operator = (left: unknown, right: unknown) => unknown;

/** Kinds of nunjucks node that bind equally, with their operators. */
export const MULTIPLICATIVE: Readonly<Record<string, string>> = { Mul: '*', Div: '/', FloorDiv: '//', Mod: '%' };

const ARITHMETIC: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '//': (a, b) => Math.floor(a / b),
  '%': (a, b) => a % b,
  '**': (a, b) => a ** b,
};

/** An operator on two numbers; `+` joins two strings as well. Unlike JavaScript, nothing is converted silently. */
export function arithmetic(symbol: string): Operator {
  const operate = ARITHMETIC[symbol];
  return (left, right) => {
    if (typeof left === 'number' && typeof right === 'number' && operate !== undefined)
      return tidy(operate(left, right));
    if (symbol === '+' && typeof left === 'string' && typeof right === 'string') return left + right;
    return wrongKinds(symbol, left, right);
  };
}

export function negate(value: unknown): unknown {
  return typeof value === 'number' ? -value : refusal(`\`-\` needs a number, not ${kindOf(value)}`);
}

/** `==`, `!=` on any data; `<`, `>`, `<=`, `>=` on two numbers or two strings. */
export function compare(symbol: string): Operator {
  if (symbol.startsWith('==')) return equal;
  if (symbol.startsWith('!=')) return (left, right) => !equal(left, right);
  return (left, right) => {
    const comparable = typeof left === typeof right && (typeof left === 'number' || typeof left === 'string');
    if (!comparable) return wrongKinds(symbol, left, right);
    const [a, b] = [left as number | string, right as number | string];
    if (symbol === '<') return a < b;
    if (symbol === '>') return a > b;
    return symbol === '<=' ? a <= b : a >= b;
  };
}

/** `in`: an item of a list, a part of a string, a key of a mapping. */
export function contains(left: unknown, right: unknown): unknown {
  if (Array.isArray(right)) return right.some((item) => equal(item, left));
  if (typeof left === 'string' && typeof right === 'string') return right.includes(left);
  if (typeof left === 'string' && isPlainObject(right)) return Object.hasOwn(right, left);
  return wrongKinds('in', left, right);
}

type Evaluation<Scope> = (scope: Scope) => unknown;

/** `and`, `or`: as in nunjucks, the value that decides. */
export function logical<Scope>(left: Evaluation<Scope>, right: Evaluation<Scope>, and: boolean): Evaluation<Scope> {
  return (scope) => {
    const first = left(scope);
    return Boolean(first) === and ? right(scope) : first;
  };
}

function equal(left: unknown, right: unknown): boolean {
  if (typeof left !== 'object' || left === null || typeof right !== 'object' || right === null) return left === right;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && equal(Reflect.get(left, key), Reflect.get(right, key)))
  );
}

/** 0.07 * 100 is 7: without the noise of binary fractions a threshold stays readable. */
function tidy(value: number): number {
  return Number.isInteger(value) || !Number.isFinite(value) ? value : Number(value.toPrecision(15));
}

function wrongKinds(symbol: string, left: unknown, right: unknown): Refusal {
  return refusal(`\`${symbol}\` cannot take ${kindOf(left)} and ${kindOf(right)}`);
}
