import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, type ExitCode } from '../exit.js';
import type { Io } from '../io.js';
import { packageFolder } from '../package.js';

/** Prints the script of a shell. It knows nothing of aami but how to ask `aami complete`. */
export function completion(shell: string, io: Io): ExitCode {
  io.stdout.write(readFileSync(join(packageFolder(), 'src/completion/shells', `aami.${shell}`), 'utf8'));
  return EXIT.fine;
}
