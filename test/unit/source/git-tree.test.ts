import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diskTree } from '../../../src/source/disk-tree.js';
import type { FileTree } from '../../../src/source/file-tree.js';
import { type Git, gitIn } from '../../../src/source/git/run.js';
import { gitTree } from '../../../src/source/git/tree.js';
import { shippedLibraries } from '../../../src/source/libraries.js';
import { readTree } from '../../../src/source/read.js';
import { commit, ENVIRONMENT, git, group, newFolder, newRepo, PROJECT, write } from './git-repo.js';

const EXAMPLE = join(import.meta.dirname, '../../../examples/gpu-cluster');

function treeAt(root: string, revision = 'HEAD', prefix = ''): FileTree {
  const opened = gitTree(gitIn(root, ENVIRONMENT), git(root, 'rev-parse', revision), prefix);
  if (opened.kind === 'trouble') throw new Error(opened.message);
  return opened.tree;
}

/** All that the compiler learns from a tree. */
function readingOf(tree: FileTree): unknown {
  const { texts, documents, broken, ruleFiles, scripts, findings } = readTree(tree, shippedLibraries());
  const plain = ({ file, folder, value }: (typeof documents)[number]): unknown => ({ file, folder, value });
  return {
    texts: [...texts],
    documents: documents.map(plain),
    broken: broken.map(plain),
    ruleFiles,
    scripts: [...scripts].sort(),
    findings: findings.map((one) => JSON.stringify(one)).sort(),
  };
}

