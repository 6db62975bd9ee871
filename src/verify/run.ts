/** How a tool's process ended. A tool's "no" is data, not an exception. */
export interface ToolAnswer {
  /** null: it did not end by itself. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Why it did not end by itself, or did not start; null when it did. */
  readonly trouble: string | null;
}

export interface RunOptions {
  readonly cwd: string | undefined;
  readonly timeoutMs: number;
  /** What it reads on standard input; default: nothing. */
  readonly input?: string;
  /** Ends the program before its time. */
  readonly signal?: AbortSignal | undefined;
}

const INTERRUPTED = 'was interrupted';

/** Runs a program, without a shell. */
export async function runTool(
  path: string,
  args: readonly string[],
  { cwd, timeoutMs, input, signal }: RunOptions,
): Promise<ToolAnswer> {
  const { execa } = await import('execa');
  if (signal?.aborted) return { exitCode: null, stdout: '', stderr: '', trouble: INTERRUPTED };
  const running = execa(path, args, {
    ...(cwd !== undefined && { cwd }),
    reject: false,
    ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
    stripFinalNewline: false,
  });
  const end = (): void => {
    running.kill('SIGKILL');
    // A tool behind a shell script leaves a grandchild that holds the pipes open: do not wait for it.
    running.stdout.destroy();
    running.stderr.destroy();
  };
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    end();
  }, timeoutMs);
  signal?.addEventListener('abort', end, { once: true });
  const result = await running;
  clearTimeout(timer);
  signal?.removeEventListener('abort', end);
  const trouble = late
    ? `gave no answer within ${Math.ceil(timeoutMs / 1000)} s`
    : signal?.aborted
      ? INTERRUPTED
      : result.signal !== undefined
        ? `was killed by ${result.signal}`
        : result.exitCode === undefined
          ? `did not start (${result.code ?? 'unknown error'})`
          : null;
  return { exitCode: result.exitCode ?? null, stdout: result.stdout ?? '', stderr: result.stderr ?? '', trouble };
}
