import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../../src/cli/main.js';
import { alertTemplate, doc, smallRepo } from '../../repo.js';

const work = realpathSync(mkdtempSync(join(tmpdir(), 'aami-complete-')));
const repo = join(work, 'repo');
const files = smallRepo({
  templates: [
    alertTemplate('team:Down', 'up == 0', 'description: nobody is there'),
    alertTemplate('"$(touch pwned)"', 'up == 0'),
    doc('ScriptTemplate', 'name: mount-check\nlanguage: bash\nscript: { inline: "true" }'),
  ].join('---\n'),
});

beforeAll(() => {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(repo, path)), { recursive: true });
    writeFileSync(join(repo, path), text);
  }
  mkdirSync(join(work, 'broken/groups'), { recursive: true });
  writeFileSync(join(work, 'broken/aami.yaml'), 'kind: [');
  writeFileSync(join(work, 'broken/groups/a.yaml'), 'kind: Group\nid: still-here\nname: {\n');
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** The lines that a shell is told; nothing else may happen. */
async function completing(words: readonly string[], cwd = repo, before: readonly string[] = []): Promise<string[]> {
  let stdout = '';
  let stderr = '';
  const exit = await run([...before, 'complete', '--', ...words], {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    env: { AAMI_CACHE_DIR: join(work, 'cache') },
    cwd,
    now: () => 0,
    clock: () => 0,
  });
  expect([exit, stderr]).toEqual([0, '']);
  return stdout.trimEnd().split('\n');
}

/** The words alone, where words are what the shell is told to offer. */
async function words(...line: string[]): Promise<string[]> {
  const [directive, ...lines] = await completing(line);
  expect(directive).toBe('words');
  return lines.map((text) => text.split('\t', 1)[0] ?? '');
}

describe('what the program knows of itself', () => {
  it('completes commands with what they do, and hides what is hidden', async () => {
    const lines = await completing(['']);
    expect(lines).toContain('validate\tcheck everything, write nothing');
    expect(lines.map((line) => line.split('\t')[0])).not.toContain('complete');
    expect(await words('help', 'val')).toEqual(['validate']);
  });

  it('completes options, those of the command and those of all, once', async () => {
    const options = await words('build', '--verify', 'off', '-');
    expect(options).toEqual(expect.arrayContaining(['-C', '-o', '--output', '--group', '--help']));
    expect(options).not.toContain('--verify');
    expect(await words('--ver')).toEqual(['--version']);
  });

  it('completes choices of options and of arguments', async () => {
    expect(await words('build', '--verify', 's')).toEqual(['strict']);
    expect(await words('build', '--verify=s')).toEqual(['--verify=strict']);
    expect(await words('completion', '')).toEqual(['bash', 'fish', 'zsh']);
    expect(await words('completion', 'bash', '')).toEqual([]);
  });

  it('completes kinds', async () => {
    expect(await words('schema', 'alert')).toEqual(['AlertPolicy', 'AlertTemplate']);
  });
});

describe('names of the repo', () => {
  it('are targets, alerts, checks and groups', async () => {
    expect(await words('explain', '')).toEqual(['d1', 'd2', 'p1', 'p2']);
    expect(await words('explain', 'p1', '')).toEqual(['mount-check', 'team:Down']);
    expect(await words('explain', '--alert', '')).toEqual(['team:Down']);
    expect(await words('explain', '--group', 'p')).toEqual(['prod']);
    expect(await words('build', '--group', 'dev', 'p')).toEqual(['prod']);
  });

  it('come with their descriptions', async () => {
    expect(await completing(['explain', '--alert=t'])).toEqual(['words', '--alert=team:Down\tnobody is there']);
  });

  it('are those of the folder of -C, wherever that stands', async () => {
    const found = ['words', '--group=prod'];
    expect(await completing(['-C', 'repo', 'build', '--group=p'], work)).toEqual(found);
    expect(await completing(['build', '-C', join(repo, 'targets'), '--group=p'], work)).toEqual(found);
    expect(await completing(['build', '--group=p'], work, ['-C', 'repo'])).toEqual(found);
    expect(await completing(['-C', 'missing', 'build', '--group=p'], work)).toEqual(['words']);
  });

  it('are none where there is no repo, and what can be read of a broken one', async () => {
    expect(await completing(['explain', ''], work)).toEqual(['words']);
    expect(await completing(['build', '--group', ''], join(work, 'broken'))).toEqual(['words', 'still-here']);
  });
});

describe('revisions', () => {
  it('are branches and tags, and none outside of git', async () => {
    expect(await words('diff', '')).toEqual([]);
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], { cwd: repo });
    git('init', '-q', '-b', 'main');
    git('commit', '-q', '--allow-empty', '-m', 'first');
    git('branch', 'work/gpu');
    git('tag', 'v1.0');
    expect(await words('diff', '')).toEqual(['main', 'v1.0', 'work/gpu']);
    expect(await completing(['diff', '-C', 'repo', 'w'], work)).toEqual(['words', 'work/gpu']);
  });
});

describe('paths', () => {
  it.each([
    [['validate', ''], 'files'],
    [['validate', 'a', ''], 'files'],
    [['build', '--promtool', ''], 'files'],
    [['build', '-o', ''], 'folders'],
    [['build', '--output='], 'folders'],
    [['-C', ''], 'folders'],
    [['diff', '--base-dir', ''], 'folders'],
    [['init', ''], 'folders'],
  ])('for %j are left to the shell', async (line, directive) => {
    expect(await completing(line)).toEqual([directive]);
  });

  it('below the folder of -C are listed, because the shell stands elsewhere', async () => {
    expect(await completing(['-C', 'repo', 'validate', 't'], work)).toEqual(['words', 'targets/', 'templates/']);
    expect(await completing(['-C', 'repo', 'validate', 'targets/'], work)).toEqual(['words', 'targets/small.yaml']);
    expect(await completing(['-C', 'repo', 'build', '-o', 'a'], work)).toEqual(['words']);
    expect(await completing(['-C', 'repo', 'validate', 'missing/'], work)).toEqual(['words']);
  });
});