describe('a commit is read as its files on the disk are', () => {
  it('in the example', () => {
    const root = newRepo({});
    cpSync(EXAMPLE, root, { recursive: true });
    commit(root);
    expect(readingOf(treeAt(root))).toEqual(readingOf(diskTree(root)));
    expect(readTree(treeAt(root), shippedLibraries()).documents.length).toBeGreaterThan(20);
  });

  it('with everything odd that a folder can hold', () => {
    const outside = newFolder();
    const root = join(outside, 'monitoring/prod');
    write(outside, { 'secret.yaml': 'password: x\n' });
    write(root, {
      'aami.yaml': `${PROJECT}libraries: [node, ./shared, ./linked, ../secret.yaml, ./nothing, ./escape]\noutput: dist\n`,
      'groups/a.yaml': group('a'),
      'groups/line\nbreak.yaml': group('b'),
      'groups/"quoted" ünï\t.yaml': group('c'),
      'groups/.hidden.yaml': group('d'),
      'groups/node_modules/x.yaml': group('e'),
      'groups/crlf.yaml': group('f').replaceAll('\n', '\r\n'),
      'groups/bom.yaml': `\ufeff${group('g')}`,
      'groups/empty.yaml': '',
      'groups/broken.yaml': 'a: [\n',
      'groups/deep/er/h.yaml': group('h'),
      'groups/folder.yaml/i.yaml': group('i'),
      'groups/latin1.yaml': Buffer.from('id: \xfc\n', 'latin1'),
      'groups/binary.yaml': Buffer.from([0, 1, 2, 0]),
      'groups/utf16.yaml': Buffer.from('\ufeffkind: Group\n', 'utf16le'),
      'groups/large.yaml': 'x'.repeat(5 * 1024 * 1024 + 1),
      'groups/README.md': 'text\n',
      'groups/:(top)*.yaml': group('j'),
      'templates/a.yaml': [
        'apiVersion: aami/v1\nkind: ScriptTemplate\nname: a\nscript: { file: scripts/a.sh }\n',
        'apiVersion: aami/v1\nkind: ScriptTemplate\nname: b\nscript: { file: ../outer/b.sh }\n',
        'apiVersion: aami/v1\nkind: ScriptTemplate\nname: c\nscript: { file: ../nothing.sh }\n',
        'apiVersion: aami/v1\nkind: ScriptTemplate\nname: d\nscript: { file: ../../../out.sh }\n',
        'apiVersion: aami/v1\nkind: ScriptTemplate\nname: e\nscript: { file: ../outer }\n',
        'apiVersion: aami/v1\nkind: ScriptTemplate\nname: f\nscript: { file: ../outer/large.sh }\n',
      ].join('---\n'),
      'templates/scripts/a.sh': 'echo\n',
      'outer/b.sh': 'echo b\n',
      'outer/large.sh': 'y'.repeat(300 * 1024),
      'shared/t.yaml': 'apiVersion: aami/v1\nkind: AlertTemplate\nname: t\n',
      'rules/plain.yml': 'groups: []\n',
      'dist/groups.yaml': group('no'),
      policies: 'no folder\n',
    });
    mkdirSync(join(root, 'targets/empty'), { recursive: true });
    const link = (target: string, path: string): void => symlinkSync(target, join(root, path));
    link('a.yaml', 'groups/link.yaml');
    link('link.yaml', 'groups/link-to-link.yaml');
    link('../shared', 'groups/shared');
    link('shared', 'linked');
    link('..', 'groups/up');
    link('.', 'groups/self');
    link('loop.yaml', 'groups/loop.yaml');
    link('pong.yaml', 'groups/ping.yaml');
    link('ping.yaml', 'groups/pong.yaml');
    link('gone.yaml', 'groups/nowhere.yaml');
    link('a.yaml/x.yaml', 'groups/through-file.yaml');
    link('a.yaml/', 'groups/file-with-slash.yaml');
    link('deep/../a.yaml', 'groups/dots.yaml');
    link('../../prod/groups/a.yaml', 'groups/out-and-in.yaml');
    link(join(root, 'groups/a.yaml'), 'groups/absolute.yaml');
    link('../../../secret.yaml', 'groups/secret.yaml');
    link(join(outside, 'secret.yaml'), 'groups/absolute-secret.yaml');
    link('../..', 'escape');
    link('/etc', 'groups/etc');
    git(outside, 'init', '--quiet');
    // A name that is no UTF-8: only a shell can make it.
    execFileSync('sh', ['-c', 'printf x > "$(printf \'groups/b\\374d.yaml\')"'], { cwd: root });
    execFileSync('sh', ['-c', 'd="$(printf \'groups/d\\374r\')"; mkdir "$d"; printf x > "$d/x.yaml"'], { cwd: root });
    commit(outside);
    const fromGit = readingOf(treeAt(root, 'HEAD', 'monitoring/prod/'));
    expect(fromGit).toEqual(readingOf(diskTree(root)));
    expect(JSON.stringify(fromGit)).not.toContain('password');
    expect(JSON.stringify(fromGit)).toContain(JSON.stringify('groups/line\nbreak.yaml'));
    // A failure would print it.
    expect(JSON.stringify(fromGit).includes('y'.repeat(300 * 1024))).toBe(true);
  });

  it('whatever files and links there are', () => {
    const name = fc.constantFrom('a', 'b', 'c.yaml');
    const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
    const step = fc.constantFrom('..', '..', '.', 'a', 'b', 'c.yaml', '');
    const target = fc.array(step, { minLength: 1, maxLength: 4 }).map((parts) => `./${parts.join('/')}`);
    const node = fc.oneof({ weight: 2, arbitrary: fc.constant(null) }, { weight: 3, arbitrary: target });
    const everywhere = ['', 'a', 'b', 'c.yaml'].flatMap((one) =>
      ['', 'a', 'b/a', 'c.yaml', '../c.yaml'].flatMap((two) => [one, two].filter((part) => part !== '').join('/')),
    );
    fc.assert(
      fc.property(fc.dictionary(path, node, { minKeys: 3, maxKeys: 9, noNullPrototype: true }), (nodes) => {
        const outside = newFolder();
        const root = join(outside, 'r');
        mkdirSync(root);
        const isFree = (at: string): boolean => Object.keys(nodes).every((other) => !at.startsWith(`${other}/`));
        // Never below a link: what is written there lands wherever the link leads.
        for (const [at, link] of Object.entries(nodes).filter(([path]) => isFree(path))) {
          mkdirSync(dirname(join(root, at)), { recursive: true });
          if (link === null) writeFileSync(join(root, at), at);
          else symlinkSync(link, join(root, at));
        }
        git(outside, 'init', '--quiet');
        commit(outside);
        const trees = [diskTree(root), treeAt(root, 'HEAD', 'r/')];
        for (const at of everywhere) {
          const [disk, commit] = trees.map((tree) => tellOf(tree, at));
          // A commit does not know what there is outside of the repo.
          if (commit?.kind === 'outside' && disk?.kind === 'missing') continue;
          expect({ at, ...commit }).toEqual({ at, ...disk });
        }
        rmSync(outside, { recursive: true });
      }),
      { numRuns: 25 },
    );
  });
});

/** What a tree says of a path. What lies outside is nobody's business. */
function tellOf(tree: FileTree, path: string): { readonly kind: string; readonly [more: string]: unknown } {
  const at = tree.resolve(path);
  if (at.kind === 'file') {
    const read = tree.read(path, 1000);
    return { ...at, content: read.kind === 'bytes' ? Buffer.from(read.bytes).toString() : read };
  }
  if (at.kind !== 'folder') return at;
  const listing = tree.list(path);
  const entries =
    listing.kind === 'entries' ? [...listing.entries].sort((a, b) => (a.name < b.name ? -1 : 1)) : listing;
  return { ...at, entries };
}

