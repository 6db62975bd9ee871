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
import { readInputFiles } from '../../src/cli/import-inputs.js';
import type { ImportOptions } from '../../src/import/import.js';
import { reportOf } from '../../src/import/report.js';
import { importInWords } from '../../src/import/reporters/pretty.js';
import type { Severity } from '../../src/model/types.js';
import { importTexts } from '../unit/import/imported.js';

/**
 * Whole imports. Each folder with `input/` is a case, and examples/import. `npm run golden` writes the repo that comes
 * of it to `expected/` and the report to `report`: read the difference before you commit it.
 */
const here = import.meta.dirname;
const UPDATE = process.env.AAMI_UPDATE_GOLDEN !== undefined;
const cases = [
  ...readdirSync(here, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'example')
    .map(({ name }) => ({ name, input: join(here, name, 'input') })),
  { name: 'example', input: join(here, '../../examples/import') },
];

interface Options {
  readonly severities?: Readonly<Record<string, Severity>>;
  readonly groupLabel?: string;
  readonly exporters?: ImportOptions['exporters'];
}

const scratch = mkdtempSync(join(tmpdir(), 'aami-import-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe.each(cases)('$name', ({ name, input }) => {
  const folder = join(here, name);
  const optionsFile = join(folder, 'options.json');
  const options = existsSync(optionsFile) ? (JSON.parse(readFileSync(optionsFile, 'utf8')) as Options) : {};

  const run = async () => {
    const { files, errors } = readInputFiles([{ shown: '.', absolute: input, isFolder: true }]);
    expect(errors).toEqual([]);
    return importTexts(Object.fromEntries(files.map(({ path, text }) => [path, text])), {
      groupLabel: options.groupLabel ?? null,
      exporters: options.exporters ?? [],
      severities: new Map(Object.entries(options.severities ?? {})),
    });
  };

  it('becomes the committed repo, and says so', async () => {
    const made = await run();
    const texts = Object.fromEntries([...made.repo.texts].sort(([a], [b]) => (a < b ? -1 : 1)));
    const report = importInWords(reportOf(made), false);
    if (UPDATE) {
      rmSync(join(folder, 'expected'), { recursive: true, force: true });
      write(join(folder, 'expected'), texts);
      writeFileSync(join(folder, 'report'), report);
    }
    expect(texts).toEqual(filesBelow(join(folder, 'expected')));
    expect(report).toBe(readFileSync(join(folder, 'report'), 'utf8'));
  });

  it('validates, and promtool takes what it compiles to', async () => {
    const { compilation } = await run();
    expect(compilation?.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    const output = join(scratch, name);
    write(output, Object.fromEntries((compilation?.files ?? []).map(({ path, content }) => [path, content])));
    const rules = Object.keys(filesBelow(output)).filter((path) => path.startsWith('prometheus/rules/'));
    if (rules.length > 0)
      execFileSync('promtool', ['check', 'rules', '--lint=all', '--lint-fatal', ...rules], { cwd: output });
    execFileSync('promtool', ['check', 'config', 'prometheus/prometheus.yml'], { cwd: output });
  });

  it('holds no secret', async () => {
    const made = await run();
    const said = JSON.stringify([...made.repo.texts]) + JSON.stringify(reportOf(made));
    expect(said).not.toMatch(/hunter2|s3cr3t/);
  });
});

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

function filesBelow(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      .filter((path) => statSync(path).isFile())
      .map((path) => [relative(folder, path), readFileSync(path, 'utf8')] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
