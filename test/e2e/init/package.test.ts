import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CI_SYSTEMS, type CiSystem } from '../../../src/scaffold/ci.js';
import { starterFiles } from '../../../src/scaffold/starter.js';

const ROOT = join(import.meta.dirname, '../../..');

/** What is in the clone but not in the package would be missed only by those who install it. */
it('the package holds all that `aami init` copies', () => {
  const packed: { files: { path: string }[] }[] = JSON.parse(
    execFileSync('npm', ['pack', '--dry-run', '--ignore-scripts', '--json'], { cwd: ROOT, encoding: 'utf8' }),
  );
  const inPackage = packed[0]?.files.map(({ path }) => path) ?? [];
  const examples = inPackage.filter((path) => path.startsWith('examples/'));
  const starter = starterFiles(join(ROOT, 'examples'), 'x', null).map(({ path }) =>
    path === '.gitignore' ? 'examples/starter/gitignore' : `examples/starter/${path}`,
  );
  expect(examples.filter((path) => path.startsWith('examples/starter/')).sort()).toEqual(starter.sort());
  expect(examples.filter((path) => path.startsWith('examples/ci/'))).toHaveLength(CI_SYSTEMS.length);
  for (const system of CI_SYSTEMS)
    expect(() => starterFiles(join(ROOT, 'examples'), 'x', system as CiSystem)).not.toThrow();
});
