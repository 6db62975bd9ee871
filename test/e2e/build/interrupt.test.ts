import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';

const AAMI = fileURLToPath(new URL('../../../bin/aami.js', import.meta.url));
const REPO = fileURLToPath(new URL('../repos/small', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'aami-interrupt-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

it.each(['SIGINT', 'SIGTERM'] as const)(
  '%s during verification leaves no staging folder and no output',
  async (signal) => {
    const repo = join(work, signal);
    const marks = join(work, `${signal}-marks`);
    cpSync(REPO, repo, { recursive: true });
    mkdirSync(marks);
    const promtool = join(work, `${signal}-promtool`);
    writeFileSync(
      promtool,
      `#!/bin/sh\n[ "$1" = --version ] && echo "promtool, version 2.42.0" && exit\ntouch ${marks}/started\nexec sleep 60\n`,
    );
    chmodSync(promtool, 0o755);

    const watcher = watch(marks);
    const verifying = once(watcher, 'change');
    const aami = spawn(process.execPath, [AAMI, 'build', '-C', repo, '--promtool', promtool]);
    const ended = once(aami, 'exit');
    await verifying;
    watcher.close();
    aami.kill(signal);
    expect(await ended).toEqual([null, signal]);
    expect(readdirSync(repo).filter((name) => /staging|^build$/.test(name))).toEqual([]);
  },
);
