import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aami, buildGoodRepo, expectNoLeaks, expectRefusal, type GoodRepo, picture } from './aami.js';
import { layOver } from './lay-over.js';

let good: GoodRepo;
beforeAll(async () => {
  good = await buildGoodRepo();
});
afterAll(() => good.remove());

/** Makes a file or something like it in the repo of a case; `outside` is a folder beside the repo. */
type Make = (repo: string, outside: string) => void;
/** What is laid over the good repo, and what is wanted as `code file:line:column`. */
type Odd = readonly [name: string, make: Make | Readonly<Record<string, string | Uint8Array>>, ...wanted: string[]];

const DEEP = 10_000;
const doc = (kind: string, body: string): string => `apiVersion: aami/v1\nkind: ${kind}\n${body}\n`;
const group = (body: string): string => doc('Group', body);
const template = (expr: string, rest = ''): string =>
  doc('AlertTemplate', `name: Extra\ncategory: cpu\nseverity: info\nexpr: ${expr}\n${rest}`);
const nested = (open: string, inner: string, close: string): string => open.repeat(DEEP) + inner + close.repeat(DEEP);
const PROJECT = readFileSync(new URL('repo/aami.yaml', import.meta.url), 'utf8');

const link =
  (to: string, path: string): Make =>
  (repo) => {
    rmSync(join(repo, path), { force: true });
    symlinkSync(to, join(repo, path));
  };
const pipe =
  (path: string): Make =>
  (repo) =>
    execFileSync('mkfifo', [join(repo, path)]);

const NO_TEXT: readonly Odd[] = [
  ['a NUL byte', { 'groups/x.yaml': 'a: \0\n' }, 'source/unreadable groups/x.yaml:1:1'],
  ['Latin-1', { 'groups/x.yaml': Buffer.from('a: \xe9\n', 'latin1') }, 'source/unreadable groups/x.yaml:1:1'],
  ['UTF-16', { 'groups/x.yaml': Buffer.from('\ufeffa: 1\n', 'utf16le') }, 'source/unreadable groups/x.yaml:1:1'],
  [
    'a program',
    { 'rules/x.yml': readFileSync(process.execPath).subarray(0, 4096) },
    'source/unreadable rules/x.yml:1:1',
  ],
  ['a project of NUL bytes', { 'aami.yaml': Buffer.alloc(100) }, 'source/unreadable aami.yaml:1:1'],
  ['6 MB', { 'groups/x.yaml': '# much\n'.repeat(900_000) }, 'source/too-large groups/x.yaml:1:1'],
  ['6 MB of rules', { 'rules/x.yml': '# much\n'.repeat(900_000) }, 'source/too-large rules/x.yml:1:1'],
  [
    'a byte order mark counts for nothing',
    { 'groups/x.yaml': `\ufeff${group('id: x\nparent: y')}` },
    'reference/unknown-group groups/x.yaml:4:9',
  ],
  [
    'neither do carriage returns',
    { 'groups/x.yaml': group('id: x\nparent: y').replaceAll('\n', '\r\n') },
    'reference/unknown-group groups/x.yaml:4:9',
  ],
];

const NO_FILE: readonly Odd[] = [
  ['a link to a file outside', link('/etc/passwd', 'groups/x.yaml'), 'source/outside-repo groups/x.yaml:1:1'],
  ['a link to a folder outside', link('../..', 'groups/x'), 'source/outside-repo groups/x:1:1'],
  [
    'the project a link outside',
    (repo, outside) => {
      writeFileSync(join(outside, 'aami.yaml'), PROJECT);
      link(join(outside, 'aami.yaml'), 'aami.yaml')(repo, outside);
    },
    'source/outside-repo aami.yaml:1:1',
  ],
  ['a link to nowhere', link('nowhere', 'groups/x.yaml'), 'source/unreadable groups/x.yaml:1:1'],
  ['a link to itself', link('x.yaml', 'groups/x.yaml'), 'source/unreadable groups/x.yaml:1:1'],
  ['a link to the folder that it lies in', link('.', 'groups/x'), 'source/unreadable groups/x:1:1'],
  ['a link to the repo', link('..', 'groups/x'), 'source/unreadable groups/x:1:1'],
  ['a pipe', pipe('groups/x.yaml'), 'source/unreadable groups/x.yaml:1:1'],
  ['a pipe among the rules', pipe('rules/x.yml'), 'source/unreadable rules/x.yml:1:1'],
  [
    'a file where a folder should be',
    (repo) => {
      rmSync(join(repo, 'rules'), { recursive: true });
      writeFileSync(join(repo, 'rules'), '');
    },
    'source/unreadable rules:1:1',
  ],
  [
    'a name that is not UTF-8',
    (repo) =>
      writeFileSync(Buffer.concat([Buffer.from(join(repo, 'groups/')), Buffer.from([0xff]), Buffer.from('.yaml')]), ''),
    'source/unreadable groups/\ufffd.yaml:1:1',
  ],
];

