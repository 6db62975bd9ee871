import type { Command } from 'commander';
import type { ExitCode } from '../exit.js';
import type { Io } from '../io.js';

/** Adds a command to the program. Describing is done at every start, so it loads nothing: the command's code comes with its action. */
export type Describe = (program: Command, session: Session) => void;

export interface Session {
  readonly io: Io;
  readonly exitWith: (code: ExitCode) => void;
}
