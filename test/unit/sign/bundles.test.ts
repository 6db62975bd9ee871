import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OutputFile } from '../../../src/emit/types.js';
import { isSignature, signBundles, unsignedBundles } from '../../../src/sign/bundles.js';
import { newKeyPair, parseSigningKey, type SigningKey } from '../../../src/sign/keys.js';
import { compileFiles, smallRepo } from '../../repo.js';

const pair = newKeyPair();
const keyOf = (pem: string): SigningKey => {
  const key = parseSigningKey(pem);
  if (typeof key === 'string') throw new Error(key);
  return key;
};
const key = keyOf(pair.privatePem);
const compiled = compileFiles(smallRepo({}));
const files = async (): Promise<readonly OutputFile[]> => (await compiled).files;
const changed = (all: readonly OutputFile[], path: string, change: (content: string) => string): OutputFile[] =>
  all.map((file) => (file.path === path ? { ...file, content: change(file.content) } : file));

describe('signed bundles', () => {
  it('each have beside them who, which build and what, under a signature of all of it', async () => {
    const all = await files();
    const signatures = signBundles(all, 12, key);
    expect(signatures.map(({ path }) => path)).toEqual([
      'checks/d1.sig',
      'checks/d2.sig',
      'checks/p1.sig',
      'checks/p2.sig',
    ]);
    const lines = (signatures[2]?.content ?? '').split('\n');
    expect(lines.slice(0, 3)).toEqual(['aami-bundle-v1', 'target p1', 'build 12']);
    expect(lines[3]).toMatch(/^digest [0-9a-f]{64}$/);
    // The bundle of a target without checks is `[]`.
    expect(lines[4]).toBe('sha256 37517e5f3dc66819f61f5a7bb8ace1921282415f10551d2defa5c3eb0985b570');
    const signature = Buffer.from(lines[5]?.replace(/^signature /, '') ?? '', 'base64');
    const text = lines
      .slice(0, 5)
      .map((line) => `${line}\n`)
      .join('');
    expect(verify(null, Buffer.from(text), createPublicKey(pair.publicPem), signature)).toBe(true);
    expect(lines.slice(6)).toEqual(['']);
  });

  it('are the same whenever they are signed, and other for another build or key', async () => {
    const all = await files();
    const text = (build: number, by: SigningKey): string => JSON.stringify(signBundles(all, build, by));
    expect(text(1, key)).toBe(text(1, key));
    expect(text(2, key)).not.toBe(text(1, key));
    expect(text(1, keyOf(newKeyPair().privatePem))).not.toBe(text(1, key));
  });

  it('hold as long as nothing is changed', async () => {
    const all = await files();
    const signed = [...all, ...signBundles(all, 3, key)];
    expect(unsignedBundles(signed, 3, key.publicKey)).toEqual([]);
    expect(unsignedBundles(signed, 4, key.publicKey)).toHaveLength(4);
    expect(unsignedBundles(signed, 3, keyOf(newKeyPair().privatePem).publicKey)).toHaveLength(4);
    expect(unsignedBundles(all, 3, key.publicKey)).toHaveLength(4);
    expect(
      unsignedBundles(
        changed(signed, 'checks/p1.json', () => '[ ]\n'),
        3,
        key.publicKey,
      ),
    ).toEqual(['checks/p1.json']);
    const swapped = changed(
      signed,
      'checks/p1.sig',
      () => signed.find(({ path }) => path === 'checks/p2.sig')?.content ?? '',
    );
    expect(unsignedBundles(swapped, 3, key.publicKey)).toEqual(['checks/p1.json']);
  });

  it('hold no longer with any character of the signature changed', async () => {
    const all = await files();
    const signed = [...all, ...signBundles(all, 3, key)];
    const whole = signed.find(({ path }) => path === 'checks/p1.sig')?.content ?? '';
    // The last letters of base64 may hold bits that mean nothing.
    fc.assert(
      fc.property(fc.nat(whole.length - 6), fc.constantFrom('A', '0', '\n', ' ', '\0'), (at, by) => {
        fc.pre(whole[at] !== by);
        const other = changed(signed, 'checks/p1.sig', () => whole.slice(0, at) + by + whole.slice(at + 1));
        expect(unsignedBundles(other, 3, key.publicKey)).toEqual(['checks/p1.json']);
      }),
    );
  });

  it('are the only files that count as signatures', () => {
    expect(['checks/a.sig', 'checks/a.json', 'agent/a.sig'].filter(isSignature)).toEqual(['checks/a.sig']);
  });
});

describe('a signing key', () => {
  it('is an Ed25519 key in PEM, named by its public half', () => {
    expect(key.fingerprint).toBe(pair.fingerprint);
    expect(keyOf(`${pair.privatePem}\n`).fingerprint).toBe(pair.fingerprint);
  });

  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' });
  const locked = generateKeyPairSync('ed25519').privateKey.export({
    ...{ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' },
  });
  it.each([
    ['a public key', pair.publicPem, /public key/],
    ['a key of another kind', rsa.toString(), /rsa/],
    ['a key with a passphrase', locked.toString(), /passphrase/],
    ['half a key', `${pair.privatePem.slice(0, 50)}\n-----END PRIVATE KEY-----`, /damaged/],
    ['no key', 'hunter2', /no key/],
  ])('is not %s, and what is said of it does not hold it', (_, pem, said) => {
    const problem = parseSigningKey(pem);
    expect(problem).toMatch(said);
    const secret = pem.split('\n').find((line) => line.length > 6 && !line.startsWith('-')) ?? '';
    expect(problem).not.toContain(secret);
  });
});
