import { describe, expect, it } from 'vitest';
import type { Grammar } from '../../../src/completion/grammar.js';
import { readLine } from '../../../src/completion/line.js';

const dir = { name: 'dir', choices: [], variadic: false };
const grammar: Grammar = {
  options: [
    { flags: ['-C'], description: '', value: dir },
    { flags: ['--debug'], description: '', value: null },
  ],
  commands: [
    {
      name: 'build',
      description: '',
      args: [{ name: 'paths', choices: [], variadic: true }],
      options: [
        { flags: ['-o', '--output'], description: '', value: dir },
        { flags: ['--group'], description: '', value: { name: 'id', choices: [], variadic: true } },
      ],
      commands: [],
    },
  ],
};

/** `argument 1` or `value of --output`, then what is typed of it. */
function cursorAt(...words: string[]): string {
  const { cursor } = readLine(words, grammar);
  const what =
    cursor.kind === 'argument'
      ? `argument ${cursor.index}`
      : cursor.kind === 'value'
        ? `value of ${cursor.option.flags.at(-1)}`
        : cursor.kind;
  return `${what}: ${cursor.typed}`;
}

describe('the cursor', () => {
  it.each([
    [[''], 'command: '],
    [['bu'], 'command: bu'],
    [['-'], 'option: -'],
    [['-C', ''], 'value of -C: '],
    [['-C', 'x', 'bu'], 'command: bu'],
    [['-Cx', 'bu'], 'command: bu'],
    [['--debug', 'build', ''], 'argument 0: '],
    [['build', 'a', 'b'], 'argument 1: b'],
    [['build', '--debug', 'a', '--unknown', 'b'], 'argument 1: b'],
    [['build', '--output', 'x'], 'value of --output: x'],
    [['build', '-o', '-'], 'value of --output: -'],
    [['build', '--output=x'], 'value of --output: x'],
    [['build', '--output=x', 'y'], 'argument 0: y'],
    [['build', '--group', 'a', 'b'], 'value of --group: b'],
    [['build', '--group', 'a', '--'], 'option: --'],
    [['build', '--group', 'a', '--debug', 'x'], 'argument 0: x'],
    [['build', '--group=a', 'x'], 'argument 0: x'],
    [['build', '--debug=x'], 'nowhere: --debug=x'],
    [['build', '--', '--debug', '-'], 'argument 1: -'],
    [['build', 'a', '-C', 'x', 'b'], 'argument 1: b'],
    [['nonsense', ''], 'nowhere: '],
    [[], 'command: '],
  ])('of %j is at the %s', (words, expected) => {
    expect(cursorAt(...words)).toBe(expected);
  });
});

it('tells what options before the cursor were given', () => {
  const { given } = readLine(['-C', 'x', 'build', '--group', 'a', 'b', '--output=o', '--debug', ''], grammar);
  expect([...given].map(([{ flags }, values]) => [flags.at(-1), ...values])).toEqual([
    ['-C', 'x'],
    ['--group', 'a', 'b'],
    ['--output', 'o'],
    ['--debug'],
  ]);
});
