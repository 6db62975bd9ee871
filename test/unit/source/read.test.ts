import { describe, expect, it } from 'vitest';
import type { FileTree } from '../../../src/source/file-tree.js';
import type { LibraryShelf } from '../../../src/source/libraries.js';
import { readTree } from '../../../src/source/read.js';
import { scriptKey } from '../../../src/source/scripts.js';
import type { Sources } from '../../../src/source/types.js';
import { memoryTree } from './memory-tree.js';

const PROJECT = 'apiVersion: aami/v1\nkind: Project\nname: test\n';
const group = (id: string): string => `apiVersion: aami/v1\nkind: Group\nid: ${id}\n`;
const script = (name: string, file: string): string =>
  `apiVersion: aami/v1\nkind: ScriptTemplate\nname: ${name}\nscript: { file: ${file} }\n`;

const noLibraries: LibraryShelf = { names: () => [], open: () => null, agent: () => new Map() };
const shelfOf = (libraries: Readonly<Record<string, Parameters<typeof memoryTree>[0]>>): LibraryShelf => ({
  names: () => Object.keys(libraries).sort(),
  open: (name) => (Object.hasOwn(libraries, name) ? memoryTree(libraries[name] ?? {}) : null),
  agent: () => new Map(),
});
const read = (files: Parameters<typeof memoryTree>[0], shelf = noLibraries): Sources =>
  readTree(memoryTree({ 'aami.yaml': PROJECT, ...files }), shelf);
const filesOf = (sources: Sources): string[] => sources.documents.map(({ file }) => file);
const found = (sources: Sources): string[] => sources.findings.map(({ code, span }) => `${code} ${span?.file ?? '-'}`);

describe('the files of a repo', () => {
  it('lie in the folders of kinds, at any depth, and are read in the order of their paths', () => {
    const sources = read({
      'groups/z.yaml': group('z'),
      'groups/a/deep/er.yml': `${group('a')}---\n${group('b')}`,
      'groups/Upper.yaml': group('u'),
      'targets/t.yaml': 'kind: Target\n',
      'policies/p.yaml': 'kind: AlertPolicy\n',
      'templates/x.yaml': 'kind: AlertTemplate\n',
      'rules/deep/static.yml': 'groups: []\n',
      'rules/README.md': 'no rules',
      'other/y.yaml': 'not: read\n',
      'docker-compose.yaml': 'not: read\n',
    });
    expect(filesOf(sources)).toEqual([
      'aami.yaml',
      'groups/Upper.yaml',
      'groups/a/deep/er.yml',
      'groups/a/deep/er.yml',
      'groups/z.yaml',
      'policies/p.yaml',
      'targets/t.yaml',
      'templates/x.yaml',
    ]);
    expect(sources.documents.map(({ folder }) => folder)).toEqual([
      'project',
      'groups',
      'groups',
      'groups',
      'groups',
      'policies',
      'targets',
      'templates',
    ]);
    expect(sources.ruleFiles).toEqual(['rules/deep/static.yml']);
    expect([...sources.texts.keys()]).toEqual([...new Set([...filesOf(sources), 'rules/deep/static.yml'])].sort());
    expect(sources.findings).toEqual([]);
  });

  it('are not those of hidden folders, dependencies and the output', () => {
    const sources = read({
      'aami.yaml': `${PROJECT}output: ./templates/out/\n`,
      'groups/.git/a.yaml': group('a'),
      'groups/.hidden.yaml': group('b'),
      'groups/node_modules/c.yaml': group('c'),
      'templates/out/d.yaml': group('d'),
    });
    expect(filesOf(sources)).toEqual(['aami.yaml']);
  });

  it('may be none but the Project', () => {
    expect(found(read({}))).toEqual([]);
  });
});