const PROJECTS: readonly Odd[] = [
  ['an empty project', { 'aami.yaml': '' }, 'source/no-project aami.yaml:1:1'],
  ['a project of comments', { 'aami.yaml': '# nothing\n' }, 'source/no-project aami.yaml:1:1'],
  ['a project of document marks', { 'aami.yaml': '---\n---\n...\n' }, 'source/no-project aami.yaml:1:1'],
  ['a project of one word', { 'aami.yaml': 'hello\n' }, 'source/not-a-mapping aami.yaml:1:1'],
  ['a project that does not parse', { 'aami.yaml': `${PROJECT}output: [\n` }, 'source/yaml-syntax aami.yaml:10:9'],
];

const SCRIPTS: readonly Odd[] = [
  [
    'a script that is a link outside',
    link('/etc/passwd', 'templates/disk-check.sh'),
    'reference/script-outside-repo templates/base.yaml:20:17',
  ],
  [
    'a script that is a pipe',
    (repo, outside) => {
      rmSync(join(repo, 'templates/disk-check.sh'));
      pipe('templates/disk-check.sh')(repo, outside);
    },
    'source/unreadable templates/base.yaml:20:17',
  ],
  [
    'a script of 6 MB',
    { 'templates/disk-check.sh': '# much\n'.repeat(900_000) },
    'source/unreadable templates/base.yaml:20:17',
  ],
  [
    'a script that is no text',
    { 'templates/disk-check.sh': Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1]) },
    'source/unreadable templates/base.yaml:20:17',
  ],
];

