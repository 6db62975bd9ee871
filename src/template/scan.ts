const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** The offset behind the string literal that begins at `start`, or -1 when it does not end. */
export function skipString(text: string, start: number): number {
  const quote = text[start];
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === quote) return at + 1;
  }
  return -1;
}

/** The offset behind the bracket that closes the one at `start`, strings apart, or -1 when none does. */
export function skipBracket(text: string, start: number): number {
  const open = text[start] ?? '';
  const close = CLOSING[open];
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const char = text[at];
    if (char === '"' || char === "'") {
      at = skipString(text, at) - 1;
      if (at < 0) return -1;
    } else if (char === open) {
      depth++;
    } else if (char === close && --depth === 0) {
      return at + 1;
    }
  }
  return -1;
}

/** The deepest nesting of brackets, strings apart. */
export function bracketDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? '';
    if (char === '"' || char === "'") {
      const end = skipString(text, at);
      if (end < 0) break;
      at = end - 1;
    } else if (char in CLOSING) {
      deepest = Math.max(deepest, ++depth);
    } else if (char === ')' || char === ']' || char === '}') {
      depth--;
    }
  }
  return deepest;
}
