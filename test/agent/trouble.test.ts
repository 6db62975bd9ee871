import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { startNodeExporter } from '../e2e/prometheus/servers.js';
import { AGENT, type Check, check, ended, type Node, newNode, program, samplesOf, spawnAgent, TARGET } from './node.js';

const flags = (node: Node): string[] => [
  ...['--source', node.source, '--target', TARGET, '--textfile-dir', node.textfiles, '--state-dir', node.state],
];

async function until(what: string, holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`not in time: ${what}`);
    await pause(20);
  }
}

/** Processes whose command line holds a word. */
function alive(word: string): number {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(word);
    } catch {
      return false;
    }
  }).length;
}

let words = 0;
/** A word that no other process has. */
const newWord = (): string => `aami-test-${process.pid}-${words++}`;

const SOUND = check('sound', 'echo "x 1"');

describe('a check in trouble takes nothing from another', () => {
  it.each<[string, (word: string) => string, RegExp, Readonly<Record<string, unknown>>]>([
    [
      'hangs',
      (word) => `bash -c "sleep 300; : ${word}"`,
      /it took longer than 0.500 s, or was killed/,
      { timeout: '500ms' },
    ],
    [
      'hangs and does not mind signals',
      (word) => `trap "" TERM; bash -c "trap '' TERM; while :; do sleep 1; done; : ${word}"`,
      /it took longer than 0.500 s, or was killed/,
      { timeout: '500ms' },
    ],
    ['floods', (word) => `yes ${word}`, /it prints more than 1048576 bytes/, {}],
    ['floods its errors', (word) => `yes ${word} >&2`, /took longer|exit code/, { timeout: '1s' }],
    ['kills itself', () => 'kill -SEGV $$', /exit code 139/, {}],
    ['takes all memory', () => 'x=$(head -c 300000000 /dev/zero | tr "\\0" x)', /exit code/, {}],
    ['leaves children behind', (word) => `bash -c "sleep 300; : ${word}" & echo "y 1"`, /^$/, {}],
  ])('%s', async (_, script, why, rest) => {
    const word = newWord();
    const node = newNode();
    node.give(check('odd', script(word), rest), SOUND);
    const { code, stderr } = await node.run(['--max-memory', '200']);
    expect(code).toBe(0);
    expect(stderr.split('\n').find((line) => line.includes(' odd: ')) ?? '').toMatch(why);
    expect(node.samples('sound')).toMatchObject({ x: '1', 'aami_check_success{check="sound"}': '1' });
    expect(node.samples('odd')).toHaveProperty('aami_check_success{check="odd"}');
    expect(alive(word)).toBe(0);
    expect(readdirSync(node.state).sort()).toEqual(expect.arrayContaining(['checks', 'current', 'lock']));
    expect(readdirSync(node.state).filter((name) => name.startsWith('run.'))).toEqual([]);
  });

  it('that floods its errors does not fill the disk with them', async () => {
    const node = newNode();
    const errors = 'head -c 3000000 /dev/zero >&2; sleep 0.2; echo "bytes $(stat -c %s "${PWD%.tmp}.err")"';
    node.give(check('loud', errors));
    await node.run();
    expect(node.samples('loud')).toMatchObject({ bytes: '65536', 'aami_check_success{check="loud"}': '1' });
  });

  it('that prints what takes for ever to judge has failed, and has not measured nothing', async () => {
    const node = newNode();
    node.give(check('odd', `printf 'm{a="b"%500000sx} 1\\n' ''`), SOUND);
    const { stderr } = await node.run();
    expect(stderr).toContain('odd: what it prints cannot be judged within');
    expect(node.samples('odd')['aami_check_success{check="odd"}']).toBe('0');
    expect(node.samples('sound')['aami_check_success{check="sound"}']).toBe('1');
  }, 120_000);

  it('that fails where something else than a file has its name does not hold up the pass', async () => {
    const node = newNode();
    await program('mkfifo', [join(node.textfiles, 'aami-check-odd.prom')]);
    node.give(check('odd', 'exit 1'));
    expect((await node.run()).code).toBe(0);
    expect(node.samples('odd')['aami_check_success{check="odd"}']).toBe('0');
  });

  it('whose earlier run does not end is not started a second time', async () => {
    const node = newNode();
    node.give(check('stuck', 'echo "y 1"'), SOUND);
    await node.run();
    // A process that waits for a device cannot be made at will: one that lives does as well.
    const [pid, stat] = [process.pid, readFileSync('/proc/self/stat', 'utf8')];
    const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    writeFileSync(join(node.state, 'checks/stuck.process'), `${pid} ${started} ${boot}\n`);
    node.later();
    const { stderr } = await node.run();
    expect(stderr).toContain('stuck: an earlier run of it does not end, so it is not started again');
    expect(node.samples('stuck')).toMatchObject({ y: '1', 'aami_check_success{check="stuck"}': '0' });
    expect(node.samples('sound')['aami_check_success{check="sound"}']).toBe('1');
    // A number that another process has got since means nothing.
    writeFileSync(join(node.state, 'checks/stuck.process'), `${pid} 1 ${boot}\n`);
    node.later();
    await node.run();
    expect(node.samples('stuck')['aami_check_success{check="stuck"}']).toBe('1');
  });

  it('does not keep others from their intervals while it hangs', async () => {
    const node = newNode();
    const log = join(node.folder, 'log');
    // Ends when the other has run twice more, which it does only if the pass goes on with it.
    const wait = `until [[ $(wc -l <${log}) -ge 3 ]]; do sleep 0.1; done`;
    node.give(check('slow', wait, { timeout: '60s' }), check('quick', `echo run >>${log}`, { interval: '1s' }));
    writeFileSync(log, '');
    const { stderr } = await node.run();
    expect(stderr).not.toContain('slow');
    expect(readFileSync(log, 'utf8').split('\n').length).toBeGreaterThan(3);
  });
});

