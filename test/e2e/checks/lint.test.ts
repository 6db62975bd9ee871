import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { doc, type Files, smallRepo } from '../../repo.js';

const AAMI = fileURLToPath(new URL('../../../bin/aami.js', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'aami-lint-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

function write(folder: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

const repo = join(work, 'repo');
const template = (name: string, script: string): string =>
  doc(
    'ScriptTemplate',
    `name: ${name}\nscript_type: t\nlanguage: bash\nversion: 1.0.0\n${script}\nmetrics: { x: { type: gauge } }`,
  );
beforeAll(() => {
  write(
    repo,
    smallRepo({
      'templates/inline.yaml': template(
        'inline',
        'script:\n  inline: |\n    set -u\n    cd "$1"\n    echo "x $(ls $1)"',
      ),
      'templates/fine.yaml': template('fine', 'script: { file: fine.sh }'),
      'templates/fine.sh': '#!/usr/bin/env bash\nset -euo pipefail\necho x 1\n',
      'templates/broken.yaml': template('broken', 'script: { file: broken.sh }'),
      'templates/broken.sh': '#!/usr/bin/env bash\nset -u\nif true; then\n  echo x 1\n',
      // A repo cannot tell aami to look away.
      'templates/.shellcheckrc': 'disable=all\n',
      '.shellcheckrc': 'disable=all\n',
    }),
  );
});

const lint = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  spawnSync(process.execPath, [AAMI, 'checks', 'lint', ...args], {
    encoding: 'utf8',
    cwd: repo,
    env: { ...process.env, ...env },
  });

describe('aami checks lint', () => {
  it('shows what shellcheck says at the lines of the YAML and of the script', () => {
    const { status, stdout } = lint(['--format', 'json']);
    const findings = JSON.parse(stdout).findings as {
      code: string;
      severity: string;
      file: string;
      line: number;
      hint: string;
    }[];
    const said = findings.map(
      ({ code, severity, file, line, hint }) => `${code} ${severity} ${file}:${line} ${/SC\d+/.exec(hint)?.[0]}`,
    );
    expect(said).toContain('lint/shellcheck warning templates/inline.yaml:10 SC2164');
    expect(said).toContain('lint/shellcheck info templates/inline.yaml:11 SC2086');
    expect(said).toContain('lint/shellcheck error templates/broken.sh:3 SC1046');
    expect(said.filter((one) => one.includes('fine'))).toEqual([]);
    expect(status).toBe(1);
  });

  it('looks at those that are named, also of a library', () => {
    expect(lint(['fine'])).toMatchObject({ status: 0, stdout: 'No findings: 1 check\n', stderr: '' });
    const { status, stderr } = lint(['finee']);
    expect(status).toBe(2);
    expect(stderr).toContain('Did you mean `fine`?');
  });

  it('does without shellcheck, and says so', () => {
    const bin = join(work, 'bin');
    mkdirSync(bin);
    symlinkSync(process.execPath, join(bin, 'node'));
    const { status, stdout } = lint(['inline'], { PATH: bin });
    expect(status).toBe(0);
    expect(stdout).toContain('warning[verify/tool-missing]: shellcheck is not installed');
    expect(stdout).toMatch(/templates\/inline\.yaml:11:\d+ warning\[lint\/unquoted-variable\]: \$1 falls apart/);
  });

  it('wants the shellcheck that is named', () => {
    const { status, stderr } = lint(['fine', '--shellcheck', join(work, 'nothing')]);
    expect({ status, stderr }).toMatchObject({ status: 3, stderr: expect.stringContaining('There is no program at') });
  });

  it('runs no script', () => {
    const marked = join(work, 'ran');
    const other = join(work, 'marking');
    write(
      other,
      smallRepo({ 'templates/m.yaml': template('m', `script: { inline: "set -u; touch ${marked}; echo x 1" }`) }),
    );
    expect(lint(['-C', other]).status).toBe(0);
    expect(spawnSync('test', ['-e', marked]).status).toBe(1);
  });
});
