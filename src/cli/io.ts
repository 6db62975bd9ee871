/** A stream to write to. */
export interface Sink {
  readonly write: (text: string) => unknown;
  readonly isTTY?: boolean;
  /** Of a terminal. */
  readonly columns?: number;
  readonly rows?: number;
  /** Told when a terminal has another size. */
  readonly on?: (event: 'resize', listener: () => void) => unknown;
  readonly off?: (event: 'resize', listener: () => void) => unknown;
}

/** All that a command knows of the world around it, apart from the files. */
export interface Io {
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Milliseconds, for how long something took. */
  readonly now: () => number;
  /** What time it is: milliseconds since 1970. */
  readonly clock: () => number;
  /** Called when a command has gone its whole way: the code that it took may be kept in compiled form. */
  readonly keepCode?: (() => void) | undefined;
}

/** Colour only on a terminal, unless the user says otherwise (no-color.org, force-color.org). */
export function wantsColour(sink: Sink, env: Io['env']): boolean {
  const forced = env.FORCE_COLOR;
  if (forced !== undefined && forced !== '') return forced !== '0' && forced !== 'false';
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  return sink.isTTY === true && env.TERM !== 'dumb';
}

/** What a command is doing at the moment, on a terminal only; wiped when it is done. */
export interface Progress {
  readonly show: (text: string) => void;
  readonly clear: () => void;
}

export function progressOn(sink: Sink, env: Io['env']): Progress {
  if (sink.isTTY !== true || env.TERM === 'dumb') return { show: () => undefined, clear: () => undefined };
  const wipe = '\r\u001b[K';
  return { show: (text) => void sink.write(`${wipe}${text}…`), clear: () => void sink.write(wipe) };
}
