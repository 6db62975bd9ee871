import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

/**
 * Every folder test/e2e/<command>/<case> with a file `cmd` is a case. Each line of `cmd` is run by the built aami in a
 * copy of `repo` (a folder, or a file that names one); stdout and stderr are those of all lines, `exit` that of the
 * last. `AAMI_UPDATE_GOLDEN=1` writes what is expected; read the difference.
 */
const HERE = fileURLToPath(new URL('.', import.meta.url));
const AAMI = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const UPDATE = process.env.AAMI_UPDATE_GOLDEN === '1';
const WORK = realpathSync(mkdtempSync(join(tmpdir(), 'aami-e2e-')));
afterAll(() => rmSync(WORK, { recursive: true, force: true }));

const folders = (path: string) =>
  readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);

for (const command of folders(HERE)) {
  const cases = folders(join(HERE, command)).filter((name) => existsSync(join(HERE, command, name, 'cmd')));
  if (cases.length === 0) continue;
  describe(`aami ${command}`, () => {
    it.each(cases)('%s', (name) => {
      const folder = join(HERE, command, name);
      const actual = run(folder, join(WORK, command, name));
      for (const [stream, text] of Object.entries(actual)) {
        const path = join(folder, stream);
        if (UPDATE) writeFileSync(path, text);
        expect(text, stream).toBe(existsSync(path) ? readFileSync(path, 'utf8') : '');
      }
    });
  });
}

function run(folder: string, work: string): { stdout: string; stderr: string; exit: string } {
  mkdirSync(work, { recursive: true });
  const repo = join(folder, 'repo');
  if (existsSync(repo))
    cpSync(statSync(repo).isFile() ? join(folder, readFileSync(repo, 'utf8').trim()) : repo, work, { recursive: true });
  const total = { stdout: '', stderr: '', exit: '' };
  for (const line of readFileSync(join(folder, 'cmd'), 'utf8').trim().split('\n')) {
    const words = line.split(' ').filter((word) => word !== '');
    const variables = words.slice(
      0,
      words.findIndex((word) => !/^[A-Z_]+=/.test(word)),
    );
    const { FORCE_COLOR: _, ...inherited } = process.env;
    const env = { ...inherited, ...Object.fromEntries(variables.map((word) => word.split('='))) };
    const result = spawnSync(process.execPath, [join(AAMI, 'bin/aami.js'), ...words.slice(variables.length)], {
      cwd: work,
      env,
      encoding: 'utf8',
    });
    total.stdout += settled(result.stdout, work);
    total.stderr += settled(result.stderr, work);
    total.exit = `${result.status}\n`;
  }
  return total;
}

/** Without what differs from machine to machine. */
function settled(text: string, work: string): string {
  return text
    .replaceAll(work, '<repo>')
    .replaceAll(AAMI, '<aami>')
    .replaceAll(/(time +|"milliseconds": )[\d.]+( m?s)?/g, '$1<time>')
    .replaceAll(/((?:prom|am)tool |"version": ")\d+\.\d+\.\d+/g, '$1<version>');
}
