import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { didYouMean } from '../../diagnostics/nearest.js';
import { complain } from '../complain.js';
import { EXIT, type ExitCode } from '../exit.js';
import type { Io } from '../io.js';
import type { CommonOptions } from '../options.js';
import { packageFolder } from '../package.js';

const ENDING = '.schema.json';
/** Not kinds: what the kinds share, and any of the kinds by its `kind`. */
const SHARED = ['common', 'aami'];

/** Prints the JSON Schema of a kind in one piece, or says which kinds and files there are. */
export function schema(kind: string | undefined, options: CommonOptions, io: Io): ExitCode {
  const folder = join(packageFolder(), 'schemas');
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(ENDING))
    .sort();
  const kinds = new Map(files.filter(isOfKind).map((name) => [kindOf(name), name]));
  if (kind === undefined) {
    const list = [...kinds].map(([name, file]) => ({ kind: name, file: join(folder, file) }));
    io.stdout.write(options.format === 'json' ? `${JSON.stringify(list, null, 2)}\n` : overview(list));
    return EXIT.fine;
  }
  const file = kinds.get(kind) ?? kinds.get([...kinds.keys()].find((name) => sameWord(name, kind)) ?? '');
  if (file === undefined) {
    complain(
      io,
      `there is no kind ${kind}`,
      didYouMean(kind, kinds.keys()) ?? `The kinds are ${[...kinds.keys()].join(', ')}.`,
    );
    return EXIT.usage;
  }
  io.stdout.write(`${JSON.stringify(selfContained(folder, file), null, 2)}\n`);
  return EXIT.fine;
}

function isOfKind(file: string): boolean {
  return !SHARED.includes(file.slice(0, -ENDING.length));
}

/** `alert-policy.schema.json` → `AlertPolicy`. */
function kindOf(file: string): string {
  return file
    .slice(0, -ENDING.length)
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

function sameWord(a: string, b: string): boolean {
  const bare = (word: string) => word.toLowerCase().replaceAll('-', '');
  return bare(a) === bare(b);
}

function overview(list: readonly { readonly kind: string; readonly file: string }[]): string {
  const width = Math.max(...list.map(({ kind }) => kind.length));
  const lines = list.map(({ kind, file }) => `${kind.padEnd(width)}  ${file}`);
  const example = list[0]?.file ?? '';
  return `${lines.join('\n')}

An editor with the YAML language server checks a file that begins with
  # yaml-language-server: $schema=${example}
`;
}

/** The schema with the shared definitions inside, so that it stands on its own wherever it is put. */
function selfContained(folder: string, file: string): unknown {
  const own: unknown = JSON.parse(readFileSync(join(folder, file), 'utf8').replaceAll('common.schema.json#/', '#/'));
  const common: unknown = JSON.parse(readFileSync(join(folder, 'common.schema.json'), 'utf8'));
  return { ...asObject(own), definitions: asObject(common).definitions };
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
