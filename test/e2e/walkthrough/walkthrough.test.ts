import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { fencesOf } from '../../unit/docs/markdown.js';
import { freePort } from '../prometheus/servers.js';

/**
 * docs/walkthrough.md, command by command: each block of `sh` is run where the one before it ended, and what the block
 * of `text` behind it says stands in its output. The example's intervals are shorter here.
 */
const AAMI = join(import.meta.dirname, '../../..');
const home = realpathSync(mkdtempSync(join(tmpdir(), 'aami-walk-')));
afterAll(() => {
  const pid = join(home, 'walk/prometheus.pid');
  try {
    if (existsSync(pid)) process.kill(Number(readFileSync(pid, 'utf8')), 'SIGKILL');
  } catch {
    // It has ended, as the page says.
  }
  rmSync(home, { recursive: true, force: true });
});

const STATE = join(home, 'shell-state');

interface Ended {
  readonly code: number;
  readonly output: string;
}

/** Runs commands in a shell that goes on where the last one stopped: its folder, its variables. */
function shell(commands: string): Promise<Ended> {
  const script = [
    `aami() { ${JSON.stringify(process.execPath)} ${JSON.stringify(join(AAMI, 'bin/aami.js'))} "$@"; }`,
    `if [[ -e ${STATE} ]]; then source ${STATE}; fi`,
    'set -e',
    `trap 'code=$?; { declare -px PROMETHEUS_URL PROMETHEUS_RULE_PATH 2>/dev/null || true; printf "cd %q\\n" "$PWD"; } >${STATE}; exit $code' EXIT`,
    commands,
  ].join('\n');
  const who = {
    GIT_AUTHOR_NAME: 'a',
    GIT_AUTHOR_EMAIL: 'a@example.org',
    GIT_COMMITTER_NAME: 'a',
    GIT_COMMITTER_EMAIL: 'a@example.org',
  };
  const env = { PATH: process.env.PATH, HOME: home, AAMI_CACHE_DIR: join(home, 'cache'), ...who };
  return new Promise((resolve) => {
    const child = execFile('bash', ['-c', script], { cwd: AAMI, env }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, output: stdout + stderr }),
    );
  });
}

it('the walk-through holds, from a folder of rules to a Prometheus without drift', async () => {
  const port = await freePort();
  const page = readFileSync(join(AAMI, 'docs/walkthrough.md'), 'utf8').replaceAll('9090', String(port));
  const [first, ...rest] = fencesOf(page);
  expect(first?.content).toContain('cp -r examples/import ~/walk/old');
  mkdirSync(join(home, 'walk'));
  const start = await shell('cp -r examples/import ~/walk/old && cd ~/walk');
  expect(start).toEqual({ code: 0, output: '' });
  const config = join(home, 'walk/old/prometheus.yml');
  writeFileSync(config, readFileSync(config, 'utf8').replaceAll(/_interval: \d+s/g, '_interval: 1s'));

  let last: Ended = start;
  let blocks = 0;
  for (const { language, content } of rest) {
    if (language === 'sh') {
      last = await shell(content);
      const code = Number(/# exit code (\d)/.exec(content)?.[1] ?? 0);
      expect(last.code, `${content}\n${last.output}`).toBe(code);
      blocks++;
    } else {
      for (const line of content.trim().split('\n')) expect(last.output, content).toContain(line);
    }
  }
  expect(blocks).toBe(9);
}, 240_000);
