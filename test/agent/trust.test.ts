import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AGENT, agent, check, DIGEST, type Node, newNode, program, sha256, TARGET } from './node.js';

/** A node with a public key: what runs there, and what does not. */

interface Keys {
  readonly publicKey: string;
  readonly privateKey: KeyObject;
}

function newKeys(): Keys {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return { publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(), privateKey };
}

interface Statement {
  readonly target?: string;
  readonly build?: string;
  readonly bundle: string;
}

function signature({ target = TARGET, build = '7', bundle }: Statement, key: KeyObject): string {
  const text = `aami-bundle-v1\ntarget ${target}\nbuild ${build}\ndigest ${DIGEST}\nsha256 ${sha256(bundle)}\n`;
  return `${text}signature ${sign(null, Buffer.from(text), key).toString('base64')}\n`;
}

/** A check that leaves a trace of what it is. */
const tracer = (node: Node, what: string) => check('c', `echo ${what} >>${join(node.folder, 'ran')}\necho "x 1"`);
const ran = (node: Node): string[] => {
  const file = join(node.folder, 'ran');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
};

function signedNode(keys = newKeys()) {
  const node = newNode();
  const keyFile = join(node.folder, 'bundle.pub');
  writeFileSync(keyFile, keys.publicKey);
  const settings = join(node.folder, 'agent.env');
  writeFileSync(settings, `AAMI_PUBLIC_KEY=${keyFile}\nAAMI_STATE_DIR=${node.state}\nAAMI_TARGET=${TARGET}\n`);
  const sigFile = join(node.source, 'checks', `${TARGET}.sig`);
  return {
    node,
    keys,
    settings,
    keyFile,
    sigFile,
    /** Gives a bundle, signed. */
    give: (what: string, build = '7', key = keys.privateKey): void => {
      writeFileSync(sigFile, signature({ build, bundle: node.give(tracer(node, what)) }, key));
    },
    run: (env = {}, flags: readonly string[] = []) =>
      agent(['--settings', settings, '--source', node.source, '--textfile-dir', node.textfiles, ...flags], env),
    refusal: (): string[] =>
      Object.entries(node.samples())
        .filter(([series, value]) => series.startsWith('aami_bundle_refused') && value === '1')
        .map(([series]) => /reason="(\w+)"/.exec(series)?.[1] ?? ''),
  };
}

type SignedNode = ReturnType<typeof signedNode>;

