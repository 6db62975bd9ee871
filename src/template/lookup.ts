import type { NunjucksNode } from 'nunjucks/src/parser.js';
import { type Compilation, type Evaluate, EvaluationFault, type Fields, fail, refuse } from './compilation.js';
import { isNode } from './parse-expression.js';
import { FORBIDDEN_KEYS, isPlainObject, kindOf, scalarText } from './values.js';

const NAME = /^[A-Za-z_]\w*$/;

/** The name and the literal keys of `group.id`, `paths[0]`; null when another thing is looked into. */
export function pathOf(node: NunjucksNode): { path: readonly string[]; open: boolean } | null {
  const fields = node as unknown as Fields;
  if (node.typename === 'Symbol') return { path: [String(fields.value)], open: false };
  if (node.typename !== 'LookupVal' || !isNode(fields.target) || !isNode(fields.val)) return null;
  const target = pathOf(fields.target);
  if (target === null || target.open) return null;
  const key = fields.val as unknown as Fields;
  const literal = fields.val.typename === 'Literal' ? scalarText(key.value) : null;
  return literal === null ? { path: target.path, open: true } : { path: [...target.path, literal], open: false };
}

export function compileLookup(node: NunjucksNode, c: Compilation): Evaluate {
  const found = pathOf(node);
  const { target, val } = node as unknown as Fields;
  if (found !== null && !found.open) {
    const refused = forbiddenKey(found.path, node, c) ?? malformedName(found.path, node, c);
    if (refused !== null) return refused;
    c.names.push({ path: found.path, open: false, ...c.rangeOf(node) });
    return walk(found.path, node, c);
  }
  if (!isNode(target) || !isNode(val)) return refuse(c, node, 'A key is missing', null, 'template/syntax');
  const before = c.names.length;
  const inner = c.compile(target);
  const name = c.names[before];
  if (found !== null && name !== undefined) c.names[before] = { ...name, open: true };
  const named = c.names.length;
  const key = c.value(val);
  // A key made of literals alone is known now: 'con' ~ 'structor' is refused before anything is rendered.
  if (c.names.length === named && c.problems.length === 0) {
    const refused = forbiddenKey([String(constant(key))], node, c);
    if (refused !== null) return refused;
  }
  return (scope) => {
    const object = inner(scope);
    return object === undefined ? undefined : lookUp(object, key(scope), node, c);
  };
}

function constant(evaluate: Evaluate): unknown {
  try {
    return evaluate({});
  } catch (error) {
    if (error instanceof EvaluationFault) return undefined;
    throw error;
  }
}

function forbiddenKey(path: readonly string[], node: NunjucksNode, c: Compilation): Evaluate | null {
  const forbidden = path.find((key) => FORBIDDEN_KEYS.has(key));
  return forbidden === undefined ? null : refuse(c, node, `"${forbidden}" is not allowed in a placeholder`);
}

/** nunjucks takes `1e5` and `a@b` for names. */
function malformedName([name = '']: readonly string[], node: NunjucksNode, c: Compilation): Evaluate | null {
  if (NAME.test(name)) return null;
  const hint = /^\d/.test(name) ? 'Write numbers without exponent.' : null;
  return refuse(c, node, `"${name}" is neither a name nor a number`, hint, 'template/syntax');
}

function walk(path: readonly string[], node: NunjucksNode, c: Compilation): Evaluate {
  const [name = '', ...keys] = path;
  if (keys.length === 0) return (scope) => (Object.hasOwn(scope, name) ? scope[name] : undefined);
  return (scope) => {
    let current = Object.hasOwn(scope, name) ? scope[name] : undefined;
    for (const key of keys) {
      if (current === undefined) return undefined;
      current = lookUp(current, key, node, c);
    }
    return current;
  };
}

/** An own property of plain data, and nothing else. */
function lookUp(object: unknown, key: unknown, node: NunjucksNode, c: Compilation): unknown {
  const name = scalarText(key);
  if (name === null) return fail(node, c, `${sentence(kindOf(key))} is not a key`);
  if (FORBIDDEN_KEYS.has(name)) {
    return fail(node, c, `"${name}" is not allowed in a placeholder`, null, 'template/forbidden');
  }
  if (Array.isArray(object)) {
    if (/^\d{1,9}$/.test(name)) return object[Number(name)];
    return fail(
      node,
      c,
      `A list has no key "${name}"`,
      name === 'length' ? 'Write `| length`.' : 'Its keys are 0, 1, 2, …',
    );
  }
  if (!isPlainObject(object)) return fail(node, c, `${sentence(kindOf(object))} has no keys`);
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
