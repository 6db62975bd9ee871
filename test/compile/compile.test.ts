import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Compilation, compile } from '../../src/compile.js';
import { shippedLibraries } from '../../src/source/libraries.js';
import { readRepo } from '../../src/source/read.js';
import type { Sources } from '../../src/source/types.js';

/**
 * Whole compiles against committed output. Each folder with `repo/` and `expected/` is a case, the examples too.
 * `npm run golden` writes `expected/` anew: read the diff before you commit it.
 */
const here = import.meta.dirname;
const examples = join(here, '../../examples');
const cases = [
  ...readdirSync(here, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({ name, repo: join(here, name, 'repo'), expected: join(here, name, 'expected') })),
  ...readdirSync(examples, { withFileTypes: true })
    .filter(({ name }) => existsSync(join(examples, name, 'aami.yaml')))
    .map(({ name }) => ({
      name: `examples/${name}`,
      repo: join(examples, name),
      expected: join(here, '../golden', name),
    })),
];

const scratch = mkdtempSync(join(tmpdir(), 'aami-compile-'));
afterAll(() => rmSync(scratch, { recursive: true }));

function filesBelow(dir: string): Map<string, string> {
  const files = new Map<string, string>();
  const walk = (at: string): void => {
    for (const name of readdirSync(at).sort()) {
      const path = join(at, name);
      if (statSync(path).isDirectory()) walk(path);
      else files.set(relative(dir, path), readFileSync(path, 'utf8'));
    }
  };
  walk(dir);
  return files;
}

function write(dir: string, files: Readonly<Record<string, string>>): void {
  rmSync(dir, { recursive: true, force: true });
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), content);
  }
}

/** The output as it is committed: a file that repeats another one names it, so that a reviewer reads each bundle once. */
function contents({ files }: Compilation): Record<string, string> {
  const first = new Map([...shippedLibraries().agent()].map(([name, text]) => [text, `in the package: agent/${name}`]));
  for (const { path, content } of files) if (!first.has(content)) first.set(content, path);
  return Object.fromEntries(
    files.map(({ path, content }) => [path, first.get(content) === path ? content : `as ${first.get(content)}\n`]),
  );
}

/** The same files, met in another order. */
const shuffled = (sources: Sources): Sources => ({ ...sources, documents: [...sources.documents].reverse() });

describe.each(cases)('$name', ({ name, repo, expected }) => {
  it('compiles to the committed output, whatever the order of its files', async () => {
    const sources = await readRepo(repo);
    const compilation = await compile(sources);
    expect(compilation.findings.filter((finding) => finding.severity === 'error')).toEqual([]);
    if (process.env.AAMI_UPDATE_GOLDEN !== undefined) write(expected, contents(compilation));
    const golden = Object.fromEntries(filesBelow(expected));
    expect(contents(compilation)).toEqual(golden);
    expect(contents(await compile(sources))).toEqual(golden);
    expect(contents(await compile(shuffled(sources)))).toEqual(golden);
  });

  it('passes promtool with every lint', async () => {
    const dir = join(scratch, name.replace('/', '-'));
    const { files } = await compile(await readRepo(repo));
    write(dir, Object.fromEntries(files.map(({ path, content }) => [path, content])));
    const rules = [...filesBelow(dir).keys()].filter((path) => /^prometheus\/rules\/.*\.ya?ml$/.test(path));
    expect(rules).not.toEqual([]);
    execFileSync('promtool', ['check', 'rules', '--lint=all', '--lint-fatal', ...rules], { cwd: dir, stdio: 'pipe' });
    execFileSync('promtool', ['check', 'config', 'prometheus/prometheus.yml'], { cwd: dir, stdio: 'pipe' });
  });
});
