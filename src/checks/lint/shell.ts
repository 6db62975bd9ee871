/** A word of a command, as it is written. */
export interface ShellWord {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Where variables and substitutions stand outside of quotes: their values are split into words. */
  readonly unquoted: readonly { readonly start: number; readonly end: number }[];
}

/** A simple command: its name, its arguments, and what stands before them. */
export interface ShellCommand {
  readonly words: readonly ShellWord[];
  /** The script goes on without waiting for it. */
  readonly background: boolean;
}

/**
 * The simple commands of a script, those in substitutions too, as far as they can be told without running it. This is
 * no parser of shell: it knows quotes, comments, here-documents, substitutions, and what ends a command.
 */
export function shellCommands(script: string): ShellCommand[] {
  const commands: ShellCommand[] = [];
  readCommands({ script, at: 0, commands, heredocs: [] }, null);
  return commands;
}

interface Reader {
  readonly script: string;
  at: number;
  readonly commands: ShellCommand[];
  /** Ends of the here-documents that begin on the next line. */
  readonly heredocs: string[];
}

/** Reads up to `closing`, or the end. */
function readCommands(reader: Reader, closing: ')' | '`' | null): void {
  let words: ShellWord[] = [];
  let subshells = 0;
  const finish = (background = false): void => {
    if (words.length > 0) reader.commands.push({ words, background });
    words = [];
  };
  while (reader.at < reader.script.length) {
    const char = reader.script[reader.at] ?? '';
    const rest = reader.script.slice(reader.at, reader.at + 3);
    if (char === closing) break;
    if (rest.startsWith('\\\n')) reader.at += 2;
    else if (char === '\n') {
      finish();
      reader.at++;
      skipHeredocs(reader);
    } else if (/\s/.test(char)) reader.at++;
    else if (char === '#') skipTo(reader, '\n');
    else if (rest.startsWith('((')) skipArithmetic(reader);
    else if (/^(?:<<-?[^<]|<<-)/.test(rest)) readHeredoc(reader);
    else if (/[<>]/.test(char)) skipRedirection(reader);
    else if (char === ')') {
      // Without an opening one, it ends the pattern of a case, which is no command.
      if (subshells > 0) finish();
      else words = [];
      subshells = Math.max(0, subshells - 1);
      reader.at++;
    } else if (/[;&|(]/.test(char)) {
      if (char === '(') subshells++;
      finish(char === '&' && rest[1] !== '&');
      reader.at += rest.startsWith('&&') ? 2 : 1;
    } else {
      const word = readWord(reader, closing);
      if (words.length === 0 && KEYWORDS.has(word.text)) continue;
      if (word.text === '[[') skipTo(reader, ']]');
      else words.push(word);
    }
  }
  finish();
}

/** After these a command begins, or what was one ends. */
const KEYWORDS = new Set([
  'if',
  'then',
  'elif',
  'else',
  'fi',
  'while',
  'until',
  'do',
  'done',
  '{',
  '}',
  '!',
  'time',
  'esac',
]);

function skipTo(reader: Reader, end: string): void {
  const found = reader.script.indexOf(end, reader.at);
  reader.at = found < 0 ? reader.script.length : found + (end === '\n' ? 0 : end.length);
}

function skipArithmetic(reader: Reader): void {
  let depth = 0;
  for (; reader.at < reader.script.length; reader.at++) {
    const char = reader.script[reader.at];
    if (char === '(') depth++;
    else if (char === ')' && --depth === 0) break;
  }
  reader.at++;
}

function readHeredoc(reader: Reader): void {
  const [whole = '', end = ''] =
    /^<<-?\s*(\\?[\w]+|'[^']*'|"[^"]*")/.exec(reader.script.slice(reader.at, reader.at + 200)) ?? [];
  if (whole !== '') reader.heredocs.push(end.replace(/^\\|["']/g, ''));
  reader.at += whole === '' ? 2 : whole.length;
}

function skipHeredocs(reader: Reader): void {
  for (const end of reader.heredocs.splice(0)) {
    while (reader.at < reader.script.length) {
      const line = reader.script.indexOf('\n', reader.at);
      const text = reader.script.slice(reader.at, line < 0 ? undefined : line);
      reader.at = line < 0 ? reader.script.length : line + 1;
      if (text.trimStart() === end) break;
    }
  }
}

/** `2>/dev/null`, `<<<"$x"`, `< <(…)`: what follows belongs to no argument; a substitution in it is read all the same. */
function skipRedirection(reader: Reader): void {
  const [operator = ''] =
    /^(?:<<<|>>|[<>]&|>\||<>|[<>](?=\()|[<>])/.exec(reader.script.slice(reader.at, reader.at + 3)) ?? [];
  reader.at += operator.length;
  if (reader.script[reader.at] === '(') {
    readSubstitution(reader, 1);
    return;
  }
  while (/[ \t]/.test(reader.script[reader.at] ?? '')) reader.at++;
  if (!/[\s;&|()<>]/.test(reader.script[reader.at] ?? ' ')) readWord(reader, null);
}

/** `$(…)` or `<(…)` whose opening is `length` characters from here. */
function readSubstitution(reader: Reader, length: number): void {
  reader.at += length;
  readCommands(reader, ')');
  reader.at++;
}

function readWord(reader: Reader, closing: ')' | '`' | null): ShellWord {
  const start = reader.at;
  const unquoted: { start: number; end: number }[] = [];
  while (reader.at < reader.script.length) {
    const char = reader.script[reader.at] ?? '';
    if (char === '(' && /^\w+\+?=$/.test(reader.script.slice(start, reader.at))) readList(reader);
    else if (/[\s;&|()<>]/.test(char) || char === closing) break;
    else if (char === "'") skipQuoted(reader);
    else if (char === '"') readDoubleQuoted(reader);
    else if (char === '\\') reader.at += 2;
    else if (char === '$' || char === '`') {
      const from = reader.at;
      if (readExpansion(reader)) unquoted.push({ start: from, end: reader.at });
    } else reader.at++;
  }
  return { text: reader.script.slice(start, reader.at), start, end: reader.at, unquoted };
}

/** The words of `list=(a "$b")`. */
function readList(reader: Reader): void {
  reader.at++;
  while (reader.at < reader.script.length && reader.script[reader.at] !== ')') {
    if (reader.script[reader.at] === '#') skipTo(reader, '\n');
    else if (/[\s;&|(<>]/.test(reader.script[reader.at] ?? '')) reader.at++;
    else readWord(reader, null);
  }
  reader.at++;
}

function skipQuoted(reader: Reader): void {
  reader.at++;
  skipTo(reader, "'");
}

function readDoubleQuoted(reader: Reader): void {
  reader.at++;
  while (reader.at < reader.script.length && reader.script[reader.at] !== '"') {
    const char = reader.script[reader.at];
    if (char === '\\') reader.at += 2;
    else if (char === '$' || char === '`') readExpansion(reader);
    else reader.at++;
  }
  reader.at++;
}

/** Whether it was an expansion whose value may be several words. */
function readExpansion(reader: Reader): boolean {
  const rest = reader.script.slice(reader.at, reader.at + 3);
  if (rest.startsWith("$'")) {
    reader.at++;
    skipEscaped(reader);
    return false;
  }
  if (rest === '$((') {
    reader.at++;
    skipArithmetic(reader);
    return false;
  }
  if (rest.startsWith('$(')) {
    readSubstitution(reader, 2);
    return true;
  }
  if (rest.startsWith('`')) {
    reader.at++;
    readCommands(reader, '`');
    reader.at++;
    return true;
  }
  if (rest.startsWith('${')) return readBraces(reader);
  const [name = '$'] = /^\$(?:\w+|[@*])/.exec(reader.script.slice(reader.at, reader.at + 200)) ?? [];
  // `$?`, `$#`, `$$` and `$!` are one number.
  reader.at += name === '$' && /^\$[?#$!-]/.test(rest) ? 2 : name.length;
  return name !== '$';
}

/** `$'…'` */
function skipEscaped(reader: Reader): void {
  reader.at++;
  while (reader.at < reader.script.length && reader.script[reader.at] !== "'")
    reader.at += reader.script[reader.at] === '\\' ? 2 : 1;
  reader.at++;
}

/** `${#x}` is a number. */
function readBraces(reader: Reader): boolean {
  const isLength = reader.script[reader.at + 2] === '#';
  reader.at += 2;
  for (let depth = 1; reader.at < reader.script.length && depth > 0; ) {
    const char = reader.script[reader.at];
    if (char === '\\') reader.at += 2;
    else if (char === '"') readDoubleQuoted(reader);
    else if (char === '$' && /[({]/.test(reader.script[reader.at + 1] ?? '')) readExpansion(reader);
    else {
      if (char === '{') depth++;
      if (char === '}') depth--;
      reader.at++;
    }
  }
  return !isLength;
}
