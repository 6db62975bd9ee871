import { oneLine } from '../diagnostics/display.js';
import type { Io } from './io.js';

/**
 * A sentence on stderr that says what is wrong and, where there is something to do, what. Both may name what comes from
 * a repo or a command line: it is made safe here.
 */
export function complain(io: Pick<Io, 'stderr'>, message: string, hint: string | null = null): void {
  io.stderr.write(`error: ${oneLine(message)}\n${hint === null ? '' : `hint: ${oneLine(hint)}\n`}`);
}
