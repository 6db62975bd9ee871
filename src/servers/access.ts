import { readFileSync } from 'node:fs';
import { errorCode } from '../output/trouble.js';
import { basicAuthorization, type ServerAddress } from './address.js';

/** How a server is spoken to. What is secret lies in files, which are read anew for each connection. */
export interface ServerAccess {
  readonly address: ServerAddress;
  readonly credentials: Credentials | null;
  readonly tls: TlsFiles | null;
}

/** Stronger than what the URL carries. */
export type Credentials =
  | { readonly kind: 'bearer'; readonly tokenFile: string }
  /** The file holds `user:password`. */
  | { readonly kind: 'basic'; readonly passwordFile: string };

/** Absolute paths of PEM files; null: the system's own, or none. */
export interface TlsFiles {
  readonly ca: string | null;
  readonly cert: string | null;
  readonly key: string | null;
  /** The name that the certificate must have, where it is not that of the URL. */
  readonly serverName: string | null;
}

/** What the files hold. */
export interface OpenedAccess {
  readonly shown: string;
  readonly authorization: string | null;
  readonly tls: {
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: string;
    readonly servername?: string;
  };
}

export type Opened =
  | { readonly ok: true; readonly access: OpenedAccess }
  /** Which file cannot be read, as a sentence. */
  | { readonly ok: false; readonly message: string };

/** Plain access to an address, with what the URL carries. */
export function plainAccess(address: ServerAddress): ServerAccess {
  return { address, credentials: null, tls: null };
}

/** Reads the files that an access needs. */
export function openAccess({ address, credentials, tls }: ServerAccess): Opened {
  try {
    const pem = (path: string | null | undefined): string | undefined => (path ? read(path, 'TLS file') : undefined);
    const [ca, cert, key] = [pem(tls?.ca), pem(tls?.cert), pem(tls?.key)];
    const authorization = credentials === null ? address.authorization : authorizationOf(credentials);
    return {
      ok: true,
      access: {
        shown: address.shown,
        authorization,
        tls: {
          ...(ca !== undefined && { ca }),
          ...(cert !== undefined && { cert }),
          ...(key !== undefined && { key }),
          ...(tls?.serverName && { servername: tls.serverName }),
        },
      },
    };
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    return { ok: false, message: error.message };
  }
}

function authorizationOf(credentials: Credentials): string {
  if (credentials.kind === 'bearer') return `Bearer ${read(credentials.tokenFile, 'token file').trim()}`;
  return basicAuthorization(read(credentials.passwordFile, 'password file').replace(/\r?\n$/, ''));
}

class UnreadableFile extends Error {}

function read(path: string, what: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = errorCode(error);
    if (code === null) throw error;
    throw new UnreadableFile(`The ${what} ${path} cannot be read (${code})`);
  }
}
