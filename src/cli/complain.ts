import type { Io } from './io.js';

/** A sentence on stderr that says what is wrong and, where there is something to do, what. */
export function complain(io: Pick<Io, 'stderr'>, message: string, hint: string | null = null): void {
  io.stderr.write(`error: ${message}\n${hint === null ? '' : `hint: ${hint}\n`}`);
}
