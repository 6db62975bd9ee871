import { byCodeUnit } from '../diagnostics/order.js';
import { durationSeconds } from './duration.js';
import { isRefusal, refusal as refuse } from './refusal.js';
import { isPlainObject, kindOf, MAX_VALUE_LENGTH, scalarText } from './values.js';

export interface Filter {
  readonly minArgs: number;
  readonly maxArgs: number;
  /** Whether it is given a value that does not exist (only `default` is). */
  readonly takesNothing: boolean;
  /** Pure; its result is bounded by its arguments or by MAX_VALUE_LENGTH. */
  readonly run: (input: unknown, args: readonly unknown[]) => unknown;
}

const TOO_LONG = 'makes a text that is too long';

function ofString(run: (text: string) => unknown): Filter {
  return filter(0, 0, (input) => {
    const text = typeof input === 'number' ? scalarText(input) : input;
    return typeof text === 'string' ? run(text) : refuse(`needs a string, not ${kindOf(input)}`);
  });
}

function ofNumber(maxArgs: number, run: (value: number, args: readonly unknown[]) => unknown): Filter {
  return filter(0, maxArgs, (input, args) =>
    typeof input === 'number' ? run(input, args) : refuse(`needs a number, not ${kindOf(input)}`),
  );
}

function ofList(maxArgs: number, run: (list: readonly unknown[], args: readonly unknown[]) => unknown): Filter {
  return filter(0, maxArgs, (input, args) =>
    Array.isArray(input) ? run(input, args) : refuse(`needs a list, not ${kindOf(input)}`),
  );
}

function filter(minArgs: number, maxArgs: number, run: Filter['run']): Filter {
  return { minArgs, maxArgs, takesNothing: false, run };
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1).toLowerCase();
}

function join(list: readonly unknown[], args: readonly unknown[]): unknown {
  const separator = args.length === 0 ? '' : scalarText(args[0]);
  if (separator === null) return refuse(`needs a string as separator, not ${kindOf(args[0])}`);
  const texts: string[] = [];
  let length = separator.length * list.length;
  for (const item of list) {
    const text = scalarText(item);
    if (text === null) return refuse(`cannot join ${kindOf(item)}`);
    length += text.length;
    if (length > MAX_VALUE_LENGTH) return refuse(TOO_LONG);
    texts.push(text);
  }
  return texts.join(separator);
}

function replace(input: unknown, args: readonly unknown[]): unknown {
  const [text, from, to] = [input, args[0], args[1]].map(scalarText);
  if (typeof text !== 'string') return refuse(`needs a string, not ${kindOf(input)}`);
  if (typeof from !== 'string' || from === '') return refuse('needs a text to look for');
  if (typeof to !== 'string') return refuse(`needs a string to put in, not ${kindOf(args[1])}`);
  const pieces = text.split(from);
  // Known before anything is built: a chain of replacements must not grow without end.
  if (text.length + (pieces.length - 1) * (to.length - from.length) > MAX_VALUE_LENGTH) return refuse(TOO_LONG);
  return pieces.join(to);
}

const ROUNDERS = new Map([
  ['common', Math.round],
  ['ceil', Math.ceil],
  ['floor', Math.floor],
]);

function round(value: number, args: readonly unknown[]): unknown {
  const [precision = 0, method = 'common'] = args;
  const rounder = ROUNDERS.get(String(method));
  if (typeof precision !== 'number' || !Number.isInteger(precision) || precision < 0 || precision > 15) {
    return refuse('needs a precision between 0 and 15');
  }
  if (rounder === undefined) return refuse('knows the methods common, ceil and floor');
  const factor = 10 ** precision;
  const rounded = rounder(value * factor) / factor;
  return Number.isFinite(rounded) ? rounded : value;
}

