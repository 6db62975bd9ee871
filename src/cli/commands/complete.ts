import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { repoCache } from '../../cache/folder.js';
import { grammarOf } from '../../completion/grammar.js';
import { type Line, readLine } from '../../completion/line.js';
import { namesIn } from '../../completion/names.js';
import { answer, goingOn } from '../../completion/offer.js';
import { type Candidate, type Wanted, wantedAt } from '../../completion/wanted.js';
import { readRepo } from '../../source/read.js';
import { documentsIn } from '../documents-in.js';
import { EXIT, type ExitCode } from '../exit.js';
import type { Io } from '../io.js';
import { isFolder, locateRepo } from '../locate.js';
import type { CommonOptions } from '../options.js';
import { kindNames } from './schema.js';

/** How long a press of a key may wait for git. */
const GIT_MS = 1_000;
const MAX_GIT_BYTES = 16 * 1024 * 1024;

/** Answers a shell: what can stand in the place of the last word. Whatever is wrong, it only knows less. */
export async function complete(
  words: readonly string[],
  program: Command,
  options: CommonOptions,
  io: Io,
): Promise<ExitCode> {
  const grammar = grammarOf(program);
  const line = readLine(words, grammar);
  const wanted = wantedAt(line, grammar);
  const start = resolve(io.cwd, options.C ?? '.');
  io.stdout.write(await answerTo(wanted, line, start, io));
  return EXIT.fine;
}

async function answerTo(wanted: Wanted, line: Line, start: string, io: Io): Promise<string> {
  const { typed } = line.cursor;
  const before = line.cursor.kind === 'value' ? line.cursor.before : '';
  const folder = folderOf(line, start);
  const offer = (candidates: readonly Candidate[]) => answer('words', goingOn(candidates, typed), before);
  switch (wanted.kind) {
    case 'words':
      return offer(wanted.words);
    case 'names':
      return offer(namesIn(await documentValues(folder, io), wanted.of, typed));
    case 'kinds':
      return offer(plain(kindNames()));
    case 'revisions':
      return offer(plain(revisionsIn(folder)));
    case 'files':
    case 'folders':
      // The shell knows better how to write a path, but only where it stands itself.
      if (folder === io.cwd || isC(line)) return answer(wanted.kind);
      return offer(plain(pathsIn(folder, typed, wanted.kind)));
  }
}

/** The folder that the command will run in. */
function folderOf({ given }: Line, start: string): string {
  const dir = [...given].find(([{ flags }]) => flags.includes('-C'))?.[1].at(-1);
  return dir === undefined
    ? start
    : resolve(
        start,
        dir.replace(/^~(?=\/|$)/, () => homedir()),
      );
}

function isC({ cursor }: Line): boolean {
  return cursor.kind === 'value' && cursor.option.flags.includes('-C');
}

/** What the documents of the repo say, also those with mistakes; nothing is compiled. */
async function documentValues(folder: string, io: Io): Promise<unknown[]> {
  const place = locateRepo({ C: folder }, { ...io, stderr: { write: () => undefined } });
  if (place === null) return [];
  const { documents, broken } = await readRepo(place.root, documentsIn(repoCache(place.root, io.env, io.cwd)));
  return [...documents, ...broken].map(({ value }) => value);
}

/** Branches and tags. */
function revisionsIn(folder: string): string[] {
  const args = ['for-each-ref', '--format=%(refname:short)', 'refs/heads', 'refs/remotes', 'refs/tags'];
  const { status, stdout } = spawnSync('git', args, {
    cwd: folder,
    encoding: 'utf8',
    timeout: GIT_MS,
    maxBuffer: MAX_GIT_BYTES,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return status === 0 ? stdout.split('\n') : [];
}

/** What is in the folder that the path leads into; folders end with `/`. */
function pathsIn(folder: string, typed: string, kind: 'files' | 'folders'): string[] {
  const above = typed.slice(0, typed.lastIndexOf('/') + 1);
  const inside = resolve(folder, above);
  try {
    return readdirSync(inside)
      .filter((name) => !name.startsWith('.') || typed.startsWith(`${above}.`))
      .map((name) => (isFolder(join(inside, name)) ? `${above}${name}/` : `${above}${name}`))
      .filter((path) => kind === 'files' || path.endsWith('/'));
  } catch {
    return [];
  }
}

function plain(words: readonly string[]): Candidate[] {
  return words.map((word) => ({ word, description: '' }));
}
