const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};
const NUMERIC_ESCAPE = /^(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-3][0-7]{2})/;
const encoder = new TextEncoder();
/** A byte order mark in a string is a character like any other. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The value of a PromQL string literal with its quotes, or null where an escape is invalid. Escapes are Go's. */
export function unquote(literal: string): string | null {
  const quote = literal[0];
  const body = literal.slice(1, -1);
  if (quote === '`' || !body.includes('\\')) return body;
  let value = '';
  // \xff and octal escapes are bytes, which only together make a character.
  let bytes: number[] = [];
  const flush = () => {
    if (bytes.length > 0) value += decoder.decode(Uint8Array.from(bytes));
    bytes = [];
  };
  for (let i = 0; i < body.length; i++) {
    const char = body.charAt(i);
    if (char !== '\\') {
      flush();
      value += char;
      continue;
    }
    const rest = body.slice(i + 1, i + 10);
    const kind = rest.charAt(0);
    const simple = kind === quote ? quote : SIMPLE_ESCAPES[kind];
    if (simple !== undefined) {
      flush();
      value += simple;
      i += 1;
      continue;
    }
    const numeric = NUMERIC_ESCAPE.exec(rest)?.[0];
    if (numeric === undefined) return null;
    i += numeric.length;
    if (kind === 'u' || kind === 'U') {
      const code = Number.parseInt(numeric.slice(1), 16);
      if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return null;
      bytes.push(...encoder.encode(String.fromCodePoint(code)));
    } else {
      bytes.push(kind === 'x' ? Number.parseInt(numeric.slice(1), 16) : Number.parseInt(numeric, 8));
    }
  }
  flush();
  return value;
}

/** Quotes, backslashes, and what is invisible or breaks a line; other text stays readable. */
const NEEDS_ESCAPE =
  /["\\\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** A label value as a PromQL string literal in double quotes, whatever it holds. */
export function quoteLabelValue(value: string): string {
  return `"${value.replace(NEEDS_ESCAPE, escapeCharacter)}"`;
}

function escapeCharacter(char: string): string {
  if (char === '"' || char === '\\') return `\\${char}`;
  if (char === '\n') return '\\n';
  if (char === '\t') return '\\t';
  if (char === '\r') return '\\r';
  const code = char.charCodeAt(0);
  // Half of a surrogate pair has no place in UTF-8.
  if (code >= 0xd800 && code <= 0xdfff) return '\ufffd';
  return `\\u${code.toString(16).padStart(4, '0')}`;
}

/** Go's regexp.QuoteMeta: a regex that matches exactly this text. */
export function quoteRegex(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}

const DURATION = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;
const UNIT_MS = [365 * 86_400_000, 7 * 86_400_000, 86_400_000, 3_600_000, 60_000, 1000, 1];
/** Go holds a duration as nanoseconds in an int64. */
const MAX_DURATION_MS = 9_223_372_036_854;

/** A Prometheus duration such as `1h30m` in milliseconds; null where it is none or too long for Prometheus. */
export function durationMs(text: string): number | null {
  const parts = text === '' ? null : DURATION.exec(text);
  if (parts === null) return null;
  const ms = UNIT_MS.reduce((sum, unit, i) => sum + Number(parts[i + 1] ?? 0) * unit, 0);
  return ms <= MAX_DURATION_MS ? ms : null;
}

const UNITS = ['y', 'w', 'd', 'h', 'm', 's', 'ms'];

/** Milliseconds as a duration, in the largest units: `1h30m`. */
export function formatDuration(ms: number): string {
  let text = '';
  let rest = ms;
  UNIT_MS.forEach((unit, i) => {
    const count = Math.floor(rest / unit);
    if (count > 0) text += `${count}${UNITS[i]}`;
    rest -= count * unit;
  });
  return text === '' ? '0s' : text;
}
