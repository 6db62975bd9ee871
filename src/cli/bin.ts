import { EXIT } from './exit.js';
import type { Io } from './io.js';
import { run } from './main.js';

/** Runs aami on this process. */
export async function main(keepCode: Io['keepCode']): Promise<void> {
  // `aami validate | head` closes the pipe early: that is no error, and a build goes on to its end.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') process.exitCode = EXIT.environment;
    });
  }
  const exit = await run(process.argv.slice(2), {
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    now: () => performance.now(),
    clock: () => Date.now(),
    keepCode,
  });
  process.exitCode ??= exit;
}
