import type { ShellCommand, ShellWord } from './shell.js';

/** What a command runs in the end, behind `VAR=value`, `sudo`, `timeout 5` and the like. */
export interface Invocation {
  /** Without folders. */
  readonly name: string;
  readonly word: ShellWord;
  readonly args: readonly ShellWord[];
  /** Under `timeout`, or in the background, where the script can give up. */
  readonly limited: boolean;
}

/** A program that runs the command which follows it. */
interface Wrapper {
  /** How many arguments of its own it has beside options. */
  readonly own: number;
  /** Letters of the options that take a value. */
  readonly values: string;
}

const plain: Wrapper = { own: 0, values: '' };
const WRAPPERS: Readonly<Record<string, Wrapper>> = {
  builtin: plain,
  command: plain,
  doas: { own: 0, values: 'uC' },
  env: { own: 0, values: 'uCS' },
  exec: { own: 0, values: 'a' },
  ionice: { own: 0, values: 'cn' },
  nice: { own: 0, values: 'n' },
  nohup: plain,
  setsid: plain,
  stdbuf: { own: 0, values: 'ioe' },
  sudo: { own: 0, values: 'ugCDhpRTU' },
  timeout: { own: 1, values: 'ks' },
  xargs: { own: 0, values: 'adEILnPs' },
};

/** null: the command only sets variables, or what it runs is in a variable. */
export function invocationOf({ words, background }: ShellCommand): Invocation | null {
  let limited = background;
  let at = 0;
  while (isAssignment(words[at])) at++;
  for (;;) {
    const word = words[at];
    if (word === undefined) return null;
    const name = word.text.replace(/^.*\//, '').replace(/^["']|["']$/g, '');
    const wrapper = WRAPPERS[name];
    if (wrapper === undefined) return { name, word, args: words.slice(at + 1), limited };
    // `command -v x` asks whether there is an x.
    if (name === 'command' && /^-[vV]$/.test(words[at + 1]?.text ?? '')) return { name, word, args: [], limited };
    limited ||= name === 'timeout';
    at++;
    while (words[at]?.text.startsWith('-') || isAssignment(words[at])) at += takesValue(words[at], wrapper) ? 2 : 1;
    at += wrapper.own;
  }
}

const isAssignment = (word: ShellWord | undefined): boolean => /^\w+(?:\[[^\]]*\])?\+?=/.test(word?.text ?? '');

/** `timeout -k 5 …`; the value of `-k5` and of `--kill-after=5` is in the word. */
const takesValue = (word: ShellWord | undefined, { values }: Wrapper): boolean => {
  const [, letter = ''] = /^-([a-zA-Z])$/.exec(word?.text ?? '') ?? [];
  return letter !== '' && values.includes(letter);
};
