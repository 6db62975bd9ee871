import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import * as api from '../../../src/api.js';
import { run } from '../../../src/cli/main.js';
import { compileShown } from './compiled.js';
import { fencesOf } from './markdown.js';

const root = join(import.meta.dirname, '../../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

async function help(...command: string[]): Promise<string> {
  const parts: string[] = [];
  const sink = { write: (part: string) => parts.push(part) };
  await run([...command, '--help'], { stdout: sink, stderr: sink, env: {}, cwd: root, now: () => 0, clock: () => 0 });
  return parts.join('');
}

it('the tour of the README makes the rule that it shows', async () => {
  const { findings, files } = await compileShown(read('README.md'));
  expect(findings).toEqual([]);
  const shown = fencesOf(read('README.md')).filter((fence) => fence.path?.startsWith('build/'));
  expect(shown).toHaveLength(1);
  for (const { path, content } of shown) {
    expect(files.find((file) => `build/${file.path}` === path)?.content).toContain(content);
  }
});

it('the README imports what the library exports', () => {
  const [, names = ''] = /import \{ ([^}]+) \} from 'aami'/.exec(read('README.md')) ?? [];
  expect(Object.keys(api)).toEqual(expect.arrayContaining(names.split(', ')));
});

it('the README runs scripts that package.json has', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  for (const [, name = ''] of read('README.md').matchAll(/npm run ([\w-]+)/g)) expect(scripts).toHaveProperty([name]);
});

const SILENCE = ['sync', 'add', 'list', 'expire'].map((name) => ['silence', name]);
const CHECKS = ['run', 'lint'].map((name) => ['checks', name]);
it.each([[], ['init'], ['import'], ['validate'], ['build'], ['status'], ['schema'], ...SILENCE, ...CHECKS])(
  'docs/cli.md names every option of aami %s',
  async (...command) => {
    const options = [...(await help(...command)).matchAll(/^ {2}(?:-\w, )?(-{1,2}[A-Za-z-]+)/gm)].map(
      ([, name]) => name,
    );
    expect(options.length).toBeGreaterThan(3);
    for (const option of options) expect(read('docs/cli.md')).toContain(`\`${option}`);
  },
);
