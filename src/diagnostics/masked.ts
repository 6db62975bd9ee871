import type { Finding } from './finding.js';
import type { TextLookup } from './reporters/types.js';
import { isSecretAddress, SECRET_NAME } from './secrets.js';

/**
 * The texts as they may be shown, because what is shown lands in the logs of pipelines: with the secrets that were
 * found blotted out, and what looks like one, for files that could not be read to their end. Places stay the same.
 */
export function withoutSecrets(texts: TextLookup, findings: readonly Finding[]): TextLookup {
  const found = findings.flatMap(({ code, span }) => (code === 'schema/inline-secret' && span !== null ? [span] : []));
  return (file) => {
    const text = texts(file);
    if (text === undefined || !MAY_HOLD_SECRETS.test(file)) return text;
    const here = found.filter((span) => span.file === file);
    return blotted(text, [...here, ...namedIn(text), ...addressesIn(text)]);
  };
}

/** Where receivers and Alertmanager's settings stand. */
const MAY_HOLD_SECRETS = /^(?:aami\.ya?ml$|notifications\/)/;

interface Range {
  readonly start: number;
  readonly end: number;
}

const NAME = /(["']?)\b([a-z_]+)\1[ \t]*:(?:[ \t]+(?=\S)|[ \t]*$)/gm;

/** What stands at the name of a secret: in a flow mapping up to the next key, otherwise all that is indented below it. */
function namedIn(text: string): Range[] {
  const ranges: Range[] = [];
  let done = 0;
  for (const { 0: head, 2: name = '', index } of text.matchAll(NAME)) {
    if (index < done || (!SECRET_NAME.test(name) && !ALSO_SECRET.has(name))) continue;
    const start = index + head.length;
    const line = text.lastIndexOf('\n', index) + 1;
    done = text.slice(line, index).includes('{') ? endInFlow(text, start) : endOfBlock(text, start, index - line);
    ranges.push({ start, end: done });
  }
  return ranges;
}

const ALSO_SECRET = new Set(['api_url', 'secrets']);

const IN_FLOW = /"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^,}\n]*/y;

function endInFlow(text: string, start: number): number {
  IN_FLOW.lastIndex = start;
  return start + (IN_FLOW.exec(text)?.[0].length ?? 0);
}

/** Behind the rest of the line, and the lines that stand further to the right than the key. */
function endOfBlock(text: string, start: number, column: number): number {
  const lineEnd = (from: number): number => (text.indexOf('\n', from) + 1 || text.length + 1) - 1;
  let end = lineEnd(start);
  while (end < text.length) {
    const next = lineEnd(end + 1);
    const indent = text.slice(end + 1, next).search(/\S/);
    if (indent >= 0 && indent <= column) break;
    end = next;
  }
  return end;
}

const ADDRESS = /(?<![a-z0-9+.-])[a-z][a-z0-9+.-]*:\/\/[^\s"'<>`,}\]]+/gi;

function addressesIn(text: string): Range[] {
  const secret = [...text.matchAll(ADDRESS)].filter(([address]) => isSecretAddress(address, true));
  return secret.map(({ 0: address, index }) => ({ start: index, end: index + address.length }));
}

/** As long as it was, so that everything else stays in its place. */
function blotted(text: string, ranges: readonly Range[]): string {
  let shown = '';
  let at = 0;
  for (const { start, end } of [...ranges].sort((a, b) => a.start - b.start)) {
    if (end <= at) continue;
    const from = Math.max(at, start);
    shown += text.slice(at, from) + text.slice(from, end).replace(/\S/g, '•');
    at = end;
  }
  return shown + text.slice(at);
}
