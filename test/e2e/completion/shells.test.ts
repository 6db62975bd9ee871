import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Real shells, in which the script is loaded as its users load it, and Tab is pressed. */
const HERE = fileURLToPath(new URL('.', import.meta.url));
const AAMI = fileURLToPath(new URL('../../../bin/aami.js', import.meta.url));
const GPU_CLUSTER = fileURLToPath(new URL('../../../examples/gpu-cluster', import.meta.url));
const work = realpathSync(mkdtempSync(join(tmpdir(), 'aami-shells-')));
const repo = join(work, 'repo');
const env = { ...process.env, HOME: work, TERM: 'xterm', PATH: `${join(work, 'bin')}${delimiter}${process.env.PATH}` };

/** What a stranger may have written, and what shells take words apart at. */
const HOSTILE = `apiVersion: aami/v1
kind: AlertTemplate
name: "$(touch pwned)"
---
apiVersion: aami/v1
kind: AlertTemplate
name: "team:job:Down"
description: "$(touch pwned) \`touch pwned\` \\e[31m: \\t\\n 'x"
---
apiVersion: aami/v1
kind: AlertTemplate
name: "team:job:Up; touch pwned"
`;

beforeAll(() => {
  mkdirSync(join(work, 'bin'));
  writeFileSync(join(work, 'bin/aami'), `#!/bin/sh\nexec '${process.execPath}' '${AAMI}' "$@"\n`, { mode: 0o755 });
  cpSync(GPU_CLUSTER, repo, { recursive: true });
  writeFileSync(join(repo, 'templates/hostile.yaml'), HOSTILE);
  mkdirSync(join(repo, 'a folder'));
  writeFileSync(join(repo, 'a file'), '');

  const bash = `PS1='READY> '; bind 'set enable-bracketed-paste off'; bind 'set show-all-if-ambiguous on'
bind -x '"\\C-t": printf "<<%s>>" "$READLINE_LINE"'`;
  const zsh = `PS1='READY> '; stty rows 40 columns 200; autoload -Uz compinit && compinit -D
show() { print -rn -- "<<$BUFFER>>" }; zle -N show; bindkey '^T' show`;
  const settings = {
    bash: `${bash}\nsource <(aami completion bash)\n`,
    'bash-strict': `${bash}\nset -uf; IFS=a; source <(aami completion bash)\n`,
    'zsh/.zshrc': `${zsh}\nsource <(aami completion zsh)\n`,
    'fpath/.zshrc': `fpath=(${work}/functions $fpath)\n${zsh}\n`,
  };
  for (const folder of ['zsh', 'fpath', 'functions']) mkdirSync(join(work, folder));
  for (const [path, text] of Object.entries(settings)) writeFileSync(join(work, path), text);
  writeFileSync(join(work, 'functions/_aami'), output('aami', ['completion', 'zsh']));
});
afterAll(() => {
  rmSync(work, { recursive: true, force: true });
});

function output(command: string, args: readonly string[]): string {
  const { stdout, status, stderr } = spawnSync(command, args, { cwd: repo, env, encoding: 'utf8', timeout: 30_000 });
  expect([status, stderr]).toEqual([0, '']);
  return stdout;
}

/** What the line is after Tab, and what was shown on the way. */
interface Pressed {
  readonly line: string;
  readonly shown: string;
}

function pressTab(line: string, ...shell: readonly string[]): Pressed {
  const shown = stripVTControlCharacters(output('zsh', ['-f', join(HERE, 'press-tab.zsh'), line, ...shell]));
  return { line: /<<(.*)>>/s.exec(shown)?.[1] ?? '', shown };
}

const bash = (settings: string) => (line: string) =>
  pressTab(line, 'bash', '--noprofile', '--rcfile', join(work, settings), '-i');
const zsh = (settings: string) => (line: string) =>
  pressTab(line, 'env', `ZDOTDIR=${join(work, settings)}`, 'zsh', '-d', '-i');

describe.each([
  ['bash', bash('bash')],
  ['zsh', zsh('zsh')],
])('%s', (_, press) => {
  it.each([
    ['aami val', 'aami validate '],
    ['aami build --verify s', 'aami build --verify strict '],
    ['aami build --verify=s', 'aami build --verify=strict '],
    ['aami -C groups build --group grp-f', 'aami -C groups build --group grp-fleet '],
    ['aami -C "groups" build --group=grp-f', 'aami -C "groups" build --group=grp-fleet '],
    ['aami explain --alert team:job:D', 'aami explain --alert team:job:Down '],
    ['aami explain --alert=team:job:D', 'aami explain --alert=team:job:Down '],
    ['aami explain gpu-node-001 "team:', 'aami explain gpu-node-001 "team:job:Down" '],
    ['aami validate a\\ fi', 'aami validate a\\ file '],
    ['aami build -o a', 'aami build -o a\\ folder/'],
    ['aami build --output=a', 'aami build --output=a\\ folder/'],
    ['aami -C groups validate all', 'aami -C groups validate all'],
    ['aami -C ~/rep validate gr', 'aami -C ~/rep validate gr'],
    ['aami -C ~/repo validate gr', 'aami -C ~/repo validate groups/'],
    ['aami explain $(touch pwned) team:', 'aami explain $(touch pwned) team:job:Down '],
  ])('%s', (line, expected) => {
    expect(press(line).line).toBe(expected);
  });

  it('lists what there is', () => {
    const { line, shown } = press('aami build --group grp-m');
    expect(line).toBe('aami build --group grp-m');
    expect(shown).toMatch(/grp-mgmt.*grp-ml/s);
  });
});

it.each([
  ['bash with options that break scripts', bash('bash-strict')],
  ['zsh that loads _aami from its fpath', zsh('fpath')],
])('%s', (_, press) => {
  expect(press('aami -C groups build --group=grp-f').line).toBe('aami -C groups build --group=grp-fleet ');
});

it('zsh shows descriptions', () => {
  expect(zsh('zsh')('aami v').line).toBe('aami validate ');
  expect(zsh('zsh')('aami --').shown).toMatch(/--version +-- print the version/);
});

describe('fish', () => {
  const candidates = (line: string) =>
    output('fish', ['--no-config', '-c', 'aami completion fish | source; complete -C $argv[1]', line]).trimEnd();

  it.each([
    ['aami val', 'validate\tcheck everything, write nothing'],
    ['aami build --verify s', 'strict'],
    ['aami build --verify=s', '--verify=strict'],
    ['aami -C groups build --group grp-f', 'grp-fleet\tfleet'],
    ['aami -C "groups" build --group=grp-f', '--group=grp-fleet\tfleet'],
    ['aami explain --alert "team:job:', 'team:job:Down\t$(touch pwned) `touch pwned` \\x1b[31m:'],
    ['aami build -o a', 'a folder/'],
    ['aami build --output=a', '--output=a folder/'],
    ['aami -C ~/repo validate gr', 'groups/'],
    ['aami explain $(touch pwned) storage-0', ''],
  ])('%s', (line, expected) => {
    expect(candidates(line).replace(/\tDirectory/, '')).toBe(expected);
  });
});

it('nothing that stands in a repo or on the line was run', () => {
  expect(existsSync(join(repo, 'pwned'))).toBe(false);
});
