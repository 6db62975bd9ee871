import { join } from 'node:path';
import { run } from '../../../src/cli/main.js';

/** A command line of aami that someone is told to run. */
export interface CommandLine {
  readonly command: string;
  readonly words: readonly string[];
}

/** The lines of a shell script that call aami. What follows an operator of the shell is not part of them. */
export function commandLines(script: string): CommandLine[] {
  return [...script.matchAll(/(?:^|[\s;(])aami +([^\n]*)/gm)].flatMap(([, rest = '']) => {
    const [line = ''] = rest.split(/\s[12]?(?:[>|;#]|&&)/);
    const words = line.split(/\s+/).filter((word) => word !== '');
    const command = words.find((word, at) => /^[a-z]+$/.test(word) && words[at - 1] !== '-C');
    return command === undefined ? [] : [{ command, words: words.filter((word) => word !== command) }];
  });
}

/** What of a command line `--help` does not know; nothing where it is fine. */
export async function unknownIn({ command, words }: CommandLine): Promise<string[]> {
  const known = await optionsOf(command);
  if (known === null) return [command];
  return words.flatMap((word, at) => {
    // Also where a shell adds it under a condition: ${X:+"--option=$X"}.
    const [, option] = /^(?:\$\{\w+:\+"?)?(-{1,2}[A-Za-z][\w-]*)/.exec(word) ?? [];
    if (option === undefined) return [];
    const choices = known.get(option);
    if (choices === undefined) return [`${command} ${option}`];
    const value = words[at + 1] ?? '';
    return choices.length > 0 && /^\w+$/.test(value) && !choices.includes(value)
      ? [`${command} ${option} ${value}`]
      : [];
  });
}

/** The options of a command with the values that they take, if these are listed; null where there is no such command. */
async function optionsOf(command: string): Promise<ReadonlyMap<string, readonly string[]> | null> {
  const parts: string[] = [];
  const sink = { write: (part: string) => parts.push(part) };
  const root = join(import.meta.dirname, '../../..');
  await run([command, '--help'], { stdout: sink, stderr: sink, env: {}, cwd: root, now: () => 0, clock: () => 0 });
  const help = parts.join('');
  if (!help.startsWith(`Usage: aami ${command} `)) return null;
  const options = new Map<string, string[]>();
  for (const [entry, short, long = ''] of help.matchAll(
    /^ {2}(?:(-\w), )?(-{1,2}[A-Za-z-]+)[^\n]*(?:\n {4,}[^\n]*)*/gm,
  )) {
    const [, listed = ''] = /\(choices:\s([^)]*?)(?:,\s+default:[^)]*)?\)/.exec(entry) ?? [];
    const choices = [...listed.matchAll(/"([^"]*)"/g)].map(([, choice = '']) => choice);
    for (const name of [short, long]) if (name !== undefined) options.set(name, choices);
  }
  return options;
}