function sort(list: readonly unknown[]): unknown {
  if (list.every((item) => typeof item === 'number')) return [...list].sort((a, b) => a - b);
  if (list.every((item) => typeof item === 'string')) return [...list].sort(byCodeUnit);
  return refuse('needs a list of strings or a list of numbers');
}

function unique(list: readonly unknown[]): unknown {
  return [...new Set(list)];
}

function length(input: unknown): unknown {
  if (typeof input === 'string' || Array.isArray(input)) return input.length;
  return isPlainObject(input) ? Object.keys(input).length : refuse(`cannot measure ${kindOf(input)}`);
}

function item(pick: (list: readonly unknown[]) => unknown): Filter {
  return ofList(0, (list) => (list.length === 0 ? refuse('needs a list that is not empty') : pick(list)));
}

function toNumber(read: (text: string) => number): Filter {
  return filter(0, 1, (input, args) => {
    if (typeof input !== 'number' && typeof input !== 'string')
      return refuse(`cannot read ${kindOf(input)} as a number`);
    const number = read(String(input));
    if (Number.isFinite(number)) return number;
    return args.length > 0 ? args[0] : refuse(`cannot read ${JSON.stringify(input)} as a number`);
  });
}

function json(input: unknown): unknown {
  if (!fits(input, { left: MAX_VALUE_LENGTH })) return refuse(TOO_LONG);
  return JSON.stringify(input);
}

/** Whether the JSON of a value stays within a budget, found without building it. */
function fits(value: unknown, budget: { left: number }): boolean {
  budget.left -= typeof value === 'string' ? value.length + 2 : 1;
  if (budget.left < 0) return false;
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, child]) => {
    budget.left -= key.length;
    return fits(child, budget);
  });
}

function quoteRegex(input: unknown): unknown {
  if (Array.isArray(input)) {
    const quoted = input.map(quoteRegex);
    return quoted.find(isRefusal) ?? quoted;
  }
  const text = scalarText(input);
  return text === null
    ? refuse(`needs a string or a list of strings, not ${kindOf(input)}`)
    : text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
}

function urlencode(text: string): unknown {
  try {
    return encodeURIComponent(text);
  } catch {
    return refuse('needs well-formed text');
  }
}

function seconds(text: string): unknown {
  return durationSeconds(text) ?? refuse(`needs a duration such as 5m, not ${JSON.stringify(text)}`);
}

const fallback: Filter = {
  minArgs: 1,
  maxArgs: 1,
  takesNothing: true,
  run: (input, args) => (input === undefined || input === null ? args[0] : input),
};

/**
 * The filters of the placeholder language. Names and results are those of nunjucks' filters (a test compares
 * them), but each checks the kind of its input and bounds its output: nunjucks' own would call methods of
 * whatever they are given, and some take quadratic time or unbounded memory.
 */
export const FILTERS: ReadonlyMap<string, Filter> = new Map([
  ['abs', ofNumber(0, Math.abs)],
  ['capitalize', ofString(capitalize)],
  ['d', fallback],
  ['default', fallback],
  ['duration_seconds', ofString(seconds)],
  ['first', item((list) => list[0])],
  ['float', toNumber(Number.parseFloat)],
  ['int', toNumber((text) => Math.trunc(Number.parseFloat(text)))],
  ['join', ofList(1, join)],
  ['json', filter(0, 0, json)],
  ['last', item((list) => list[list.length - 1])],
  ['length', filter(0, 0, length)],
  ['lower', ofString((text) => text.toLowerCase())],
  ['regex_quote', filter(0, 0, quoteRegex)],
  ['replace', filter(2, 2, replace)],
  ['round', ofNumber(2, round)],
  ['sort', ofList(0, sort)],
  ['title', ofString((text) => text.split(' ').map(capitalize).join(' '))],
  ['trim', ofString((text) => text.trim())],
  ['unique', ofList(0, unique)],
  ['upper', ofString((text) => text.toUpperCase())],
  ['urlencode', ofString(urlencode)],
]);
