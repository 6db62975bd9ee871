import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { type Check, check, newFolder, newNode, program, sha256, TARGET } from './node.js';

/** A web server on a folder, as any is, which can be told to behave in another way. */
interface Web {
  readonly url: string;
  readonly requests: { readonly path: string; readonly headers: IncomingMessage['headers'] }[];
  folder: string;
  answer: ((response: ServerResponse, path: string) => boolean) | null;
  readonly stop: () => Promise<void>;
}

const running: Web[] = [];
afterEach(async () => {
  for (const web of running.splice(0)) await web.stop();
});

async function startWeb(port = 0): Promise<Web> {
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    web.requests.push({ path, headers: request.headers });
    if (web.answer?.(response, path) === true) return;
    const file = join(web.folder, path);
    if (!existsSync(file)) return void response.writeHead(404).end('nothing here');
    const body = readFileSync(file);
    const etag = `"${sha256(body.toString('utf8')).slice(0, 16)}"`;
    if (request.headers['if-none-match'] === etag) return void response.writeHead(304, { etag }).end();
    response.writeHead(200, { etag }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const web: Web = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: [],
    folder: '',
    answer: null,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  running.push(web);
  return web;
}

const QUICK = ['--fetch-retries', '0', '--fetch-timeout', '1s'];

async function served(...checks: Check[]) {
  const web = await startWeb();
  const node = newNode(web.url);
  web.folder = node.source;
  node.give(...checks);
  return { web, node };
}

describe('a source over HTTP', () => {
  it('is asked for what has changed since', async () => {
    const { web, node } = await served(check('c', 'echo "x 1"'));
    await node.run();
    expect(node.samples('c').x).toBe('1');
    const first = web.requests.splice(0).map(({ path }) => path);
    expect(first).toEqual(['/agent/build.json', '/checks/gpu-node-001.json']);
    node.later();
    await node.run();
    expect(web.requests.splice(0).map(({ headers }) => headers['if-none-match'])).toEqual([
      expect.any(String),
      expect.any(String),
    ]);
    expect(node.samples()).toMatchObject({ aami_bundle_fetch_success: '1', aami_bundle_checks: '1' });
    node.give(check('c', 'echo "x 2"'));
    node.later();
    await node.run();
    expect(node.samples('c').x).toBe('2');
  });

  it('is asked at its interval, not at each pass', async () => {
    const { web, node } = await served(check('c', 'true'));
    for (let pass = 0; pass < 3; pass++) await node.run();
    expect(web.requests).toHaveLength(2);
  });

  it.each([
    ['answers 500', (response: ServerResponse) => response.writeHead(500).end(), 'answers 500'],
    ['answers 404', (response: ServerResponse) => response.writeHead(404).end(), '404'],
    ['hangs', () => undefined, 'timed out'],
    [
      'breaks off',
      (response: ServerResponse) =>
        response.writeHead(200, { 'content-length': '9999' }).write('[', () => response.destroy()),
      'closed',
    ],
    [
      'sends on elsewhere',
      (response: ServerResponse) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
      'answers 302',
    ],
    ['sends a page', (response: ServerResponse) => response.writeHead(200).end('<html>'), 'malformed'],
  ])('that %s takes nothing away, and is told of', async (_, answer, why) => {
    const { web, node } = await served(check('c', 'echo "x 1"'));
    await node.run();
    web.answer = (response) => {
      answer(response);
      return true;
    };
    node.later();
    const { stderr, code } = await node.run(QUICK);
    expect(stderr).toContain(why);
    expect(code).toBe(0);
    expect(node.samples('c')).toMatchObject({ x: '1', 'aami_check_success{check="c"}': '1' });
    expect(node.samples()).toMatchObject({ aami_bundle_fetch_success: '0', aami_bundle_checks: '1' });
    web.answer = null;
    node.later();
    await node.run();
    expect(node.samples().aami_bundle_fetch_success).toBe('1');
  });

  it.each([
    ['of a length that it does not tell', {}, Buffer.alloc(1 << 20, ' '), 24],
    ['that grows when it is unpacked', { 'content-encoding': 'gzip' }, gzipSync(Buffer.alloc(24 << 20, ' ')), 1],
  ])('fills no disk with an answer %s', async (_, headers, part, parts) => {
    const { web, node } = await served(check('c', 'echo "x 1"'));
    web.answer = (response, path) => {
      if (!path.endsWith('.json') || path.endsWith('build.json')) return false;
      response.writeHead(200, headers);
      Readable.from(Array.from({ length: parts }, () => part)).pipe(response);
      return true;
    };
    const { stderr, code } = await node.run(['--fetch-retries', '0']);
    // Newer versions of curl say it in their own words.
    expect(stderr).toMatch(/more than 16777216 bytes|file size/i);
    expect(code).toBe(0);
    expect(node.samples()).toMatchObject({ aami_bundle_fetch_success: '0', aami_bundle_checks: '0' });
  });

  it('may die and come back', async () => {
    const { web, node } = await served(check('c', 'echo "x 1"'));
    await node.run();
    const before = node.samples().aami_bundle_last_success_timestamp_seconds;
    const port = Number(new URL(web.url).port);
    await web.stop();
    running.splice(running.indexOf(web), 1);
    node.later();
    await node.run(QUICK);
    expect(node.samples('c').x).toBe('1');
    expect(node.samples()).toMatchObject({
      aami_bundle_fetch_success: '0',
      aami_bundle_last_success_timestamp_seconds: before,
    });
    const again = await startWeb(port);
    again.folder = node.source;
    node.give(check('c', 'echo "x 2"'));
    node.later();
    await node.run(QUICK);
    expect(node.samples('c').x).toBe('2');
  });

  it('is asked again after a failure that passes', async () => {
    const { web, node } = await served(check('c', 'echo "x 1"'));
    let failures = 2;
    web.answer = (response) => {
      if (failures-- <= 0) return false;
      response.writeHead(503).end();
      return true;
    };
    await node.run(['--fetch-retries', '2']);
    expect(node.samples('c').x).toBe('1');
  });

  it('does not hold up checks while it hangs', async () => {
    const mark = join(newFolder(), 'ran');
    const { web, node } = await served(check('c', `touch ${mark}; echo "x 1"`));
    await node.run();
    rmSync(mark);
    let ran = false;
    // It answers when the check has run: a pass that waited for it would not end.
    web.answer = (response) => {
      const look = setInterval(() => {
        if (!existsSync(mark)) return;
        clearInterval(look);
        ran = true;
        response.writeHead(500).end();
      }, 20);
      return true;
    };
    node.later();
    await node.run(['--fetch-retries', '0', '--fetch-timeout', '60s']);
    expect(ran).toBe(true);
  });

  it('gets a token from a file, which no list of processes shows', async () => {
    const { web, node } = await served(
      check('c', 'cat /proc/[0-9]*/cmdline 2>/dev/null | tr "\\0" " " | grep -c s3cr3t >&2; echo "x 1"'),
    );
    const file = join(node.folder, 'token');
    writeFileSync(file, 's3cr3t\n');
    const { stderr } = await node.run(['--bearer-token-file', file]);
    expect(web.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer s3cr3t', 'Bearer s3cr3t']);
    expect(stderr).not.toContain('s3cr3t');
  });
});

describe('a folder as source', () => {
  it('that is away takes nothing away', async () => {
    const node = newNode();
    node.give(check('c', 'echo "x 1"'));
    await node.run();
    rmSync(node.source, { recursive: true });
    node.later();
    const { stderr } = await node.run();
    expect(stderr).toContain('no new bundle, the last good one stays');
    expect(node.samples('c').x).toBe('1');
  });

  it('that does not answer holds up nothing', async () => {
    const node = newNode();
    node.give(check('c', 'echo "x 1"'));
    await node.run();
    // Read like a file of a server that is dead: for ever.
    const bundle = join(node.source, 'checks', `${TARGET}.json`);
    rmSync(bundle);
    await program('mkfifo', [bundle]);
    node.later();
    const { stderr, code } = await node.run(QUICK);
    expect(stderr).toContain(`no new bundle, the last good one stays: ${bundle} cannot be read`);
    expect(code).toBe(0);
    expect(node.samples('c')).toMatchObject({ x: '1', 'aami_check_success{check="c"}': '1' });
    expect(node.samples().aami_bundle_fetch_success).toBe('0');
  });

  it('without a bundle for this node says so, and nothing runs', async () => {
    const node = newNode();
    const { stderr, code } = await node.run();
    expect(stderr).toContain('checks/gpu-node-001.json');
    expect(code).toBe(0);
    expect(node.samples()).toMatchObject({ aami_bundle_fetch_success: '0', aami_bundle_checks: '0' });
  });
});