describe('a folder that is no repo', () => {
  it('is said to have no aami.yaml', () => {
    const sources = readTree(memoryTree({ 'groups/a.yaml': group('a') }), noLibraries);
    expect(found(sources)).toEqual(['source/no-project -']);
    expect(sources.findings[0]?.hint).toBe(
      'A repo begins with an aami.yaml that holds `apiVersion: aami/v1`, `kind: Project` and `name: …`; `-C <dir>` names another folder.',
    );
    expect(sources.documents).toEqual([]);
  });

  it('may only have the other spelling', () => {
    const [finding] = readTree(memoryTree({ 'aami.yml': PROJECT }), noLibraries).findings;
    expect(finding?.hint).toBe('Rename aami.yml to aami.yaml.');
  });

  it('may have an empty one', () => {
    expect(found(read({ 'aami.yaml': '# nothing yet\n' }))).toEqual(['source/no-project aami.yaml']);
  });

  it('is told of its syntax, and not also that a Project is missing', () => {
    expect(found(read({ 'aami.yaml': 'kind: Project\nname: "x\n' }))).toEqual(['source/yaml-syntax aami.yaml']);
  });
});

describe('files that are no text', () => {
  it.each([
    ['UTF-16', Buffer.from('\ufeffid: a', 'utf16le'), 'source/unreadable'],
    ['Latin-1', Buffer.from('name: Z\xfcrich', 'latin1'), 'source/unreadable'],
    ['NUL bytes', Buffer.from('id: a\0b'), 'source/unreadable'],
    ['too large', Buffer.alloc(5 * 1024 * 1024 + 1, '#'), 'source/too-large'],
  ])('are findings: %s', (_, bytes, code) => {
    const sources = read({ 'groups/a.yaml': bytes, 'groups/b.yaml': group('b') });
    expect(found(sources)).toEqual([`${code} groups/a.yaml`]);
    expect(filesOf(sources)).toEqual(['aami.yaml', 'groups/b.yaml']);
  });

  it('or may not be read at all', () => {
    const tree = memoryTree({ 'aami.yaml': PROJECT, 'groups/a.yaml': group('a'), 'targets/b.yaml': 'kind: Target\n' });
    const refused = { kind: 'unreadable', reason: 'permission denied' } as const;
    const guarded: FileTree = {
      ...tree,
      list: (path) => (path === 'targets' ? refused : tree.list(path)),
      read: (path, limit) => (path === 'groups/a.yaml' ? refused : tree.read(path, limit)),
    };
    const { findings } = readTree(guarded, noLibraries);
    expect(findings.map(({ span, message }) => [span?.file, message])).toEqual([
      ['groups/a.yaml', 'This file cannot be read: permission denied'],
      ['targets', 'This folder cannot be read: permission denied'],
    ]);
  });

  it('do not include those with a byte order mark', () => {
    const sources = read({ 'groups/a.yaml': `\ufeff${group('a')}` });
    expect(sources.findings).toEqual([]);
    expect(sources.texts.get('groups/a.yaml')).toBe(group('a'));
  });
});

describe('symbolic links', () => {
  it('are followed inside of the repo', () => {
    const sources = read({
      'groups/a.yaml': { link: '../shared/a.yaml' },
      'groups/more': { link: '../shared' },
      'shared/a.yaml': group('a'),
    });
    expect(filesOf(sources)).toEqual(['aami.yaml', 'groups/a.yaml', 'groups/more/a.yaml']);
  });

  it('may not lead out of it', () => {
    const sources = read({ 'groups/a.yaml': { link: '../../secret.yaml' }, targets: { link: '../elsewhere' } });
    expect(found(sources)).toEqual(['source/outside-repo groups/a.yaml', 'source/outside-repo targets']);
  });

  it('may not lead nowhere, or in circles', () => {
    const sources = read({
      'groups/a.yaml': { link: 'gone.yaml' },
      'groups/again': { link: '.' },
      'groups/b/up': { link: '../..' },
    });
    expect(found(sources).sort()).toEqual([
      'source/unreadable groups/a.yaml',
      'source/unreadable groups/again',
      'source/unreadable groups/b/up',
    ]);
  });
});

