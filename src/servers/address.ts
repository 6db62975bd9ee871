import { oneLine } from '../diagnostics/display.js';

/** Where a server is asked. */
export interface ServerAddress {
  /** Without a password, for people. Paths go behind it. */
  readonly shown: string;
  /** The header that carries the user and the password of the URL; null where it has none. */
  readonly authorization: string | null;
}

/** An address from the command line or the environment, `http://host:9093/prefix`; null where it is none. */
export function addressOf(text: string): ServerAddress | null {
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    return null;
  }
  if (!/^https?:$/.test(url.protocol)) return null;
  const credentials = [url.username, url.password].map(decoded).join(':');
  const shown = `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
  return { shown, authorization: credentials === ':' ? null : basicAuthorization(credentials) };
}

/** @param credentials `user:password` */
export function basicAuthorization(credentials: string): string {
  return `Basic ${Buffer.from(credentials).toString('base64')}`;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** An address that could not be understood, as it may be shown: what stands where a password may is left out. */
export function withoutCredentials(text: string): string {
  return oneLine(text.replace(/^([^/]*\/\/)?.*@/s, '$1***@').replace(/[?#].*$/s, ''));
}
