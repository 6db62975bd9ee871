import type { Sink } from './io.js';

/** A terminal that one picture fills. */
export interface Screen {
  /** Shows lines in place of those before; asked anew when the terminal has another size. */
  readonly show: (draw: (size: ScreenSize) => readonly string[]) => void;
  /** Gives the terminal back as it was. */
  readonly close: () => void;
}

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/** Where a terminal does not tell its size. */
const USUAL: ScreenSize = { columns: 80, rows: 24 };

const ENTER = '\u001b[?1049h\u001b[?25l';
const LEAVE = '\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const END_OF_LINE = '\u001b[K';
const BELOW = '\u001b[J';

/** Each picture is written at once over the one before, line by line, so nothing flickers. */
export function openScreen(sink: Sink): Screen {
  let draw: Parameters<Screen['show']>[0] = () => [];
  const paint = (): void => {
    const size = { columns: sink.columns || USUAL.columns, rows: sink.rows || USUAL.rows };
    const lines = draw(size).slice(0, size.rows);
    sink.write(HOME + lines.map((line) => line + END_OF_LINE).join('\r\n') + BELOW);
  };
  sink.write(ENTER);
  sink.on?.('resize', paint);
  return {
    show: (next) => {
      draw = next;
      paint();
    },
    close: () => {
      sink.off?.('resize', paint);
      sink.write(LEAVE);
    },
  };
}
