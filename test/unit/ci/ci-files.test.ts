import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { KIND_FOLDERS } from '../../../src/source/types.js';
import { fencesOf } from '../docs/markdown.js';
import { commandLines, unknownIn } from './commands.js';

/** Nobody runs these files here, so what they say is compared with what there is. */
const root = join(import.meta.dirname, '../../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const { version, files: packed }: { version: string; files: string[] } = JSON.parse(read('package.json'));

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}
interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>>;
}
interface GitlabJob {
  readonly extends?: string;
  readonly stage?: string;
  readonly script?: readonly string[];
}

const action: Action = parse(read('action.yml'));
const workflow: Workflow = parse(read('examples/ci/github/aami.yml'));
const gitlabText = read('examples/ci/gitlab/aami.gitlab-ci.yml');
const gitlab: Readonly<Record<string, GitlabJob>> = parse(gitlabText);
const { stages }: { stages: readonly string[] } = parse(gitlabText);
const [hook]: [{ id: string; entry: string; files: string; language: string }] = parse(read('.pre-commit-hooks.yaml'));

const scripts: readonly (readonly [where: string, script: string])[] = [
  ...action.runs.steps.flatMap(({ run, name }) => (run === undefined ? [] : [[`action.yml, ${name}`, run] as const])),
  ...Object.entries(gitlab).flatMap(([job, { script }]) =>
    script === undefined ? [] : [[`GitLab, ${job}`, script.join('\n')] as const],
  ),
  ['.pre-commit-hooks.yaml', hook.entry],
  ...['docs/ci.md', 'docs/cli.md', 'examples/starter/README.md'].flatMap((page) =>
    fencesOf(read(page))
      .filter(({ language }) => language === 'sh')
      .map(({ content }) => [page, content] as const),
  ),
  ['Dockerfile', /^# +(docker run .*)$/m.exec(read('Dockerfile'))?.[1] ?? ''],
];

describe('what is run', () => {
  it('finds the commands', () => {
    const commands = scripts.flatMap(([, script]) => commandLines(script)).map(({ command }) => command);
    expect(commands).toEqual(expect.arrayContaining(['validate', 'build', 'diff']));
    expect(commandLines('x; aami -C sub validate a.yaml --format junit > out || true')).toEqual([
      { command: 'validate', words: ['-C', 'sub', 'a.yaml', '--format', 'junit'] },
    ]);
  });

  it.each(scripts)('%s: aami has each command and option', async (_, script) => {
    const unknown = await Promise.all(commandLines(script).map(unknownIn));
    expect(unknown.flat()).toEqual([]);
  });

  it('would notice what aami does not have', async () => {
    const unknown = await Promise.all(
      ['aami check', 'aami build --quick', 'aami validate --format gutlib', 'aami build -o x']
        .flatMap(commandLines)
        .map(unknownIn),
    );
    expect(unknown.flat()).toEqual(['check', 'build --quick', 'validate --format gutlib']);
  });

  it.each(scripts)('%s: a shell can read it', (_, script) => {
    // As both systems run it.
    const input = `set -eo pipefail\n${script}\n`;
    expect(spawnSync('bash', ['-n'], { input, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
    // An ordinary tool of those who write shell, not one of those that the tests need.
    const checked = spawnSync('shellcheck', ['--shell=bash', '-'], { input, encoding: 'utf8' });
    if (checked.error === undefined) expect(checked.stdout).toBe('');
  });
});

describe('the action', () => {
  const used = [...read('action.yml').matchAll(/\binputs\.([\w-]+)/g)].map(([, name]) => name);

  it('has the inputs that it uses, and uses those that it has', () => {
    expect([...new Set(used)].sort()).toEqual(Object.keys(action.inputs).sort());
  });

  it('puts nothing of the workflow or the event into the text of a script', () => {
    for (const { run = '' } of action.runs.steps) expect(run).not.toContain('${{');
  });

  it('runs files that are there', () => {
    const named = action.runs.steps.flatMap(({ run = '' }) => [...run.matchAll(/\$ACTION\/([\w./-]+)/g)]);
    expect(named.length).toBeGreaterThan(0);
    for (const [, path = ''] of named) expect(existsSync(join(root, path)), path).toBe(true);
  });

  it('says in docs/ci.md what each input is for', () => {
    for (const name of Object.keys(action.inputs)) expect(read('docs/ci.md')).toContain(`\`${name}\``);
  });
});

describe('the workflow', () => {
  it('uses the action of this version, with inputs that it has', () => {
    const text = read('examples/ci/github/aami.yml');
    const uncommented: Workflow = parse(text.replaceAll(/^( +)# (with:| {2}[\w-]+: )/gm, '$1$2'));
    const step = uncommented.jobs.aami?.steps.find(({ uses }) => uses?.includes('/aami@'));
    expect(step?.uses).toBe(`your-org/aami@v${version}`);
    expect(Object.keys(step?.with ?? {}).length).toBeGreaterThan(0);
    for (const name of Object.keys(step?.with ?? {})) expect(action.inputs).toHaveProperty([name]);
  });

  it('gives what a stranger proposes no more than it needs', () => {
    expect(workflow.permissions).toEqual({ contents: 'read', 'pull-requests': 'write' });
    expect(Object.keys(workflow.on)).toEqual(['pull_request', 'push']);
  });
});

it.each([
  ['action.yml', action.runs.steps],
  ['the workflow', Object.values(workflow.jobs).flatMap(({ steps }) => steps)],
] as const)('%s names a version of each action that it uses', (_, steps) => {
  for (const { uses } of steps) if (uses !== undefined) expect(uses).toMatch(/^[\w-]+\/[\w-]+@v\d+/);
});

describe('the GitLab pipeline', () => {
  const jobs = Object.entries(gitlab).filter(([, { script }]) => script !== undefined);

  it('has the stages and jobs that it names', () => {
    expect(jobs.map(([name]) => name)).toEqual(['validate', 'build', 'diff']);
    for (const [, { stage, extends: base = '' }] of jobs) {
      expect(stages).toContain(stage);
      expect(gitlab).toHaveProperty([base]);
    }
  });

  it('keeps the reports under the names that its commands write', () => {
    for (const [name, { script = [] }] of jobs) {
      const written = script.flatMap((line) => [...line.matchAll(/> ([\w.-]+)/g)].map(([, file = '']) => file));
      for (const file of written) expect(JSON.stringify({ ...gitlab[name], script: [] })).toContain(`"${file}"`);
    }
  });

  it('uses the image of this version', () => {
    expect(gitlabText).toContain(`/aami:${version}\n`);
  });
});

describe('the hook', () => {
  const pattern = new RegExp(hook.files);

  it('looks at what a repo consists of', () => {
    expect(pattern.test('aami.yaml')).toBe(true);
    for (const folder of [...KIND_FOLDERS, 'rules']) expect(pattern.test(`${folder}/deep/er.yaml`), folder).toBe(true);
  });

  it.each(['README.md', 'build/prometheus/rules/a.yml', 'src/groups/x.ts', 'aami.yaml.orig', 'grouping/x'])(
    'does not look at %s',
    (path) => expect(pattern.test(path)).toBe(false),
  );
});

describe('the image', () => {
  const dockerfile = read('Dockerfile');
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, paths = '']) => paths.split(' '));
  const allowed = [...read('.dockerignore').matchAll(/^!(.+)$/gm)].map(([, path]) => path);

  it('is made of files that are there and not ignored', () => {
    expect(copied.length).toBeGreaterThan(5);
    for (const path of copied) expect(existsSync(join(root, path)), path).toBe(true);
    expect([...copied].sort()).toEqual(allowed.sort());
  });

  it('holds all of the package', () => {
    for (const path of packed.filter((one) => !one.startsWith('!') && one !== 'dist')) {
      expect(copied, path).toContain(path.split('/')[0]);
    }
  });
});
