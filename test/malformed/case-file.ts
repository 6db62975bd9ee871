import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A case: the files that it lays over the good repo, and what aami must say of them, as `code file:line:column`. */
export interface MalformedCase {
  readonly name: string;
  readonly files: ReadonlyMap<string, string>;
  readonly wanted: readonly string[];
}

const SECTION = /^# in: (\S+)$/;
const WANTED = /^# want: (\S+)(?: (\d+:\d+)(?: (\S+))?)?$/;
const CARET = /^# ?( *)\^ (\S+)$/;

/** The cases of a folder, which README.md describes. */
export function readCases(folder: string): MalformedCase[] {
  return readdirSync(folder)
    .sort()
    .map((file) => parseCase(file, readFileSync(join(folder, file), 'utf8')));
}

function parseCase(name: string, text: string): MalformedCase {
  const lines = text.split('\n');
  const starts = lines.flatMap((line, at) => {
    const path = SECTION.exec(line)?.[1];
    return path === undefined ? [] : [{ path, at }];
  });
  const fileAt = (line: number): string => starts.findLast(({ at }) => at <= line)?.path ?? '';
  const files = new Map(
    starts.map(({ path, at }, index): [string, string] => {
      const body = lines.slice(at + 1, starts[index + 1]?.at ?? lines.length);
      // Every line of a file has the number that it has here.
      return [path, '\n'.repeat(at + 1) + body.join('\n')];
    }),
  );
  const wanted = lines.flatMap((line, at) => {
    const [, code, position, file] = WANTED.exec(line) ?? [];
    if (code !== undefined) return [placed(code, position, file ?? fileAt(Number(position?.split(':')[0]) - 1))];
    const caret = CARET.exec(line);
    if (caret === null) return [];
    const marked = lines.findLastIndex((other, below) => below < at && !CARET.test(other));
    return [placed(caret[2] ?? '', `${marked + 1}:${columnOf(line)}`, fileAt(at))];
  });
  return { name: name.replace(/\.yaml$/, ''), files, wanted };
}

/** A caret cannot stand below the first column, where the `#` is: `#^` points there. */
function columnOf(line: string): number {
  return line.startsWith('#^') ? 1 : line.indexOf('^') + 1;
}

function placed(code: string, position: string | undefined, file: string): string {
  return position === undefined ? code : `${code} ${file}:${position}`;
}
