import { type KeyObject, sign, verify } from 'node:crypto';

/** What is signed of a bundle: whose it is, of which build, and what it holds. */
export interface Statement {
  /** Id of the target. */
  readonly target: string;
  /** Grows from build to build: agents take no bundle of a build older than one that they have seen. */
  readonly build: number;
  /** Of all bundles of the build, as in agent/build.json. */
  readonly digest: string;
  /** Of the bundle, in hex. */
  readonly sha256: string;
}

/** The lines that are signed. An id holds no spaces and no line breaks, so no two statements are one text. */
function signedText({ target, build, digest, sha256 }: Statement): string {
  return `aami-bundle-v1\ntarget ${target}\nbuild ${build}\ndigest ${digest}\nsha256 ${sha256}\n`;
}

/** A statement with its signature, as it lies beside the bundle. Ed25519 has no randomness: the same in gives the same out. */
export function signStatement(statement: Statement, privateKey: KeyObject): string {
  const text = signedText(statement);
  return `${text}signature ${sign(null, Buffer.from(text), privateKey).toString('base64')}\n`;
}

/** Whether a text is this statement, signed by the other half of this key. */
export function isSigned(signed: string, statement: Statement, publicKey: KeyObject): boolean {
  const text = signedText(statement);
  const signature = /^signature ([A-Za-z0-9+/=]+)\n$/.exec(signed.slice(text.length))?.[1];
  if (!signed.startsWith(text) || signature === undefined) return false;
  return verify(null, Buffer.from(text), publicKey, Buffer.from(signature, 'base64'));
}