describe('passes', () => {
  it('do not overlap: the second ends at once', async () => {
    const node = newNode();
    const [begun, end] = [join(node.folder, 'begun'), join(node.folder, 'end')];
    node.give(check('c', `echo run >>${begun}; until [[ -e ${end} ]]; do sleep 0.05; done`));
    const first = ended(spawnAgent(flags(node)));
    await until('the check has begun', () => existsSync(begun));
    const second = await node.run();
    expect(second).toMatchObject({ code: 0, stderr: 'aami-agent: info: another pass is under way\n' });
    writeFileSync(end, '');
    expect((await first).code).toBe(0);
    expect(readFileSync(begun, 'utf8')).toBe('run\n');
  });

  it('run 200 checks of one bundle', async () => {
    const node = newNode();
    node.give(...Array.from({ length: 200 }, (_, at): Check => check(`c${at}`, `echo 'many{n="${at}"} 1'`)));
    await node.run(['--parallel', '8']);
    expect(readdirSync(node.textfiles)).toHaveLength(201);
    const all = Array.from({ length: 200 }, (_, at) => node.samples(`c${at}`)[`aami_check_success{check="c${at}"}`]);
    expect(all.every((success) => success === '1')).toBe(true);
  }, 180_000);

  it.each([
    ['of the future', (boot: string) => `${boot} 99999999999`],
    ['of another boot', () => '00000000-0000-0000-0000-000000000000 1'],
    ['that a kill has cut off', () => 'a'],
    ['that are empty', () => ''],
  ])('go by no stamps %s: the check is due', async (_, stamp) => {
    const node = newNode();
    const log = join(node.folder, 'log');
    node.give(check('c', `echo run >>${log}`));
    await node.run();
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    for (const file of ['checks/c.start', 'fetch-at']) writeFileSync(join(node.state, file), stamp(boot));
    await node.run();
    expect(readFileSync(log, 'utf8')).toBe('run\nrun\n');
  });

  it('keep to their intervals when the clock jumps, because no clock is asked', async () => {
    const node = newNode();
    const log = join(node.folder, 'log');
    node.give(check('c', `echo run >>${log}`));
    await node.run();
    // Not even the stamps hold a time of day.
    const [boot, uptime] = readFileSync(join(node.state, 'checks/c.start'), 'utf8').trim().split(' ');
    expect(boot).toMatch(/^[0-9a-f-]{36}$/);
    expect(Number(uptime)).toBeLessThanOrEqual(Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 1000 + 10);
    await node.run();
    expect(readFileSync(log, 'utf8')).toBe('run\n');
  });

  it('that are killed at any moment leave files that node_exporter reads, and the next one goes on', async () => {
    const node = newNode();
    const checks = Array.from({ length: 6 }, (_, at) =>
      check(`c${at}`, `for n in {1..200}; do echo "family_${at}{n=\\"$n\\"} 1"; done`, { interval: '1ms' }),
    );
    node.give(...checks);
    await node.run();
    const exporter = await startNodeExporter(node.textfiles);
    try {
      for (let round = 0; round < 12; round++) {
        node.give(...checks, check('extra', `echo "extra ${round}"`));
        node.later();
        const child = spawnAgent(flags(node));
        const end = ended(child);
        await pause(20 + round * 40);
        child.kill('SIGKILL');
        await end;
        const served = samplesOf(await (await fetch(`${exporter.url}/metrics`)).text());
        expect(served.node_textfile_scrape_error).toBe('0');
        for (const at of checks.keys()) expect(served).toHaveProperty(`family_${at}{n="200"}`);
      }
      node.later();
      const { code } = await node.run();
      expect(code).toBe(0);
      expect(node.samples('extra').extra).toBe('11');
      expect(readdirSync(node.textfiles).filter((name) => !name.endsWith('.prom'))).toEqual([]);
      expect(readdirSync(node.state).filter((name) => name.startsWith('run.'))).toEqual([]);
      expect(readdirSync(node.state).filter((name) => name.startsWith('bundle.'))).toHaveLength(1);
    } finally {
      await exporter.stop();
    }
  }, 120_000);

  it('end with their checks when they are told to', async () => {
    const word = newWord();
    const node = newNode();
    const begun = join(node.folder, 'begun');
    node.give(check('c', `touch ${begun}; bash -c "sleep 300; : ${word}"`, { timeout: '300s' }));
    const child = spawnAgent(flags(node));
    const end = ended(child);
    await until('the check has begun', () => existsSync(begun));
    child.kill('SIGTERM');
    expect((await end).code).toBe(143);
    await until('the check is gone', () => alive(word) === 0);
    expect(readdirSync(node.state).filter((name) => name.startsWith('run.'))).toEqual([]);
  });
});

