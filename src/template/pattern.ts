/**
 * Regexes of strangers, matched in linear time. JavaScript's own matcher backtracks: a template's `(a+)+$`
 * could hold a build for ever. So a pattern is parsed and run as a set of states (Thompson's construction);
 * what cannot be run that way, backreferences and lookaround, is refused.
 */
export interface Pattern {
  /** Unanchored, as JSON Schema has it. */
  readonly matches: (text: string) => boolean;
}

export type CompiledPattern = { readonly pattern: Pattern } | { readonly pattern: null; readonly message: string };

const MAX_PATTERN_LENGTH = 500;
const MAX_STEPS = 2_000;

type Node =
  | { readonly kind: 'char'; readonly accepts: (char: string) => boolean }
  | { readonly kind: 'assert'; readonly holds: Assertion }
  | { readonly kind: 'repeat'; readonly node: Node; readonly min: number; readonly max: number }
  | { readonly kind: 'choice'; readonly alternatives: readonly (readonly Node[])[] };

type Assertion = (before: string, after: string) => boolean;

type Step =
  | { readonly kind: 'char'; readonly accepts: (char: string) => boolean }
  | { readonly kind: 'assert'; readonly holds: Assertion }
  | { readonly kind: 'go'; readonly to: number[] }
  | { readonly kind: 'match' };

interface Reader {
  readonly source: string;
  at: number;
}

class Unsupported extends Error {}

const QUANTIFIER = /([*+?]|\{\d+(?:,\d*)?\})\??/y;
/** The opening of a group, a class, an escape, or a character. */
const ATOM =
  /\(\?(?:<?[=!]|<[^>]*>|:)|\[(?:[^\]\\]|\\.)*\]|\\(?:u\{[\da-f]+\}|ud[89ab]..\\ud[c-f]..|u[\da-f]{4}|x[\da-f]{2}|c[a-z]|p\{[^}]*\}|.)|./isuy;
const ASSERTIONS: ReadonlyMap<string, Assertion> = new Map<string, Assertion>([
  ['^', (before) => before === ''],
  ['$', (_before, after) => after === ''],
  ['\\b', (before, after) => isWord(before) !== isWord(after)],
  ['\\B', (before, after) => isWord(before) === isWord(after)],
]);

const remembered = new Map<string, CompiledPattern>();

export function compilePattern(source: string): CompiledPattern {
  let compiled = remembered.get(source);
  if (compiled === undefined) {
    if (remembered.size >= 1_000) remembered.clear();
    compiled = compile(source);
    remembered.set(source, compiled);
  }
  return compiled;
}

function compile(source: string): CompiledPattern {
  if (source.length > MAX_PATTERN_LENGTH) {
    return { pattern: null, message: `is longer than ${MAX_PATTERN_LENGTH} characters` };
  }
  try {
    // JavaScript judges the syntax, so that what follows may rely on it. Nothing is matched with the whole of it.
    new RegExp(source, 'u');
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^Invalid regular expression: .*: /s, '') : '';
    return { pattern: null, message: `is not a regular expression${reason === '' ? '' : `: ${reason}`}` };
  }
  try {
    const steps: Step[] = [];
    emit(choice({ source, at: 0 }), steps);
    push(steps, { kind: 'match' });
    return { pattern: { matches: (text) => run(steps, text) } };
  } catch (error) {
    if (error instanceof Unsupported) return { pattern: null, message: error.message };
    throw error;
  }
}

/** Alternatives up to the end of the group, or of the pattern. */
function choice(read: Reader): Node {
  const alternatives: Node[][] = [];
  for (;;) {
    const alternative: Node[] = [];
    while (read.at < read.source.length && !'|)'.includes(read.source.charAt(read.at))) alternative.push(term(read));
    alternatives.push(alternative);
    if (read.source[read.at] !== '|') return { kind: 'choice', alternatives };
    read.at++;
  }
}