const DEPTHS: readonly Odd[] = [
  ['lists in YAML', { 'groups/x.yaml': nested('[', '', ']') }, 'source/yaml-syntax groups/x.yaml:1:62'],
  [
    'mappings in YAML',
    { 'groups/x.yaml': Array.from({ length: 2_000 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join('') },
    'source/yaml-syntax groups/x.yaml:62:62',
  ],
  ['lists in rules', { 'rules/x.yml': `groups: ${nested('[', '', ']')}` }, 'source/yaml-syntax rules/x.yml:1:69'],
  [
    'parentheses in PromQL',
    { 'templates/x.yaml': template(nested('(', 'up', ')')) },
    'promql/syntax templates/x.yaml:6:107',
  ],
  [
    'powers in PromQL',
    { 'templates/x.yaml': template(nested('up ^ ', 'up', '')) },
    'promql/syntax templates/x.yaml:6:1010',
  ],
  [
    'groups in a regex',
    { 'templates/x.yaml': template(`'up{a=~"${nested('(', 'a', ')')}"}'`) },
    'schema/bad-regex templates/x.yaml:6:11',
  ],
  [
    'repetitions in a regex',
    { 'templates/x.yaml': template(`'up{a=~"((a{1,100}){1,100}){1,100}"}'`) },
    'schema/bad-regex templates/x.yaml:6:11',
  ],
  [
    'groups in a pattern',
    { 'templates/x.yaml': template('up', `params: { a: { type: string, pattern: "${nested('(', 'a', ')')}" } }`) },
    'template/bad-params templates/x.yaml:7:39',
  ],
  [
    'parentheses in a placeholder',
    { 'templates/x.yaml': template(`"up > \${${nested('(', '1', ')')}}"`) },
    'template/syntax templates/x.yaml:6:15',
  ],
  [
    'parentheses in a Go template',
    { 'templates/x.yaml': template('up', `annotations: { a: "{{ ${nested('(', '1', ')')} }}" }`) },
    'template/bad-go-template templates/x.yaml:7:223',
  ],
  [
    'blocks in a Go template',
    { 'templates/x.yaml': template('up', `annotations: { a: "${nested('{{ if true }}', '', '{{ end }}')}" }`) },
    'template/bad-go-template templates/x.yaml:7:2620',
  ],
  [
    'one line of 5 MB',
    { 'groups/x.yaml': group(`id: ${'a'.repeat(5_000_000)}`) },
    'schema/bad-value groups/x.yaml:3:5',
  ],
];

const NAMES: readonly Odd[] = [
  [
    'a file name that a terminal would obey',
    { 'groups/\u001b[31m\u0007\u202e.yaml': group('id: x\nparent: y') },
    'reference/unknown-group groups/\u001b[31m\u0007\u202e.yaml:4:9',
  ],
  [
    'a file name of two lines',
    { 'groups/a\nerror: b.yaml': group('id: x\nparent: y') },
    'reference/unknown-group groups/a\nerror: b.yaml:4:9',
  ],
];

describe('aami refuses', () => {
  for (const [family, cases] of Object.entries({ NO_TEXT, NO_FILE, PROJECTS, SCRIPTS, DEPTHS, NAMES })) {
    it.concurrent.each(cases.map(([name, make, ...wanted]) => ({ name, make, wanted })))(
      `${family}: $name`,
      async ({ name, make, wanted }) => {
        const folder = good.copy(name);
        lay(folder, make);
        await expectRefusal(folder, wanted);
      },
    );
  }

  it.concurrent('50,000 documents with a mistake each, all of them', async () => {
    const folder = good.copy('documents');
    lay(folder, {
      'groups/x.yaml': Array.from({ length: 50_000 }, (_, at) => doc('Gruop', `id: g${at}`)).join('---\n'),
    });
    const { exit, stdout } = await aami(['validate', '--format', 'json'], join(folder, 'repo'));
    expect(exit).toBe(1);
    expect((JSON.parse(stdout) as { summary: unknown }).summary).toMatchObject({ errors: 50_000 });
  });
});

/** Odd, but nothing is wrong with it. */
const FINE: readonly Odd[] = [
  ['an empty file', { 'groups/x.yaml': '' }],
  ['nothing but comments', { 'policies/x.yaml': '# later\n' }],
  ['nothing but document marks', { 'targets/x.yaml': '---\n---\n...\n' }],
  ['a folder with the name of a file', { 'groups/x.yaml/y.yaml': group('id: x') }],
  [
    'hidden files, and those of other programs',
    { 'groups/.x.yaml': '[', 'groups/x.yaml~': '[', 'groups/node_modules/x.yaml': '[', 'groups/README.md': '[' },
  ],
  ['a byte order mark and carriage returns', { 'groups/x.yaml': `\ufeff${group('id: x')}`.replaceAll('\n', '\r\n') }],
  [
    'a link inside of the repo',
    (repo, outside) => {
      layOver(join(outside, '..'), new Map([['drafts/x.yaml', group('id: x')]]));
      link('../drafts/x.yaml', 'groups/x.yaml')(repo, outside);
    },
  ],
  [
    'names that mean something to a file system',
    {
      'groups/x.yaml': group('id: ..\nname: ../../etc/passwd'),
      'targets/x.yaml': doc('Target', 'hostname: ..\ngroups: [..]\nexporters: [node_exporter]'),
    },
  ],
  [
    'names that mean something to JavaScript',
    {
      'groups/x.yaml': group('id: __proto__\nname: constructor\nlabels: { constructor: a, toString: b }'),
      'targets/x.yaml': doc(
        'Target',
        'hostname: constructor\ngroups: [__proto__]\nlabels: { hasOwnProperty: c }\nexporters: [node_exporter]',
      ),
      'templates/x.yaml': template('up == ${valueOf}', 'params: { valueOf: 0 }\nlabels: { toString: d }').replace(
        'Extra',
        'toString',
      ),
      'policies/x.yaml': doc('AlertPolicy', 'group: __proto__\nalerts: { toString: { config: { valueOf: 1 } } }'),
    },
  ],
  [
    'names that mean something to a shell or a glob',
    { 'rules/a *$(touch pwned)`;[x].yml': 'groups: [{ name: g, rules: [{ alert: A, expr: up }] }]\n' },
  ],
  [
    'regexes that would hang a backtracking matcher',
    {
      'targets/x.yaml': doc(
        'Target',
        `hostname: x1\ngroups: [prod]\nlabels: { type: ${'a'.repeat(5_000)}b }\nexporters: [node_exporter]`,
      ),
      'policies/x.yaml': doc(
        'AlertPolicy',
        `group: prod\ntargets: 'type!~"(a+)+|(a|aa)+|(.*a){20}"'\nalerts: { HighLoad: { for: 1m } }`,
      ),
    },
  ],
  [
    '5,000 groups, each the parent of the next',
    {
      'groups/x.yaml': Array.from({ length: 5_000 }, (_, at) =>
        group(`id: g${at}${at > 0 ? `\nparent: g${at - 1}` : ''}`),
      ).join('---\n'),
    },
  ],
  [
    '50,000 documents',
    { 'groups/x.yaml': Array.from({ length: 50_000 }, (_, at) => group(`id: g${at}`)).join('---\n') },
  ],
];

describe('aami builds, and writes nothing outside of its output', () => {
  it.concurrent.each(FINE.map(([name, make]) => ({ name, make })))('$name', async ({ name, make }) => {
    const folder = good.copy(name);
    lay(folder, make);
    const outside = (): string[] => picture(folder).filter((entry) => !entry.startsWith(join(folder, 'repo/build/')));
    const before = outside();
    const built = await aami(['build'], join(folder, 'repo'));
    expectNoLeaks(built);
    expect(built.exit, built.stderr).toBe(0);
    expect(outside()).toEqual(before);
  });
});

describe('aami says what else is in the way', () => {
  it.concurrent('a folder without a project: wrong usage', async () => {
    const folder = good.copy('no-project');
    rmSync(join(folder, 'repo/aami.yaml'));
    for (const command of ['validate', 'build']) {
      const result = await aami([command], join(folder, 'repo'));
      expectNoLeaks(result);
      expect(result).toMatchObject({ exit: 2, stdout: '' });
      expect(result.stderr).toContain('aami.yaml');
    }
  });

  const IN_THE_WAY: readonly (readonly [string, Make])[] = [
    ['a file', (repo) => writeFileSync(join(repo, 'build'), 'mine')],
    ['a folder of someone else', (repo) => layOver(join(repo, '..'), new Map([['build/notes.txt', 'mine']]))],
    ['a link outside', (repo, outside) => symlinkSync(outside, join(repo, 'build'))],
    ['a link to nowhere', (repo) => symlinkSync('nowhere', join(repo, 'build'))],
    ['a pipe', pipe('build')],
  ];
  it.concurrent.each(IN_THE_WAY)('%s where the output should be: the environment', async (name, make) => {
    const folder = good.copy(name);
    rmSync(join(folder, 'repo/build'), { recursive: true });
    lay(folder, make);
    const before = picture(folder);
    const result = await aami(['build'], join(folder, 'repo'));
    expectNoLeaks(result);
    expect(result).toMatchObject({ exit: 3, stdout: '' });
    expect(result.stderr).toMatch(/^error: /m);
    expect(picture(folder)).toEqual(before);
  });
});

function lay(folder: string, make: Odd[1]): void {
  const outside = join(folder, 'outside');
  if (!existsSync(outside)) mkdirSync(outside);
  if (typeof make === 'function') make(join(folder, 'repo'), outside);
  else layOver(folder, new Map(Object.entries(make)));
}
