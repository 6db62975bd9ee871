import { existsSync, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { finding } from '../diagnostics/codes.js';
import type { Finding } from '../diagnostics/finding.js';
import type { BuiltFrom } from '../output/manifest.js';
import { isWithin, realPath } from '../output/place.js';
import { parseSigningKey, type SigningKey } from '../sign/keys.js';
import { gitRoot } from './git-root.js';
import type { Io } from './io.js';
import type { Place } from './locate.js';

/** By whose key bundles are signed, and as which build. */
export interface Signing {
  readonly kind: 'signing';
  readonly key: SigningKey;
  readonly number: number;
}

/** In words that hold nothing of what the user gave: that is the key itself where a text is taken for a file. */
interface Trouble {
  readonly kind: 'trouble';
  readonly message: string;
  readonly hint: string;
}

export interface SigningRequest {
  /** `--sign-key`; goes before the environment. */
  readonly option: string | undefined;
  readonly env: Io['env'];
  readonly place: Place;
  /** The output folder, absolute. */
  readonly output: string;
  readonly source: BuiltFrom | null;
}

/** null: nobody asks for signatures. */
export function signingOf({ option, env, place, output, source }: SigningRequest): Signing | Trouble | null {
  const given = keySource(option, env);
  if (given === null) return null;
  const key = readKey(given, place, output);
  if ('kind' in key) return key;
  const number = source?.number ?? null;
  if (number !== null) return { kind: 'signing', key, number };
  return trouble(
    'The bundles cannot be signed, because the number of this build is not known',
    'Give one with --build-number, or fetch the whole history. Agents refuse a build with a smaller number than the last.',
  );
}

/** What is signed is what the working tree holds. */
export function signedUncommitted(signing: Signing | null, source: BuiltFrom | null): readonly Finding[] {
  if (signing === null || source?.dirty !== true) return [];
  const message = `The signed bundles are not those of commit ${source.revision?.slice(0, 10)}: there are changes that are not committed`;
  const hint = 'Commit them and build again, so that what the nodes run can be found in git.';
  return [finding('output/signed-uncommitted', message, null, { hint })];
}

interface KeySource {
  readonly name: string;
  readonly kind: 'file' | 'text';
  readonly value: string;
}

function keySource(option: string | undefined, env: Io['env']): KeySource | null {
  const sources: readonly KeySource[] = [
    { name: '--sign-key', kind: 'file', value: option ?? '' },
    { name: 'AAMI_SIGN_KEY_FILE', kind: 'file', value: env.AAMI_SIGN_KEY_FILE ?? '' },
    { name: 'AAMI_SIGN_KEY', kind: 'text', value: env.AAMI_SIGN_KEY ?? '' },
  ];
  return sources.find(({ value }) => value !== '') ?? null;
}

/** A private key is a few lines. */
const MAX_KEY_BYTES = 64 * 1024;
const KEYGEN = '`aami keygen` makes a pair of keys.';

function readKey({ name, kind, value }: KeySource, place: Place, output: string): SigningKey | Trouble {
  if (kind === 'text') return parsed(name, value);
  if (value.includes('-----BEGIN')) return trouble(`${name} names a file: it is no place for the key itself`, KEYGEN);
  const path = realPath(resolve(place.base, value));
  if (!existsSync(path)) return trouble(`The file of ${name} does not exist`, KEYGEN);
  const inRepo = isWithin(path, realPath(gitRoot(place.root) ?? place.root));
  if (inRepo || isWithin(path, realPath(output))) {
    const hint = 'Keep it elsewhere. If it has ever been committed or copied, make a new pair: `aami keygen`.';
    return trouble(`The signing key lies in the ${inRepo ? 'repo' : 'output folder'}, where others read it`, hint);
  }
  try {
    if (statSync(path).size > MAX_KEY_BYTES) return trouble(`The file of ${name} is too large for a key`, KEYGEN);
    return parsed(`The file of ${name}`, readFileSync(path, 'utf8'));
  } catch {
    return trouble(`The file of ${name} cannot be read`, KEYGEN);
  }
}

function parsed(what: string, pem: string): SigningKey | Trouble {
  const key = parseSigningKey(pem);
  return typeof key === 'string' ? trouble(`${what} ${key}`, KEYGEN) : key;
}

const trouble = (message: string, hint: string): Trouble => ({ kind: 'trouble', message, hint });