describe('a node with a key', () => {
  it('runs what is signed for it, and says of which build it is', async () => {
    const { node, give, run, refusal } = signedNode();
    give('first');
    const { stderr } = await run();
    expect(stderr).toBe('aami-agent: info: a new bundle: 1 checks, build 7\n');
    expect(ran(node)).toEqual(['first']);
    expect(refusal()).toEqual([]);
    expect(node.samples()).toMatchObject({ [`aami_bundle_info{build="7",digest="${DIGEST}"}`]: '1' });
  });

  it.each<[string, string, (signed: SignedNode) => void]>([
    ['is not signed', 'unsigned', ({ sigFile }) => rmSync(sigFile)],
    ['was changed after it was signed', 'hash', ({ node }) => void node.give(tracer(node, 'evil'))],
    ['is signed by another key', 'signature', ({ give }) => give('evil', '8', newKeys().privateKey)],
    [
      'is signed for another node',
      'target',
      ({ node, keys, sigFile }) =>
        writeFileSync(
          sigFile,
          signature({ target: 'gpu-node-002', build: '8', bundle: node.give(tracer(node, 'evil')) }, keys.privateKey),
        ),
    ],
    ['is older than what it has accepted', 'older', ({ give }) => give('old', '6')],
    [
      'has a signature with a number put in',
      'signature',
      ({ give, sigFile }) => {
        give('old', '6');
        writeFileSync(sigFile, readFileSync(sigFile, 'utf8').replace('build 6', 'build 9'));
      },
    ],
    ['has no number', 'malformed', ({ give }) => give('evil', '-1')],
    [
      'has a signature that is cut off',
      'signature',
      ({ give, sigFile }) => {
        give('evil', '8');
        writeFileSync(sigFile, readFileSync(sigFile, 'utf8').slice(0, -20));
      },
    ],
    [
      'has an empty signature',
      'unsigned',
      ({ node, sigFile }) => {
        node.give(tracer(node, 'evil'));
        writeFileSync(sigFile, '');
      },
    ],
  ])('does not run what %s: the last good bundle goes on, and a metric tells', async (_, reason, tamper) => {
    const signed = signedNode();
    const { node, give, run, refusal } = signed;
    give('first');
    await run();
    tamper(signed);
    node.later();
    const { stderr } = await run();
    expect(stderr).toContain('the bundle is refused, the last good one stays');
    expect(ran(node)).toEqual(['first', 'first']);
    expect(refusal()).toEqual([reason]);
    expect(node.samples()).toMatchObject({ aami_bundle_fetch_success: '0', aami_bundle_checks: '1' });
  });

  it('runs nothing at all where the first bundle is refused', async () => {
    const { node, sigFile, run, refusal } = signedNode();
    writeFileSync(sigFile, signature({ bundle: node.give(tracer(node, 'evil')) }, newKeys().privateKey));
    await run();
    expect(ran(node)).toEqual([]);
    expect(refusal()).toEqual(['signature']);
    expect(readdirSync(node.textfiles)).toEqual(['aami-agent.prom']);
  });

  it('takes a bundle of the same number again, and an old one under a new number: that is how one rolls back', async () => {
    const { node, give, run } = signedNode();
    give('bad', '8');
    await run();
    give('same number', '8');
    node.later();
    await run();
    give('good old one', '9');
    node.later();
    await run();
    expect(ran(node)).toEqual(['bad', 'same number', 'good old one']);
  });

  it('does not believe what somebody has written over the bundle that it keeps', async () => {
    const { node, give, run, refusal } = signedNode();
    give('first');
    await run();
    const kept = join(node.state, 'current/json');
    writeFileSync(kept, JSON.stringify([tracer(node, 'evil')]));
    // The source is away: only what is kept could run.
    rmSync(node.source, { recursive: true });
    node.later();
    const { stderr } = await run();
    expect(stderr).toContain('the bundle that was accepted before is refused now');
    expect(ran(node)).toEqual(['first']);
    expect(refusal()).toEqual(['hash']);
  });

  it('remembers the highest number although the kept bundle is gone', async () => {
    const { node, give, run, refusal } = signedNode();
    give('new', '8');
    await run();
    rmSync(join(node.state, 'current'));
    give('old', '7');
    node.later();
    await run();
    expect(ran(node)).toEqual(['new']);
    expect(refusal()).toEqual(['older']);
  });

  it('takes any of several keys, so that one can take over from another', async () => {
    const [old, fresh] = [newKeys(), newKeys()];
    const signed = signedNode(old);
    writeFileSync(signed.keyFile, `${old.publicKey}${fresh.publicKey}`);
    signed.give('old key', '1');
    await signed.run();
    signed.give('new key', '2', fresh.privateKey);
    signed.node.later();
    await signed.run();
    writeFileSync(signed.keyFile, fresh.publicKey);
    signed.give('old key again', '3', old.privateKey);
    signed.node.later();
    await signed.run();
    expect(ran(signed.node)).toEqual(['old key', 'new key', 'new key']);
    expect(signed.refusal()).toEqual(['signature']);
  });

  it.each<[string, (signed: SignedNode) => Readonly<Record<string, string>>, readonly string[]]>([
    ['another key by the environment', ({ node }) => ({ AAMI_PUBLIC_KEY: join(node.folder, 'evil.pub') }), []],
    ['numbers that start anew', ({ node }) => ({ AAMI_STATE_DIR: join(node.folder, 'other') }), []],
    ["another node's bundle", () => ({ AAMI_TARGET: 'gpu-node-002' }), []],
    ['another key by a flag', () => ({}), ['--public-key', '/dev/null']],
    ['another folder by a flag', () => ({}), ['--state-dir', '/tmp']],
  ])('does not let %s widen what it runs', async (_, env, flags) => {
    const signed = signedNode();
    signed.give('first');
    const { code, stderr } = await signed.run(env(signed), flags);
    expect(stderr).toContain('is refused: this node has a key');
    expect(code).toBe(2);
    expect(ran(signed.node)).toEqual([]);
  });

  it.each(['AAMI_CA_FILE', 'AAMI_BEARER_TOKEN_FILE', 'AAMI_SOURCE'])(
    'does not let %s bring along another option of curl, such as where to write as root',
    async (name) => {
      const signed = signedNode();
      const evil = join(signed.node.folder, 'evil');
      const args = ['--settings', signed.settings, '--textfile-dir', signed.node.textfiles];
      const env = { AAMI_SOURCE: 'http://127.0.0.1:1', [name]: `http://127.0.0.1:1/"\noutput = "${evil}` };
      const { code, stderr } = await agent(args, env);
      expect(stderr).toBe(`aami-agent: error: ${name} holds a quote or a control character\n`);
      expect(code).toBe(2);
      expect(existsSync(evil)).toBe(false);
    },
  );

  it('does not run functions or programs that the environment brings along', async () => {
    const { node, give, run } = signedNode();
    give('first');
    const evil = join(node.folder, 'bin');
    mkdirSync(evil);
    for (const tool of ['openssl', 'jq', 'sha256sum'])
      writeFileSync(join(evil, tool), '#!/bin/sh\nexit 0\n', { mode: 0o755 });
    node.give(tracer(node, 'evil'));
    await run({ PATH: evil, 'BASH_FUNC_openssl%%': '() { return 0; }', BASH_ENV: join(evil, 'env') });
    expect(ran(node)).toEqual([]);
  });

  it('has the key at its fixed place in force, whatever the settings say', async () => {
    // A file system of its own, because the place is one of the machine.
    const { node, give, keyFile } = signedNode();
    give('first');
    node.give(tracer(node, 'evil'));
    const own = join(node.folder, 'other.env');
    writeFileSync(own, `AAMI_SOURCE=${node.source}\n`);
    const inside = (words: string): Promise<{ code: number | null; stderr: string }> =>
      program('unshare', [
        ...['--mount', ...(process.getuid?.() === 0 ? [] : ['--map-root-user'])],
        ...['bash', '-c'],
        `mount -t tmpfs none /etc && mkdir /etc/aami && cp ${keyFile} /etc/aami/bundle.pub && echo AAMI_TARGET=${TARGET} >/etc/aami/agent.env && ${words}`,
      ]);
    const folders = `--source ${node.source} --textfile-dir ${node.textfiles}`;
    const plain = await inside(`AAMI_PUBLIC_KEY= ${AGENT} ${folders} --parallel 1; true`);
    expect(plain.stderr).toContain('not the one that was signed');
    expect((await inside(`${AGENT} ${folders} --settings ${own}`)).stderr).toContain(`the settings ${own} are refused`);
    expect((await inside(`${AGENT} ${folders} --public-key ${keyFile}`)).stderr).toContain(
      'is refused: this node has a key',
    );
    expect((await inside(`${AGENT} try --bundle ${node.source}/checks/${TARGET}.json --check c`)).stderr).toContain(
      'this node runs only what is signed',
    );
    expect(ran(node)).toEqual([]);
  });

  it('says that its key cannot be read, and runs nothing', async () => {
    const { node, give, keyFile, run } = signedNode();
    give('first');
    rmSync(keyFile);
    const { code, stderr } = await run();
    expect(stderr).toContain(`the public key ${keyFile} cannot be read`);
    expect(code).toBe(2);
    expect(ran(node)).toEqual([]);
  });
});
