const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Does work that goes on until somebody ends it: the first signal asks it to, and what it returns then counts. A second
 * one ends the process.
 */
export async function untilInterrupted<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const asked = new AbortController();
  const stop = (signal: NodeJS.Signals): void => {
    // Whoever else listens ends the process where nobody listens beside him, so the first signal leaves us listening.
    if (asked.signal.aborted) {
      release();
      process.kill(process.pid, signal);
    }
    asked.abort();
  };
  const release = (): void => {
    for (const signal of SIGNALS) process.off(signal, stop);
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  try {
    return await work(asked.signal);
  } finally {
    release();
  }
}
