import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { openScreen } from '../../../src/cli/screen.js';

function terminal(columns: number, rows: number) {
  const events = new EventEmitter();
  const written: string[] = [];
  const sink = {
    ...{ columns, rows, isTTY: true },
    write: (text: string) => written.push(text),
    on: (event: 'resize', listener: () => void) => events.on(event, listener),
    off: (event: 'resize', listener: () => void) => events.off(event, listener),
  };
  return { sink, written, resize: () => events.emit('resize'), listeners: () => events.listenerCount('resize') };
}

it('draws each picture over the one before, in one piece and without wiping it first', () => {
  const { sink, written } = terminal(80, 24);
  const screen = openScreen(sink);
  screen.show(() => ['one', 'two']);
  screen.show(() => ['three']);
  expect(written.slice(1)).toEqual(['\u001b[Hone\u001b[K\r\ntwo\u001b[K\u001b[J', '\u001b[Hthree\u001b[K\u001b[J']);
});

it('draws anew for another size, and never more rows than there are', () => {
  const { sink, written, resize } = terminal(80, 24);
  openScreen(sink).show(({ columns }) => [`${columns} columns`, 'two', 'three']);
  Object.assign(sink, { columns: 40, rows: 2 });
  resize();
  expect(written.at(-1)).toBe('\u001b[H40 columns\u001b[K\r\ntwo\u001b[K\u001b[J');
});

it('gives the terminal back with its cursor, and listens no longer', () => {
  const { sink, written, listeners } = terminal(80, 24);
  const screen = openScreen(sink);
  expect(written).toEqual(['\u001b[?1049h\u001b[?25l']);
  screen.close();
  expect(written.at(-1)).toBe('\u001b[?25h\u001b[?1049l');
  expect(listeners()).toBe(0);
});
