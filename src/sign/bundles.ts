import { createHash, type KeyObject } from 'node:crypto';
import { BUILD_INFO } from '../emit/checks/build-info.js';
import { targetOfBundle } from '../emit/checks/index.js';
import type { OutputFile } from '../emit/types.js';
import type { SigningKey } from './keys.js';
import { isSigned, type Statement, signStatement } from './statement.js';

/** Whether an output file says who stands for another one, and nothing of its own. */
export const isSignature = (path: string): boolean => path.startsWith('checks/') && path.endsWith('.sig');

/** The signature of each bundle among the files of an output. */
export function signBundles(files: readonly OutputFile[], build: number, { privateKey }: SigningKey): OutputFile[] {
  return [...statements(files, build)].map(([path, statement]) => ({
    path: signaturePath(path),
    content: signStatement(statement, privateKey),
    origins: [],
  }));
}

/** The bundles that an agent would refuse, for want of a signature that holds. */
export function unsignedBundles(files: readonly OutputFile[], build: number, publicKey: KeyObject): string[] {
  const contents = new Map(files.map(({ path, content }) => [path, content]));
  return [...statements(files, build)]
    .filter(([path, statement]) => !isSigned(contents.get(signaturePath(path)) ?? '', statement, publicKey))
    .map(([path]) => path);
}

const signaturePath = (bundle: string): string => bundle.replace(/\.json$/, '.sig');

/** What is to be said of each bundle, by its path. */
function statements(files: readonly OutputFile[], build: number): Map<string, Statement> {
  const digest = digestIn(files);
  // Most bundles are the same as many others.
  const known = new Map<string, string>();
  const found = new Map<string, Statement>();
  for (const { path, content } of files) {
    const target = targetOfBundle(path);
    if (target === null) continue;
    const sha256 = known.get(content) ?? createHash('sha256').update(content).digest('hex');
    known.set(content, sha256);
    found.set(path, { target, build, digest, sha256 });
  }
  return found;
}

/** Of the whole build, also where only the bundles of some groups go out. */
function digestIn(files: readonly OutputFile[]): string {
  const info = files.find(({ path }) => path === BUILD_INFO);
  const { digest } = JSON.parse(info?.content ?? '{}') as { readonly digest?: string };
  if (digest === undefined) throw new Error(`The output holds no ${BUILD_INFO}`);
  return digest;
}