describe('libraries', () => {
  const shelf = shelfOf({
    node: { 'cpu.yaml': 'kind: AlertTemplate\n', 'mount.yaml': script('mount', 'mount.sh'), 'mount.sh': 'echo' },
  });
  const project = (libraries: string): string => `${PROJECT}libraries: ${libraries}\n`;

  it('are shown by their name', () => {
    const sources = read({ 'aami.yaml': project('[node]') }, shelf);
    expect(sources.documents.map(({ file, folder }) => [file, folder])).toEqual([
      ['aami.yaml', 'project'],
      ['node:cpu.yaml', 'templates'],
      ['node:mount.yaml', 'templates'],
    ]);
    expect(sources.scripts.get(scriptKey('node:mount.yaml', 'mount.sh'))).toEqual({ kind: 'text', text: 'echo' });
    expect(sources.texts.get('node:mount.sh')).toBe('echo');
  });

  it('may be folders of the repo, read once', () => {
    const sources = read({ 'aami.yaml': project('[./lib/x, lib/x/]'), 'lib/x/a.yaml': 'kind: AlertTemplate\n' });
    expect(filesOf(sources)).toEqual(['aami.yaml', 'lib/x/a.yaml']);
    expect(sources.findings).toEqual([]);
  });

  it('that do not exist are findings at their names', () => {
    const text = project('[nodes, ./nothing, ../other, /etc, ./out]');
    const sources = read({ 'aami.yaml': text, out: { link: '../elsewhere' } }, shelf);
    expect(sources.findings.map(({ code, span, hint }) => [code, text.slice(span?.start, span?.end), hint])).toEqual([
      ['reference/unknown-library', 'nodes', 'Did you mean `node`?'],
      ['reference/unknown-library', './nothing', null],
      ['source/outside-repo', '../other', 'What is compiled must be in git.'],
      ['source/outside-repo', '/etc', 'What is compiled must be in git.'],
      ['source/outside-repo', './out', 'What is compiled must be in git.'],
    ]);
  });
});

describe('scripts', () => {
  const kindOf = (sources: Sources, document: string, file: string) =>
    sources.scripts.get(scriptKey(document, file))?.kind;

  it('are relative to the file that names them, and stay inside of the repo', () => {
    const sources = read({
      'templates/a/one.yaml': script('one', '../scripts/one.sh'),
      'templates/two.yaml': script('two', '../../two.sh'),
      'templates/three.yaml': script('three', '/etc/passwd'),
      'templates/four.yaml': script('four', 'link.sh'),
      'templates/link.sh': { link: '../../four.sh' },
      'templates/five.yaml': script('five', 'five.sh'),
      'templates/six.yaml': script('six', 'a'),
      'templates/scripts/one.sh': '\ufeff#!/bin/sh\n',
      'templates/seven.yaml': script('seven', 'seven.sh'),
      'templates/seven.sh': Buffer.from([0xff, 0xfe, 0]),
    });
    expect(sources.scripts.get('templates/scripts/one.sh')).toEqual({ kind: 'text', text: '\ufeff#!/bin/sh\n' });
    expect(kindOf(sources, 'templates/two.yaml', '../../two.sh')).toBe('outside');
    expect(kindOf(sources, 'templates/three.yaml', '/etc/passwd')).toBe('outside');
    expect(kindOf(sources, 'templates/four.yaml', 'link.sh')).toBe('outside');
    expect(kindOf(sources, 'templates/five.yaml', 'five.sh')).toBe('missing');
    expect(kindOf(sources, 'templates/six.yaml', 'a')).toBe('unreadable');
    expect(kindOf(sources, 'templates/seven.yaml', 'seven.sh')).toBe('unreadable');
  });

  it('of a library may not reach into the repo', () => {
    const shelf = shelfOf({ node: { 'a.yaml': script('a', '../aami.yaml') } });
    const sources = read({ 'aami.yaml': `${PROJECT}libraries: [node]\n` }, shelf);
    expect(kindOf(sources, 'node:a.yaml', '../aami.yaml')).toBe('outside');
  });
});

it('reads the same whatever the order in which a disk lists its files', () => {
  const files = {
    'groups/a.yaml': group('a'),
    'groups/b.yaml': group('b'),
    'targets/c.yaml': 'kind: Target\n',
    'aami.yaml': PROJECT,
  };
  const reversed = Object.fromEntries(Object.entries(files).reverse());
  expect(filesOf(readTree(memoryTree(reversed), noLibraries))).toEqual(
    filesOf(readTree(memoryTree(files), noLibraries)),
  );
});
