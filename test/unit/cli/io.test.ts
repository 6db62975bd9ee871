import { describe, expect, it } from 'vitest';
import { progressOn, wantsColour } from '../../../src/cli/io.js';
import { run } from '../../../src/cli/main.js';

const terminal = { write: () => true, isTTY: true };
const pipe = { write: () => true };

describe('colour', () => {
  it.each([
    [terminal, {}, true],
    [pipe, {}, false],
    [terminal, { TERM: 'dumb' }, false],
    [terminal, { NO_COLOR: '1' }, false],
    [terminal, { NO_COLOR: '' }, true],
    [pipe, { FORCE_COLOR: '1' }, true],
    [pipe, { FORCE_COLOR: '1', NO_COLOR: '1' }, true],
    [terminal, { FORCE_COLOR: '0' }, false],
  ])('%j %j → %s', (sink, env, expected) => {
    expect(wantsColour(sink, env)).toBe(expected);
  });
});

describe('progress', () => {
  it('is shown on a terminal only, and wiped', () => {
    const shown = (isTTY: boolean) => {
      const written: string[] = [];
      const progress = progressOn({ write: (text) => written.push(text), isTTY }, {});
      progress.show('Compiling');
      progress.clear();
      return written.join('');
    };
    expect(shown(true)).toBe('\r\u001b[KCompiling…\r\u001b[K');
    expect(shown(false)).toBe('');
  });
});

describe('a bug of aami', () => {
  const crash = async (...argv: string[]) => {
    const said: string[] = [];
    const exit = await run(argv, {
      stdout: {
        write: () => {
          throw new Error('boom');
        },
      },
      stderr: { write: (text) => said.push(text) },
      env: {},
      cwd: '/',
      now: () => 0,
      clock: () => 0,
    });
    return { exit, said: said.join('') };
  };

  it('is one sentence and a request, and its stack only with --debug', async () => {
    const plain = await crash('schema');
    expect(plain.exit).toBe(3);
    expect(plain.said).toBe(
      'error: aami failed in a way that it should not: boom\n' +
        'hint: This is a bug of aami, please report it. --debug shows where it happened.\n',
    );
    expect((await crash('schema', '--debug')).said).toContain('at ');
  });
});
