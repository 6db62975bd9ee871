/** What the writer takes. `undefined` members of a mapping are left out. */
export type YamlValue = null | boolean | number | string | readonly YamlValue[] | YamlMapping;
export type YamlMapping = { readonly [key: string]: YamlValue | undefined };

/** A string on one line that is longer than this becomes a block scalar, as a person would write it. */
const LONGEST_LINE = 100;

/** Begins with a letter or the like, and holds nothing that YAML reads in its own way; see `isPlain` for the rest. */
const PLAIN = /^[A-Za-z_/(][\x21-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd ]*$/;
const PLAIN_BREAKERS = /: | #|[: ]$/;
/** What YAML 1.1 or 1.2 reads as a boolean or null; the look-alikes of numbers and dates are out by their first character. */
const PLAIN_LOOKALIKES = /^(?:y|n|yes|no|on|off|true|false|null)$/i;
const DURATION = /^(?:[0-9]+(?:ms|[smhdwy]))+$/;

/** What a YAML reader of either version must not meet unescaped: controls, the odd line breaks, the byte order mark. */
const UNPRINTABLE = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/;
const ESCAPED_IN_QUOTES = /["\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g;
const BLANK_LINE_WITH_SPACE = /(?:^|\n)[ \t]+(?:\n|$)/;
const LONE_SURROGATE = /\p{Surrogate}/gu;

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/**
 * Writes YAML that reads back as the same value under YAML 1.1 and 1.2 (Go's yaml.v2 and yaml.v3 mix the two).
 * Our own, because a general library takes many seconds for the rules of a large fleet.
 */
export function writeYaml(value: YamlMapping): string {
  const out: string[] = [];
  writeMapping(out, value, '', '');
  return out.join('');
}

/** Writes the members one below the other; the first begins with `first`, the others with `indent`. */
function writeMapping(out: string[], mapping: YamlMapping, first: string, indent: string): void {
  let lead = first;
  for (const key of Object.keys(mapping)) {
    const value = mapping[key];
    if (value === undefined) continue;
    out.push(lead, oneLineScalar(key), ':');
    lead = indent;
    writeMember(out, value, indent);
  }
}

function writeMember(out: string[], value: YamlValue, indent: string): void {
  if (typeof value === 'string') {
    out.push(' ', yamlScalar(value, `${indent}  `), '\n');
  } else if (value === null || typeof value !== 'object') {
    out.push(' ', atom(value), '\n');
  } else if (isSequence(value)) {
    if (value.length === 0) out.push(' []\n');
    else {
      out.push('\n');
      writeSequence(out, value, `${indent}  `);
    }
  } else if (isEmpty(value)) {
    out.push(' {}\n');
  } else {
    out.push('\n');
    writeMapping(out, value, `${indent}  `, `${indent}  `);
  }
}

function writeSequence(out: string[], items: readonly YamlValue[], indent: string): void {
  const inner = `${indent}  `;
  for (const item of items) {
    if (typeof item === 'string') {
      out.push(indent, '- ', yamlScalar(item, inner), '\n');
    } else if (item === null || typeof item !== 'object') {
      out.push(indent, '- ', atom(item), '\n');
    } else if (isSequence(item)) {
      if (item.length === 0) out.push(indent, '- []\n');
      else {
        out.push(indent, '-\n');
        writeSequence(out, item, inner);
      }
    } else if (isEmpty(item)) {
      out.push(indent, '- {}\n');
    } else {
      writeMapping(out, item, `${indent}- `, inner);
    }
  }
}

function isSequence(value: readonly YamlValue[] | YamlMapping): value is readonly YamlValue[] {
  return Array.isArray(value);
}

function isEmpty(mapping: YamlMapping): boolean {
  for (const key of Object.keys(mapping)) if (mapping[key] !== undefined) return false;
  return true;
}

function atom(value: null | boolean | number): string {
  if (typeof value !== 'number') return String(value);
  if (Number.isNaN(value)) return '.nan';
  if (Object.is(value, -0)) return '-0.0';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  // YAML 1.1 wants a point in a number with an exponent.
  return String(value).replace(/^(-?\d+)e/, '$1.0e');
}

/** A string as a scalar whose further lines, if it has any, begin with `indent`. */
export function yamlScalar(text: string, indent: string): string {
  if ((text.length > LONGEST_LINE || text.includes('\n')) && isBlock(text)) return block(text, indent);
  return oneLineScalar(text);
}

function oneLineScalar(text: string): string {
  if (isPlain(text)) return text;
  if (/["\\]/.test(text) && !text.includes("'") && !/[\t\n]/.test(text) && isPrintable(text)) return `'${text}'`;
  return doubleQuoted(text);
}

function isPlain(text: string): boolean {
  if (PLAIN.test(text)) return !PLAIN_BREAKERS.test(text) && !PLAIN_LOOKALIKES.test(text);
  return DURATION.test(text);
}

function isPrintable(text: string): boolean {
  return !UNPRINTABLE.test(text) && !/[\ud800-\udfff]/.test(text);
}

/** Whether a literal block scalar holds the text exactly, without an indentation indicator or hidden white space at its ends. */
function isBlock(text: string): boolean {
  return (
    !/^[ \t\n]/.test(text) &&
    !/[ \t]$|\n\n$/.test(text) &&
    !UNPRINTABLE.test(text) &&
    !BLANK_LINE_WITH_SPACE.test(text) &&
    !/\p{Surrogate}/u.test(text)
  );
}

function block(text: string, indent: string): string {
  const ends = text.endsWith('\n');
  const body = ends ? text.slice(0, -1) : text;
  const lines = body.split('\n').map((line) => (line === '' ? '' : indent + line));
  return `${ends ? '|' : '|-'}\n${lines.join('\n')}`;
}

function doubleQuoted(text: string): string {
  // A lone surrogate has no UTF-8 form; it becomes what any encoder makes of it.
  const escaped = text.replace(LONE_SURROGATE, '\ufffd').replace(ESCAPED_IN_QUOTES, escapeCharacter);
  return `"${escaped}"`;
}

function escapeCharacter(character: string): string {
  const short = SHORT_ESCAPES[character];
  if (short !== undefined) return short;
  const code = character.charCodeAt(0);
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}
