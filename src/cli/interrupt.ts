const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Does some work; a signal that would end the process meanwhile ends it after a clean-up. */
export async function cleaningUp<T>(cleanUp: () => void, work: () => Promise<T>): Promise<T> {
  const stop = (signal: NodeJS.Signals): void => {
    release();
    cleanUp();
    // Again, and now nothing stands in its way: whoever waits for aami sees that it was the signal.
    process.kill(process.pid, signal);
  };
  const release = (): void => {
    for (const signal of SIGNALS) process.off(signal, stop);
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  try {
    return await work();
  } finally {
    release();
  }
}
