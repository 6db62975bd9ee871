import { distance } from 'fastest-levenshtein';
import type { ValueType } from './ast.js';

/** What a function takes and gives, as Prometheus checks it before it evaluates anything. */
export interface FunctionSignature {
  readonly params: readonly ValueType[];
  /** How many arguments are required; the others are optional. */
  readonly required: number;
  /** Whether the last parameter may be repeated. */
  readonly repeats: number;
  readonly returns: ValueType;
  /** `major.minor` of the Prometheus that brought it; null: 2.42 or older. */
  readonly since: string | null;
  /** The version in which it is gone. */
  readonly until: string | null;
}

const LETTERS: Readonly<Record<string, ValueType>> = { s: 'scalar', S: 'string', v: 'vector', r: 'range' };

/**
 * Parameters by letter: s scalar, S string, v instant vector, r range vector; `?` makes the one before it optional,
 * `*` optional and repeatable. Behind them: the version that brought the function and the one that took it away.
 */
const TABLE: Readonly<Record<string, string>> = {
  abs: 'v',
  absent: 'v',
  absent_over_time: 'r',
  acos: 'v',
  acosh: 'v',
  asin: 'v',
  asinh: 'v',
  atan: 'v',
  atanh: 'v',
  avg_over_time: 'r',
  ceil: 'v',
  changes: 'r',
  clamp: 'vss',
  clamp_max: 'vs',
  clamp_min: 'vs',
  cos: 'v',
  cosh: 'v',
  count_over_time: 'r',
  day_of_month: 'v?',
  day_of_week: 'v?',
  day_of_year: 'v?',
  days_in_month: 'v?',
  deg: 'v',
  delta: 'r',
  deriv: 'r',
  double_exponential_smoothing: 'rss 3.0',
  end: ' 3.13',
  exp: 'v',
  first_over_time: 'r 3.7',
  floor: 'v',
  histogram_avg: 'v 2.51',
  histogram_count: 'v',
  histogram_fraction: 'ssv',
  histogram_quantile: 'sv',
  histogram_quantiles: 'vSss* 3.11',
  histogram_stddev: 'v 2.47',
  histogram_stdvar: 'v 2.47',
  histogram_sum: 'v',
  holt_winters: 'rss 2.0 3.0',
  hour: 'v?',
  idelta: 'r',
  increase: 'r',
  info: 'vv? 3.0',
  integral: 'rs? 3.16',
  irate: 'r',
  label_join: 'vSSS*',
  label_replace: 'vSSSS',
  last_over_time: 'r',
  ln: 'v',
  log10: 'v',
  log2: 'v',
  mad_over_time: 'r 2.49',
  max_of: 'ss* 3.13',
  max_over_time: 'r',
  min_of: 'ss* 3.13',
  min_over_time: 'r',
  minute: 'v?',
  month: 'v?',
  pi: '',
  predict_linear: 'rs',
  present_over_time: 'r',
  quantile_over_time: 'sr',
  rad: 'v',
  range: ' 3.13',
  rate: 'r',
  resets: 'r',
  round: 'vs?',
  scalar: 'v',
  sgn: 'v',
  sin: 'v',
  sinh: 'v',
  sort: 'v',
  sort_by_label: 'vS* 2.49',
  sort_by_label_desc: 'vS* 2.49',
  sort_desc: 'v',
  sqrt: 'v',
  start: ' 3.13',
  start_timestamp: 'v 3.14',
  stddev_over_time: 'r',
  stdvar_over_time: 'r',
  step: ' 3.13',
  sum_over_time: 'r',
  tan: 'v',
  tanh: 'v',
  time: '',
  timestamp: 'v',
  ts_of_first_over_time: 'r 3.7',
  ts_of_last_over_time: 'r 3.5',
  ts_of_max_over_time: 'r 3.5',
  ts_of_min_over_time: 'r 3.5',
  vector: 's',
  year: 'v?',
};

const RETURNS_SCALAR: ReadonlySet<string> = new Set([
  'end',
  'max_of',
  'min_of',
  'pi',
  'range',
  'scalar',
  'start',
  'step',
  'time',
]);

const signatures = new Map<string, FunctionSignature>();

/** Function names are case-sensitive, as in Prometheus. */
export function isFunction(name: string): boolean {
  return Object.hasOwn(TABLE, name);
}

export function signatureOf(name: string): FunctionSignature | null {
  const known = signatures.get(name);
  if (known !== undefined) return known;
  const row = Object.hasOwn(TABLE, name) ? TABLE[name] : undefined;
  if (row === undefined) return null;
  const [letters = '', since, until] = row.split(' ');
  const params: ValueType[] = [];
  let required = 0;
  for (const letter of letters) {
    const type = LETTERS[letter];
    if (type === undefined) required -= 1;
    else {
      params.push(type);
      required += 1;
    }
  }
  const signature: FunctionSignature = {
    params,
    required,
    repeats: letters.endsWith('*') ? Number.POSITIVE_INFINITY : 0,
    returns: RETURNS_SCALAR.has(name) ? 'scalar' : 'vector',
    since: since === undefined || since === '2.0' ? null : since,
    until: until ?? null,
  };
  signatures.set(name, signature);
  return signature;
}

/** Aggregation operators, which may be written in any case, and the type of their parameter. */
const AGGREGATORS: Readonly<Record<string, ValueType | null>> = {
  avg: null,
  bottomk: 'scalar',
  count: null,
  count_values: 'string',
  group: null,
  limit_ratio: 'scalar',
  limitk: 'scalar',
  max: null,
  min: null,
  quantile: 'scalar',
  stddev: null,
  stdvar: null,
  sum: null,
  topk: 'scalar',
};

export function isAggregator(name: string): boolean {
  return Object.hasOwn(AGGREGATORS, name.toLowerCase());
}

export function aggregatorParameter(op: string): ValueType | null {
  return AGGREGATORS[op] ?? null;
}

/** Aggregators that pick series instead of summing them up: the result keeps all labels. */
const PICKING: ReadonlySet<string> = new Set(['topk', 'bottomk', 'limitk', 'limit_ratio']);

export function picksSeries(op: string): boolean {
  return PICKING.has(op);
}

/** The known function or aggregator whose name is spelled most like this one, if any comes near. */
export function nearestFunction(name: string): string | null {
  const lower = name.toLowerCase();
  let best: string | null = null;
  let least = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const known of [...Object.keys(TABLE), ...Object.keys(AGGREGATORS)]) {
    const d = distance(lower, known);
    if (d < least) {
      least = d;
      best = known;
    }
  }
  return best;
}