describe('gitTree', () => {
  it('reads the commit, not the files that are there now', () => {
    const root = newRepo({ 'aami.yaml': PROJECT, 'groups/a.yaml': group('a') });
    write(root, { 'groups/a.yaml': group('changed'), 'groups/b.yaml': group('b') });
    git(root, 'add', 'groups/b.yaml');
    const { texts } = readTree(treeAt(root), shippedLibraries());
    expect([...texts.values()]).toEqual([PROJECT, group('a')]);
  });

  it('gives what git stores: no line breaks converted, no filter run', () => {
    const root = newRepo({ 'aami.yaml': PROJECT, 'groups/a.yaml': group('a') });
    git(root, 'config', 'filter.evil.smudge', `touch ${root}/ran`);
    git(root, 'config', 'diff.evil.textconv', `touch ${root}/ran`);
    git(root, 'config', 'core.autocrlf', 'true');
    commit(root, { '.gitattributes': '*.yaml filter=evil diff=evil text eol=crlf\n' });
    const { texts } = readTree(treeAt(root), shippedLibraries());
    expect(texts.get('groups/a.yaml')).toBe(group('a'));
    expect(git(root, 'status', '--short')).toBe('');
  });

  it('takes a submodule for neither file nor folder', () => {
    const root = newRepo();
    git(root, 'update-index', '--add', '--cacheinfo', `160000,${git(root, 'rev-parse', 'HEAD')},shared`);
    git(root, 'commit', '--quiet', '--message=x');
    const tree = treeAt(root);
    expect(tree.resolve('shared').kind).toBe('other');
    expect(tree.list('')).toMatchObject({ entries: [{ name: 'aami.yaml' }, { name: 'shared', kind: 'other' }] });
  });

  it('is not led round in circles by a forged commit', () => {
    const root = newRepo({ 'aami.yaml': PROJECT, 'groups/a.yaml': group('a') });
    const blob = git(root, 'rev-parse', 'HEAD:groups/a.yaml');
    const make = (input: string): string =>
      execFileSync('git', ['-C', root, 'mktree'], { input, encoding: 'utf8', env: ENVIRONMENT }).trim();
    const inner = make(`100644 blob ${blob}\tx.yaml\n`);
    const groups = make(`040000 tree ${inner}\t..\n040000 tree ${inner}\t.\n100644 blob ${blob}\ta.yaml\n`);
    const project = git(root, 'rev-parse', 'HEAD:aami.yaml');
    const forged = make(`100644 blob ${project}\taami.yaml\n040000 tree ${groups}\tgroups\n`);
    const tree = treeAt(root, git(root, 'commit-tree', forged, '-m', 'x'));
    expect(tree.list('groups')).toEqual({ kind: 'entries', entries: [{ name: 'a.yaml', kind: 'file' }] });
    const { documents } = readTree(tree, shippedLibraries());
    expect(documents.map(({ file }) => file)).toEqual(['aami.yaml', 'groups/a.yaml']);
  });

  it('starts git twice for a repo of whatever size, and once more for a folder that no one foresaw', () => {
    const files = Object.fromEntries(
      Array.from({ length: 300 }, (_, i) => [`groups/${i % 7}/g${i}.yaml`, group(`g${i}`)]),
    );
    const shared = Object.fromEntries(
      Array.from({ length: 50 }, (_, i) => [
        `shared/${i}.yaml`,
        `apiVersion: aami/v1\nkind: AlertTemplate\nname: t${i}\n`,
      ]),
    );
    const root = newRepo({ ...files, ...shared, 'aami.yaml': `${PROJECT}libraries: [./shared]\n` });
    const real = gitIn(root, ENVIRONMENT);
    let runs = 0;
    const counting: Git = {
      root: real.root,
      run(args, options) {
        runs++;
        return real.run(args, options);
      },
    };
    const opened = gitTree(counting, git(root, 'rev-parse', 'HEAD'), '');
    expect(runs).toBe(2);
    if (opened.kind === 'tree') expect(readTree(opened.tree, shippedLibraries()).documents).toHaveLength(351);
    expect(runs).toBe(3);
  });

  it('says so when a partial clone lacks the files, and fetches nothing', () => {
    const origin = newRepo({ 'aami.yaml': PROJECT, 'groups/a.yaml': group('old') });
    commit(origin, { 'groups/a.yaml': group('new') });
    git(origin, 'config', 'uploadpack.allowFilter', 'true');
    const root = join(newFolder(), 'clone');
    git(origin, 'clone', '--quiet', '--filter=blob:none', `file://${origin}`, root);
    git(root, 'config', 'protocol.file.allow', 'always');
    const old = git(root, 'rev-parse', 'HEAD~1');
    const open = () => gitTree(gitIn(root, ENVIRONMENT), old, '');
    const first = open();
    expect(first).toMatchObject({ kind: 'trouble', message: expect.stringContaining('not in this clone') });
    expect(open()).toEqual(first);
    const command = /`git ([^`]+)`/.exec(first.kind === 'trouble' ? (first.hint ?? '') : '')?.[1] ?? '';
    git(root, ...command.split(' '));
    expect(open().kind).toBe('tree');
  });
});
