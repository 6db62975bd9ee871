import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';

/** A pair of Ed25519 keys, as far as signing needs it. */
export interface SigningKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** SHA-256 of the public key in DER, in hex: names the pair, and tells nothing of the private half. */
  readonly fingerprint: string;
}

/** The key that a text in PEM holds; or why it is none, in words that hold nothing of the text. */
export function parseSigningKey(pem: string): SigningKey | string {
  if (!pem.includes('-----BEGIN ')) return 'is no key in PEM';
  if (pem.includes('-----BEGIN PUBLIC KEY-----')) return 'is a public key, which cannot sign';
  if (pem.includes('-----BEGIN ENCRYPTED ')) return 'is locked by a passphrase, which nobody can give in a pipeline';
  let privateKey: KeyObject;
  try {
    privateKey = createPrivateKey(pem);
  } catch {
    return 'is a damaged key, or one of another kind';
  }
  if (privateKey.asymmetricKeyType !== 'ed25519')
    return `is a key for ${privateKey.asymmetricKeyType}, not for Ed25519`;
  const publicKey = createPublicKey(privateKey);
  return { privateKey, publicKey, fingerprint: fingerprintOf(publicKey) };
}

/** As `openssl pkey -pubin -in <file> -outform DER | sha256sum` has it. */
function fingerprintOf(publicKey: KeyObject): string {
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}

/** A new pair, in PEM. */
export function newKeyPair(): {
  readonly privatePem: string;
  readonly publicPem: string;
  readonly fingerprint: string;
} {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    fingerprint: fingerprintOf(publicKey),
  };
}