function term(read: Reader): Node {
  const node = atom(read);
  QUANTIFIER.lastIndex = read.at;
  const match = QUANTIFIER.exec(read.source);
  if (match === null) return node;
  read.at += match[0].length;
  const quantifier = match[1] ?? '';
  if (quantifier === '*') return { kind: 'repeat', node, min: 0, max: Infinity };
  if (quantifier === '+') return { kind: 'repeat', node, min: 1, max: Infinity };
  if (quantifier === '?') return { kind: 'repeat', node, min: 0, max: 1 };
  const [min = '', max = min] = quantifier.slice(1, -1).split(',');
  return { kind: 'repeat', node, min: Number(min), max: max === '' ? Infinity : Number(max) };
}

function atom(read: Reader): Node {
  ATOM.lastIndex = read.at;
  const text = ATOM.exec(read.source)?.[0] ?? '';
  read.at += text.length;
  if (text.startsWith('(')) {
    if (/^\(\?<?[=!]/.test(text)) throw new Unsupported('uses lookaround, which is not supported');
    const group = choice(read);
    read.at++;
    return group;
  }
  if (/^\\(?:[1-9]|k)/.test(text)) throw new Unsupported('uses a backreference, which is not supported');
  const holds = ASSERTIONS.get(text);
  if (holds !== undefined) return { kind: 'assert', holds };
  // One character of a class is the one thing that JavaScript's matcher may judge: it cannot backtrack.
  const single = new RegExp(`^${text}$`, 'u');
  return { kind: 'char', accepts: (char) => single.test(char) };
}

function push(steps: Step[], step: Step): void {
  if (steps.length >= MAX_STEPS) throw new Unsupported('repeats too much');
  steps.push(step);
}

/** A step to others, which the caller may add to. */
function go(steps: Step[], ...to: number[]): { readonly to: number[] } {
  const step = { kind: 'go', to } as const;
  push(steps, step);
  return step;
}

function emit(node: Node, steps: Step[]): void {
  switch (node.kind) {
    case 'char':
    case 'assert':
      push(steps, node);
      return;
    case 'choice':
      emitChoice(node.alternatives, steps);
      return;
    case 'repeat':
      emitRepeat(node.node, node.min, node.max, steps);
  }
}

function emitChoice(alternatives: readonly (readonly Node[])[], steps: Step[]): void {
  const entry = go(steps);
  const exits: { readonly to: number[] }[] = [];
  for (const alternative of alternatives) {
    entry.to.push(steps.length);
    for (const node of alternative) emit(node, steps);
    exits.push(go(steps));
  }
  for (const exit of exits) exit.to.push(steps.length);
}

/** Every copy costs a step at least, so that a billion copies of nothing are still too many. */
function emitRepeat(node: Node, min: number, max: number, steps: Step[]): void {
  for (let count = 0; count < min; count++) emit(node, steps);
  const ways: { readonly to: number[] }[] = [];
  const copies = max === Infinity ? 1 : max - min;
  for (let count = 0; count < copies; count++) {
    const start = steps.length;
    ways.push(go(steps, start + 1));
    emit(node, steps);
    if (max === Infinity) go(steps, start);
  }
  for (const way of ways) way.to.push(steps.length);
}

function isWord(char: string): boolean {
  return /^\w$/.test(char);
}

function run(steps: readonly Step[], text: string): boolean {
  const chars = [...text];
  let current = new Set<number>();
  for (let at = 0; at <= chars.length; at++) {
    const before = chars[at - 1] ?? '';
    const char = chars[at] ?? '';
    current.add(0);
    const next = new Set<number>();
    // A set is walked in order of insertion, and grows while it is walked.
    for (const index of current) {
      const step = steps[index];
      if (step === undefined) continue;
      if (step.kind === 'match') return true;
      if (step.kind === 'go') for (const to of step.to) current.add(to);
      else if (step.kind === 'assert') {
        if (step.holds(before, char)) current.add(index + 1);
      } else if (char !== '' && step.accepts(char)) next.add(index + 1);
    }
    current = next;
  }
  return false;
}
