import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { didYouMean } from '../../diagnostics/nearest.js';
import { complain } from '../complain.js';
import { EXIT, type ExitCode } from '../exit.js';
import type { Io } from '../io.js';
import type { CommonOptions } from '../options.js';
import { packageFolder } from '../package.js';

const ENDING = '.schema.json';
/** What the kinds share, for none to be checked by. */
const COMMON = 'common.schema.json';
/** The schema that chooses by `kind`, for files that hold more than one. */
const ANY_KIND = { name: 'all', file: 'aami.schema.json' };

export interface SchemaOptions extends CommonOptions {
  readonly format: 'pretty' | 'json';
}

/** Prints the JSON Schema of a kind, or of all of them, in one piece; or says which kinds and files there are. */
export function schema(kind: string | undefined, options: SchemaOptions, io: Io): ExitCode {
  const folder = join(packageFolder(), 'schemas');
  const kinds = kindsIn(folder);
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

/** What can be asked for. */
export function kindNames(): string[] {
  return [...kindsIn(join(packageFolder(), 'schemas')).keys()];
}

/** The files of the schemas by kind. */
function kindsIn(folder: string): Map<string, string> {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(ENDING) && name !== COMMON && name !== ANY_KIND.file)
    .sort();
  return new Map(files.map((name) => [kindOf(name), name])).set(ANY_KIND.name, ANY_KIND.file);
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

\`all\` chooses by \`kind\`, for files that mix them. An editor with the YAML language server checks a file that begins with
  # yaml-language-server: $schema=${example}
`;
}

/** The schema with all that it refers to inside, so that it stands on its own wherever it is put. */
function selfContained(folder: string, file: string): unknown {
  const definitions: Record<string, unknown> = {};
  const own = inlined(folder, file, definitions);
  return { ...own, definitions };
}

/** A schema whose references lead to `definitions`, where what they lead to is put. */
function inlined(folder: string, file: string, definitions: Record<string, unknown>): Record<string, unknown> {
  const text = readFileSync(join(folder, file), 'utf8').replaceAll(`${COMMON}#/`, '#/');
  const others = new Set([...text.matchAll(/"\$ref": "([a-z-]+)\.schema\.json"/g)].map(([, name]) => name ?? ''));
  for (const name of others) {
    const { $schema: _, ...other } = inlined(folder, `${name}${ENDING}`, definitions);
    definitions[name] = other;
  }
  const common: unknown = JSON.parse(readFileSync(join(folder, COMMON), 'utf8'));
  Object.assign(definitions, asObject(common).definitions);
  return asObject(JSON.parse(text.replaceAll(/"([a-z-]+)\.schema\.json"/g, '"#/definitions/$1"')));
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
