import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { agent, check, newNode, program } from './node.js';

const GAUGE = { type: 'gauge', labels: ['path'], help: 'A "gauge" of C:\\.\nIn two lines.' };

describe('a check', () => {
  it('gets its arguments, its configuration on standard input, a folder of its own and nothing of the environment', async () => {
    const node = newNode();
    const script = [
      'config=$(cat)',
      '[[ $config == \'{"paths":["/a b"]}\' ]] || { echo "$config" >&2; exit 1; }',
      '[[ $# == 3 && $1 == "one two" && -z $2 && $3 == "\\$(id)" ]] || { printf "%q " "$@" >&2; exit 2; }',
      '[[ $PWD == "$TMPDIR" && $HOME == "$TMPDIR" ]] || exit 3',
      '[[ -z "$(ls -A)" && $(stat -c %a .) == 700 ]] || exit 4',
      '[[ -z ${SECRET-} && -z ${AAMI_SOURCE-} && $LC_ALL == C ]] || exit 5',
      'touch left-behind',
      'echo "seen{target=\\"$AAMI_TARGET\\",check=\\"$AAMI_CHECK\\"} 1"',
    ].join('\n');
    node.give(check('look', script, { args: ['one two', '', '$(id)'], config: { paths: ['/a b'] } }));
    const { stderr } = await node.run([], { SECRET: 'x', AAMI_PARALLEL: '2', BASH_ENV: '/nonexistent' });
    expect(stderr).not.toContain('warning');
    expect(node.samples('look')).toMatchObject({
      'seen{check="look",target="gpu-node-001"}': '1',
      'aami_check_success{check="look"}': '1',
      'aami_check_exit_code{check="look"}': '0',
    });
    expect(readdirSync(node.state).filter((name) => name.startsWith('run.'))).toEqual([]);
  });

  it('is published with HELP and TYPE of its declaration and the four metrics of every check, readable for all', async () => {
    const node = newNode();
    node.give(check('mounts', 'echo \'m{path="/"} 1\'; echo \'m{path="/\\\\ \\"q\\""} 0\'', { metrics: { m: GAUGE } }));
    await node.run();
    const file = join(node.textfiles, 'aami-check-mounts.prom');
    expect(statSync(file).mode & 0o777).toBe(0o644);
    const text = readFileSync(file, 'utf8')
      .replace(/ 1[0-9]{9}$/m, ' <time>')
      .replace(/ [0-9]+\.[0-9]{3}$/m, ' <duration>');
    expect(text.replace(/# That was measured at .*\n/, '')).toBe(`# HELP m A "gauge" of C:\\\\.\\nIn two lines.
# TYPE m gauge
m{path="/"} 1
m{path="/\\\\ \\"q\\""} 0
# HELP aami_check_supported 1 if the check can run on this node, 0 if a tool or device is missing.
# TYPE aami_check_supported gauge
aami_check_supported{check="mounts"} 1
# HELP aami_check_success 1 if the last run of the check finished without an error.
# TYPE aami_check_success gauge
aami_check_success{check="mounts"} 1
# HELP aami_check_last_run_timestamp_seconds Unix time of the end of the last run.
# TYPE aami_check_last_run_timestamp_seconds gauge
aami_check_last_run_timestamp_seconds{check="mounts"} <time>
# HELP aami_check_duration_seconds Run time of the last run in seconds.
# TYPE aami_check_duration_seconds gauge
aami_check_duration_seconds{check="mounts"} <duration>
# HELP aami_check_exit_code Exit code of the last run of the check.
# TYPE aami_check_exit_code gauge
aami_check_exit_code{check="mounts"} 0
`);
  });

  it('that is not possible here says so, without success and without what it once measured', async () => {
    const node = newNode();
    const tool = join(node.folder, 'tool');
    node.give(check('gpu', `[[ -e ${tool} ]] || { echo "no driver" >&2; exit 69; }; echo "gpus 8"`));
    writeFileSync(tool, '');
    await node.run();
    expect(node.samples('gpu')).toMatchObject({ gpus: '8', 'aami_check_supported{check="gpu"}': '1' });
    await program('rm', [tool]);
    node.later();
    const { stderr } = await node.run();
    expect(stderr).toContain('gpu: not possible on this node: no driver');
    const after = node.samples('gpu');
    expect(after).toMatchObject({
      'aami_check_supported{check="gpu"}': '0',
      'aami_check_exit_code{check="gpu"}': '69',
    });
    expect(Object.keys(after).filter((series) => /gpus|success/.test(series))).toEqual([]);
  });

  it('that fails keeps what it measured last until that is too old, and then shows nothing', async () => {
    const node = newNode();
    const flag = join(node.folder, 'broken');
    node.give(check('c', `[[ ! -e ${flag} ]] || { echo oops >&2; echo "m 3"; exit 3; }; echo "m 1"`));
    await node.run();
    writeFileSync(flag, '');
    node.later();
    const { stderr } = await node.run();
    expect(stderr).toContain('warning: c: exit code 3: oops');
    expect(node.samples('c')).toMatchObject({
      m: '1',
      'aami_check_success{check="c"}': '0',
      'aami_check_exit_code{check="c"}': '3',
    });
    node.later();
    await node.run(['--keep-last-good', '0s']);
    expect(Object.keys(node.samples('c')).filter((series) => !series.startsWith('aami_check_'))).toEqual([]);
    node.later();
    await node.run();
    expect(node.samples('c')).not.toHaveProperty('m');
  });

  it('that leaves the bundle loses its file, and none that has a name like it', async () => {
    const node = newNode();
    node.give(check('a', 'echo "x 1"'), check('a.b', 'echo "y 1"'));
    await node.run();
    node.give(check('a.b', 'echo "y 1"'));
    node.later();
    await node.run();
    expect(readdirSync(node.textfiles).sort()).toEqual(['aami-agent.prom', 'aami-check-a.b.prom']);
    node.give();
    node.later();
    await node.run();
    expect(readdirSync(node.textfiles)).toEqual(['aami-agent.prom']);
    expect(node.samples().aami_bundle_checks).toBe('0');
  });

  it('runs at its own interval', async () => {
    const node = newNode();
    const log = join(node.folder, 'log');
    node.give(
      check('often', `echo often >>${log}`, { interval: '1ms' }),
      check('seldom', `echo seldom >>${log}`, { interval: '1d' }),
    );
    for (let pass = 0; pass < 3; pass++) await node.run();
    expect(readFileSync(log, 'utf8').trim().split('\n').sort()).toEqual(['often', 'often', 'often', 'seldom']);
  });

  it('runs as the user that it asks for, in a folder of that user; who may not become that user is told', async () => {
    const node = newNode();
    node.give(
      check('low', 'touch x && echo "uid $(id -u)" && [[ " $(id -G) " != *" 0 "* ]]', { user: 'nobody' }),
      check('none', 'echo "uid 0"', { user: 'no-such-user' }),
    );
    const { stderr } = await node.run();
    if (process.getuid?.() === 0)
      expect(node.samples('low').uid).toBe((await program('id', ['-u', 'nobody'])).stdout.trim());
    else expect(stderr).toContain('low: it must run as nobody, and only root may become that user');
    expect(node.samples('none')['aami_check_success{check="none"}']).toBe('0');
    expect(stderr).toContain('none: there is no user no-such-user here');
  });

  it('in a language that cannot be run here is not possible', async () => {
    const node = newNode();
    node.give(check('perl', '1', { language: 'cobol' }), check('sh', 'echo "sh 1"', { language: 'sh' }));
    await node.run();
    expect(node.samples('perl')['aami_check_supported{check="perl"}']).toBe('0');
    expect(node.samples('sh').sh).toBe('1');
  });

  it('never runs when its script is not the one that the bundle says', async () => {
    const node = newNode();
    const mark = join(node.folder, 'ran');
    node.give(check('ok', `touch ${mark}`), check('forged', `touch ${mark}`, { hash: '0'.repeat(64) }));
    const { stderr } = await node.run();
    expect(stderr).toContain('a script is not the one that the bundle says');
    expect(existsSync(mark)).toBe(false);
    expect(node.samples()).toMatchObject({ 'aami_bundle_refused{reason="hash"}': '1', aami_bundle_fetch_success: '0' });
  });
});

describe('a bundle that is malformed is refused as a whole', () => {
  const good = check('good', 'echo "x 1"');
  it.each([
    ['no list', { checks: [] }, 'it is not a list'],
    ['a path for a name', [good, check('../../etc/cron.d/x', 'true')], 'a name'],
    ['a name twice', [good, good], 'two checks have one name'],
    ['no interval', [good, { ...check('x', 'true'), interval: undefined }], 'interval is not text'],
    ['an odd interval', [good, check('x', 'true', { interval: 'often' })], 'not a duration: often'],
    ['arguments that are no texts', [good, check('x', 'true', { args: [1] })], 'the arguments of x'],
    ['a NUL in an argument', [good, check('x', 'true', { args: ['a\u0000b'] })], 'a NUL'],
    ['a NUL in a script', [good, check('x', 'true\u0000')], 'a NUL in the script of x'],
  ])('%s', async (_, bundle, why) => {
    const node = newNode();
    node.give();
    writeFileSync(join(node.source, 'checks/gpu-node-001.json'), JSON.stringify(bundle));
    const { stderr, code } = await node.run();
    expect(stderr).toContain(why);
    expect(code).toBe(0);
    expect(node.samples()['aami_bundle_refused{reason="malformed"}']).toBe('1');
    expect(node.samples('good')).toEqual({});
  });

  it('and the last good one goes on', async () => {
    const node = newNode();
    node.give(good);
    await node.run();
    writeFileSync(join(node.source, 'checks/gpu-node-001.json'), '[{"name": ');
    node.later();
    await node.run();
    expect(node.samples()).toMatchObject({ aami_bundle_checks: '1', aami_bundle_fetch_success: '0' });
    expect(node.samples('good').x).toBe('1');
  });
});

describe('the command line', () => {
  it('knows its version, which is that of aami', async () => {
    expect(await agent(['--version'])).toMatchObject({ code: 0, stdout: `${packageJson.version}\n` });
  });

  it.each([
    [['--nonsense', 'x'], 2, 'unknown option: --nonsense'],
    [['walk'], 2, 'unknown word'],
    [['--parallel', 'many'], 2, 'AAMI_PARALLEL is not a whole number: many'],
    [['--fetch-interval', 'soon'], 2, 'AAMI_FETCH_INTERVAL is not a duration like 30s: soon'],
    [['--target', '../x'], 2, 'not an id of a target'],
    [['--settings', '/nonexistent.env'], 2, 'there is no file /nonexistent.env'],
    [['--source', '/s', '--textfile-dir', '/nonexistent'], 3, '/nonexistent is no folder that can be written to'],
    [[], 2, 'AAMI_SOURCE is not set'],
  ])('%j ends with %i and says why', async (args, code, why) => {
    const result = await agent(args);
    expect(result.stderr).toContain(why);
    expect(result.stderr.trim().split('\n')).toHaveLength(1);
    expect(result.code).toBe(code);
  });

  it('takes settings from a file, which the environment and flags go over', async () => {
    const node = newNode();
    node.give(check('c', 'echo "x 1"'));
    const settings = join(node.folder, 'agent.env');
    const lines = ['# a comment', '', `AAMI_SOURCE="${node.source}"`, "AAMI_TARGET='gpu-node-001'", 'AAMI_PARALLEL=0'];
    writeFileSync(settings, lines.join('\n'));
    const folders = ['--settings', settings, '--textfile-dir', node.textfiles, '--state-dir', node.state];
    expect((await agent(folders)).stderr).toContain('AAMI_PARALLEL is less than 1');
    expect((await agent(folders, { AAMI_PARALLEL: '1' })).code).toBe(0);
    expect(node.samples('c').x).toBe('1');
    writeFileSync(settings, '$(touch /tmp/pwned)\n');
    expect((await agent(folders)).stderr).toContain(`${settings}:1: not KEY=VALUE`);
    writeFileSync(settings, 'AAMI_SORCE=x\n');
    expect((await agent(folders)).stderr).toContain('there is no setting AAMI_SORCE');
  });

  it('names the tool that is missing', async () => {
    const node = newNode();
    const script = readFileSync(join(import.meta.dirname, '../../agent/dynamic-check.sh'), 'utf8');
    const copy = join(node.folder, 'agent.sh');
    writeFileSync(copy, script.replace('PATH=/usr/local/sbin', `PATH=${node.folder} #`), { mode: 0o755 });
    const { code, stderr } = await program(copy, ['--source', node.source]);
    expect(stderr).toMatch(/^aami-agent: error: \w+ is not installed, and the agent needs it\n$/);
    expect(code).toBe(3);
  });
});

describe('try', () => {
  const bundleOf = (node: ReturnType<typeof newNode>): string => join(node.source, 'checks/gpu-node-001.json');

  it('prints the metrics of one check, completed, and keeps nothing', async () => {
    const node = newNode();
    node.give(check('m', 'echo measuring >&2; echo \'m{path="/"} 1\'', { metrics: { m: { ...GAUGE, help: 'H.' } } }));
    expect(await agent(['try', '--bundle', bundleOf(node), '--check', 'm'])).toEqual({
      code: 0,
      stdout: '# HELP m H.\n# TYPE m gauge\nm{path="/"} 1\n',
      stderr: 'measuring\n',
    });
    expect(existsSync(node.state)).toBe(false);
  });

  it.each([
    ['echo no tool >&2; exit 69', 69, 'not possible on this node'],
    ['exit 4', 1, 'exit code 4'],
    ['echo "m 1 2"', 1, 'line 1: a timestamp'],
  ])('of %s ends with %i', async (script, code, why) => {
    const node = newNode();
    node.give(check('c', script));
    const result = await agent(['try', '--bundle', bundleOf(node), '--check', 'c']);
    expect(result.stderr).toContain(why);
    expect(result).toMatchObject({ code, stdout: '' });
  });

  it('of a check that is not there says so', async () => {
    const node = newNode();
    node.give(check('c', 'true'));
    const result = await agent(['try', '--bundle', bundleOf(node), '--check', 'd']);
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toContain('has no check d');
  });
});
