import { type Subject, writtenAs } from './subject.js';

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: '`true` or `false`',
  array: 'a list',
  object: 'a mapping',
};

/** `a text or a list`, for the types that a schema allows. */
export function expectedTypes(types: readonly string[]): string {
  return types.map((type) => EXPECTED[type] ?? type).join(' or ');
}

/** What a value is, in a sentence that goes on after `but is`. */
export function foundType(value: unknown, written = String(value)): string {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value === 'number') return `the number ${written}`;
  return typeof value === 'boolean' ? `the truth value \`${value}\`` : 'a text';
}

/** How to make the value what is expected, where the way is clear. */
export function typeHint(subject: Subject, types: readonly string[]): string | null {
  const { value } = subject;
  const written = writtenAs(subject);
  if (value === null)
    return types.includes('object') ? 'Write `{}` for an empty mapping.' : 'Write a value, or remove the key.';
  // Quotes would make a number an expression that is valid and says nothing.
  if (subject.path.join() === 'expr' && typeof value !== 'object')
    return 'Write a PromQL expression that selects series, such as `up == 0`.';
  if (types.includes('string')) return quoteHint(value, written);
  if (subject.path.at(-1) === 'script') return 'Write `{ file: … }` or `{ inline: … }`.';
  if (types.includes('array') && typeof value !== 'object') return `Write a list: \`[${written}]\`.`;
  if (typeof value === 'string') return unquoteHint(value, types);
  if (types.includes('object') && Array.isArray(value))
    return written.startsWith('[') ? 'Write `{ key: value }`.' : 'Write `key: value` lines without the leading `- `.';
  return null;
}

function quoteHint(value: unknown, written: string): string | null {
  if (typeof value === 'number' || typeof value === 'boolean') return `Put it into quotes: \`"${written}"\`.`;
  return /^[{[]/.test(written) ? `A text that begins with \`${written.charAt(0)}\` must be quoted.` : null;
}

function unquoteHint(value: string, types: readonly string[]): string | null {
  if (types.includes('array')) return `Write a list: \`[${value}]\`.`;
  const isNumber = value.trim() !== '' && Number.isFinite(Number(value));
  if (isNumber && (types.includes('integer') || types.includes('number')))
    return `Write it without quotes: \`${value}\`.`;
  if (!types.includes('boolean')) return null;
  if (/^(yes|on|true)$/i.test(value)) return 'Write `true`.';
  return /^(no|off|false)$/i.test(value) ? 'Write `false`.' : null;
}
