/** Changes that are not dealt with yet. */
export interface Changes {
  readonly add: (path: string) => void;
  /** The paths of all, once there are some and nothing more has changed for a moment; none: the signal came. */
  readonly next: (signal: AbortSignal) => Promise<readonly string[]>;
}

/** Editors and git change several files, and each in several steps. */
const QUIET_MS = 50;
/** Whoever writes all the time is not waited for. */
const LONGEST_MS = 500;

export function changes(): Changes {
  let paths = new Set<string>();
  let events = 0;
  let wake: () => void = () => undefined;
  const soon = (milliseconds: number | null): Promise<void> =>
    new Promise((resolve) => {
      const timer = milliseconds === null ? undefined : setTimeout(resolve, milliseconds);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  return {
    add: (path) => {
      paths.add(path);
      events++;
      wake();
    },
    next: async (signal) => {
      const stop = (): void => wake();
      signal.addEventListener('abort', stop, { once: true });
      while (paths.size === 0 && !signal.aborted) await soon(null);
      const latest = performance.now() + LONGEST_MS;
      for (let seen = -1; seen !== events && !signal.aborted && performance.now() < latest; ) {
        seen = events;
        await soon(QUIET_MS);
      }
      signal.removeEventListener('abort', stop);
      const found = signal.aborted ? [] : [...paths].sort();
      paths = new Set();
      return found;
    },
  };
}