describe('a full disk', () => {
  it('of text files leaves the old ones as they were', async () => {
    const node = newNode();
    const bundle = (lines: number): void => {
      node.give(
        check('c', `for ((n = 0; n < ${lines}; n++)); do echo "long_name_of_a_family{n=\\"$n\\"} 1"; done`),
        SOUND,
      );
    };
    const small = join(node.folder, 'small');
    mkdirSync(small);
    bundle(10);
    const wholeSource = node.source;
    const second = join(node.folder, 'second');
    execFileSync('cp', ['-r', wholeSource, second]);
    bundle(3000);
    const pass = (source: string): string =>
      `rm -f ${node.state}/checks/*.start ${node.state}/fetch-at; ${AGENT} --source ${source} --target ${TARGET} --textfile-dir ${small} --state-dir ${node.state}`;
    const asRoot = process.getuid?.() === 0 ? [] : ['--map-root-user'];
    const { stdout, stderr, code } = await program('unshare', [
      ...['--mount', ...asRoot, 'bash', '-c'],
      `mount -t tmpfs -o size=64k none ${small} && ${pass(second)} && cat ${small}/aami-check-c.prom | head -c 400 && ${pass(wholeSource)}; echo; echo AFTER; cat ${small}/aami-check-c.prom | head -c 400; echo; ls ${small}`,
    ]);
    expect(code).toBe(0);
    expect(stderr).toContain('aami-check-c.prom cannot be written, it stays as it was: No space left on device');
    const [before = '', after = ''] = stdout.split('\nAFTER\n');
    expect(before).toContain('long_name_of_a_family{n="0"} 1');
    expect(after.startsWith(before.trimEnd())).toBe(true);
    expect(after.trim().split('\n').slice(-3)).toEqual([
      'aami-agent.prom',
      'aami-check-c.prom',
      'aami-check-sound.prom',
    ]);
  });

  it('of the state is told of, and what is published stays', async () => {
    const node = newNode();
    node.give(SOUND);
    const state = join(node.folder, 'full');
    mkdirSync(state);
    const asRoot = process.getuid?.() === 0 ? [] : ['--map-root-user'];
    const { stderr, code } = await program('unshare', [
      ...['--mount', ...asRoot, 'bash', '-c'],
      `mount -t tmpfs -o size=16k none ${state} && head -c 16384 /dev/zero >${state}/fill; ${AGENT} --source ${node.source} --target ${TARGET} --textfile-dir ${node.textfiles} --state-dir ${state}`,
    ]);
    expect(stderr).toMatch(/cannot be (?:written|made)|is the disk full\?/);
    expect(code).toBe(3);
  });
});
