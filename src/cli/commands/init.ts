import { basename, join, relative, resolve } from 'node:path';
import { oneLine } from '../../diagnostics/display.js';
import { CI_FILES, type CiSystem } from '../../scaffold/ci.js';
import { projectName, type ScaffoldFile, starterFiles } from '../../scaffold/starter.js';
import { writeScaffold } from '../../scaffold/write.js';
import { complain } from '../complain.js';
import { EXIT, type ExitCode } from '../exit.js';
import type { Io } from '../io.js';
import { isFolder } from '../locate.js';
import type { CommonOptions } from '../options.js';
import { packageFolder } from '../package.js';

export interface InitOptions extends CommonOptions {
  readonly ci?: CiSystem;
}

/** Writes the starter repo into a folder, or says why not. */
export function init(dir: string | undefined, { C, ci }: InitOptions, io: Io): ExitCode {
  const base = resolve(io.cwd, C ?? '.');
  const folder = resolve(base, dir ?? '.');
  const shown = relative(io.cwd, folder) || '.';
  if (!isFolder(base)) {
    complain(io, `there is no folder ${C ?? base}`);
    return EXIT.usage;
  }
  const files = starterFiles(join(packageFolder(), 'examples'), projectName(basename(folder)), ci ?? null);
  const outcome = writeScaffold(folder, files);
  switch (outcome.kind) {
    case 'written':
      io.stdout.write(welcome(shown, files, ci ?? null));
      return EXIT.fine;
    case 'not-a-folder':
      complain(io, `${shown} is not a folder`);
      return EXIT.usage;
    case 'in-the-way':
      complain(
        io,
        `${named(shown)} already has ${outcome.paths.join(', ')}; nothing was written`,
        'Name a folder that does not have them: aami init <dir>',
      );
      return EXIT.usage;
    case 'failed':
      complain(
        io,
        outcome.message,
        outcome.left.length === 0 ? 'Nothing was left behind.' : `This was left behind: ${outcome.left.join(', ')}`,
      );
      return EXIT.environment;
  }
}

function welcome(shown: string, files: readonly ScaffoldFile[], ci: CiSystem | null): string {
  const steps = [...(shown === '.' ? [] : [`cd ${shellWord(shown)}`]), 'aami validate', 'aami build'];
  const adapt = ci === null ? '' : `\nSay in ${CI_FILES[ci].to} where CI gets aami from: see its first lines.\n`;
  return `Wrote a repo to ${named(shown)}:
${files.map(({ path }) => `  ${path}\n`).join('')}
Next:
${steps.map((step) => `  ${step}\n`).join('')}${adapt}`;
}

function named(shown: string): string {
  return shown === '.' ? 'this folder' : oneLine(shown);
}

/** A path as a shell takes it for one word, and for no option. */
function shellWord(path: string): string {
  const word = oneLine(path.startsWith('-') ? `./${path}` : path);
  return /^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
