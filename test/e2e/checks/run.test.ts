import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { doc, smallRepo } from '../../repo.js';

const AAMI = fileURLToPath(new URL('../../../bin/aami.js', import.meta.url));
const repo = mkdtempSync(join(tmpdir(), 'aami-run-'));
afterAll(() => rmSync(repo, { recursive: true, force: true }));

/** Says of each path of its configuration whether it is there, and what it was called with. */
const EXISTS = `set -euo pipefail
jq -r '.paths[]' | while IFS= read -r path; do
  if [ -e "$path" ]; then ok=1; else ok=0; fi
  echo "path_exists{path=\\"$path\\",group=\\"$1\\"} $ok"
done
echo "looked for \${AAMI_TARGET}" >&2
`;
const template = (name: string, script: string, rest = ''): string =>
  doc(
    'ScriptTemplate',
    `name: ${name}\nscript_type: t\nlanguage: bash\nversion: 1.0.0\nscript: { inline: ${JSON.stringify(script)} }\n${rest}`,
  );

beforeAll(() => {
  const files = smallRepo({
    templates: [
      template(
        'exists',
        EXISTS,
        `params: { paths: { type: array, items: { type: string }, default: [/proc, /nowhere] }, strict: false }
args: ["\${group.id}"]
metrics: { path_exists: { type: gauge, labels: [path, group], help: 1 if it is there } }`,
      ),
      template('strict', 'echo "x $1"', 'params: { value: { type: number } }\nargs: ["${value}"]'),
      template('failing', 'echo "x 1"; echo "the disk is on fire" >&2; exit 3'),
      template('junk', 'echo "hello world and more"'),
      template('undeclared', 'echo "y 1"', 'metrics: { x: { type: gauge } }'),
      template('hanging', 'sleep 60', 'timeout: 1s'),
      template('unsupported', 'echo "no such device" >&2; exit 69'),
    ].join('---\n'),
    policies: [
      doc('ScriptPolicy', 'group: prod\nchecks: { exists: { config: { paths: [/etc] } } }'),
      doc(
        'ScriptPolicy',
        'group: prod\ntargets: { type: gpu }\nchecks: { exists: { config: { paths: [/tmp, /dev] } } }',
      ),
    ].join('---\n'),
  });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(repo, path)), { recursive: true });
    writeFileSync(join(repo, path), text);
  }
});

function run(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [AAMI, 'checks', 'run', ...args], {
    encoding: 'utf8',
    cwd: repo,
  });
  return { status, stdout: stdout.replace(/\d+\.\d+ s$/m, 'N s'), stderr };
}

describe('aami checks run', () => {
  it('shows what the check measures with the defaults of its template', () => {
    expect(run('exists')).toMatchObject({
      status: 0,
      stdout: `exists: measured 2 values, N s

  metric       labels                          value  type
  path_exists  group="global" path="/proc"     1      gauge
  path_exists  group="global" path="/nowhere"  0      gauge
`,
    });
  });

  it('takes the config of a target, and of the command line', () => {
    const ofTarget = JSON.parse(run('exists', '--target', 'p1', '--format', 'json').stdout);
    expect(ofTarget).toMatchObject({
      check: 'exists',
      target: 'p1',
      status: 'measured',
      config: { paths: ['/tmp', '/dev'] },
    });
    expect(ofTarget.metrics).toMatchObject([
      {
        metric: 'path_exists',
        labels: { path: '/tmp', group: 'prod' },
        value: 1,
        type: 'gauge',
        help: '1 if it is there',
      },
      { metric: 'path_exists', labels: { path: '/dev', group: 'prod' }, value: 1 },
    ]);
    expect(ofTarget.log).toContain('looked for p1');
    const given = JSON.parse(
      run('exists', '--target', 'p1', '--config', 'paths=[/no]', 'strict=true', '--format', 'json').stdout,
    );
    expect(given.config).toEqual({ paths: ['/no'], strict: true });
    expect(given.metrics).toMatchObject([{ labels: { path: '/no', group: 'prod' }, value: 0 }]);
  });

  it.each([
    ['failing', 1, 'the disk is on fire'],
    ['junk', 1, 'a word too many'],
    ['undeclared', 1, 'y is not declared'],
    ['hanging', 1, 'took longer'],
    ['unsupported', 3, 'no such device'],
  ])('of %s says why there is nothing to show', (check, status, why) => {
    const ran = run(check);
    expect(ran.status).toBe(status);
    expect(ran.stdout).toMatch(
      new RegExp(`^${check}: (?:failed|not possible on this machine \\(exit code 69\\)), N s\n$`),
    );
    expect(ran.stderr).toContain(why);
  });

  it.each([
    [['exsts'], 'Did you mean `exists`?'],
    [['exists', '--target', 'd1'], 'exists does not run on d1'],
    [['exists', '--target', 'p11'], 'there is no target p11'],
    [['exists', '--config', 'path=[/a]'], 'Did you mean `paths`?'],
    [['exists', '--config', 'paths=/a'], 'paths must be'],
    [['exists', '--config', 'paths=[/a'], 'the value of paths is not YAML'],
    [['exists', '--config', 'paths'], 'no setting'],
    [['strict'], 'value of strict has no default'],
  ])('%j is wrong usage', (args, said) => {
    const { status, stdout, stderr } = run(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(said);
  });

  it('shows all mistakes of a command line at once', () => {
    expect(run('exists', '--config', 'a=1', 'b=2').stderr.match(/^error: /gm)).toHaveLength(2);
  });
});
