import { type AST, RegExpParser } from '@eslint-community/regexpp';

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

type Step =
  | { kind: 'char'; accepts: (char: string) => boolean }
  | { kind: 'split'; to: number; or: number }
  | { kind: 'jump'; to: number }
  | { kind: 'assert'; holds: (before: string, after: string) => boolean }
  | { kind: 'match' };

class Unsupported extends Error {}

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
  let tree: AST.Pattern;
  try {
    tree = new RegExpParser({ ecmaVersion: 2024 }).parsePattern(source, 0, source.length, { unicode: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^Invalid regular expression: .*: /, '') : '';
    return { pattern: null, message: `is not a regular expression${reason === '' ? '' : `: ${reason}`}` };
  }
  try {
    const steps: Step[] = [];
    alternatives(tree.alternatives, steps);
    push(steps, { kind: 'match' });
    return { pattern: { matches: (text) => run(steps, text) } };
  } catch (error) {
    if (error instanceof Unsupported) return { pattern: null, message: error.message };
    throw error;
  }
}

function push<Pushed extends Step>(steps: Step[], step: Pushed): Pushed {
  if (steps.length >= MAX_STEPS) throw new Unsupported('repeats too much');
  steps.push(step);
  return step;
}

function alternatives(list: readonly AST.Alternative[], steps: Step[]): void {
  const exits: { to: number }[] = [];
  for (const [index, alternative] of list.entries()) {
    const more = index < list.length - 1;
    const split = more ? push(steps, { kind: 'split', to: steps.length + 1, or: 0 }) : null;
    for (const one of alternative.elements) element(one, steps);
    if (more) exits.push(push(steps, { kind: 'jump', to: 0 }));
    if (split !== null) split.or = steps.length;
  }
  for (const exit of exits) exit.to = steps.length;
}

function element(node: AST.Element | AST.QuantifiableElement, steps: Step[]): void {
  switch (node.type) {
    case 'Character':
    case 'CharacterSet':
    case 'CharacterClass':
    case 'ExpressionCharacterClass': {
      // One character of a class is the one thing that JavaScript's matcher may judge: it cannot backtrack.
      const single = new RegExp(`^${node.raw}$`, 'u');
      push(steps, { kind: 'char', accepts: (char) => single.test(char) });
      return;
    }
    case 'Group':
    case 'CapturingGroup':
      if (node.type === 'Group' && node.modifiers !== null) throw new Unsupported('uses flags, which is not supported');
      alternatives(node.alternatives, steps);
      return;
    case 'Quantifier':
      quantifier(node, steps);
      return;
    case 'Assertion':
      push(steps, { kind: 'assert', holds: assertion(node) });
      return;
    default:
      throw new Unsupported('uses a backreference, which is not supported');
  }
}

function quantifier({ min, max, element: repeated }: AST.Quantifier, steps: Step[]): void {
  for (let count = 0; count < min; count++) {
    // An empty element adds no step; this one makes sure that a billion of them are still too many.
    push(steps, { kind: 'jump', to: steps.length + 1 });
    element(repeated, steps);
  }
  if (max === Number.POSITIVE_INFINITY) {
    const split = push(steps, { kind: 'split', to: steps.length + 1, or: 0 });
    const start = steps.length - 1;
    element(repeated, steps);
    push(steps, { kind: 'jump', to: start });
    split.or = steps.length;
    return;
  }
  const splits: { or: number }[] = [];
  for (let count = min; count < max; count++) {
    splits.push(push(steps, { kind: 'split', to: steps.length + 1, or: 0 }));
    element(repeated, steps);
  }
  for (const split of splits) split.or = steps.length;
}

function assertion(node: AST.Assertion): (before: string, after: string) => boolean {
  switch (node.kind) {
    case 'start':
      return (before) => before === '';
    case 'end':
      return (_before, after) => after === '';
    case 'word':
      return (before, after) => (isWord(before) !== isWord(after)) !== node.negate;
    default:
      throw new Unsupported('uses lookaround, which is not supported');
  }
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
      if (step.kind === 'jump') current.add(step.to);
      else if (step.kind === 'split') current.add(step.to).add(step.or);
      else if (step.kind === 'assert') {
        if (step.holds(before, char)) current.add(index + 1);
      } else if (char !== '' && step.accepts(char)) next.add(index + 1);
    }
    current = next;
  }
  return false;
}
