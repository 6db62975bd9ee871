import { request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { oneLine } from '../diagnostics/display.js';
import { asObject } from '../silence/read.js';
import { openAccess, type ServerAccess } from './access.js';
import { type Answer, noAnswer } from './answer.js';

export interface Question {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Behind the address, with a `/` at its beginning. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** For everything, from the connection to the last byte. */
  readonly timeoutMs: number;
}

/** Asks a server and no other; an empty answer is null, and what is no JSON is the text. */
export type Ask = (question: Question) => Promise<Answer<unknown>>;

/** Rules of a very large fleet come to some 100 MB. */
const MAX_ANSWER_BYTES = 512 * 1024 * 1024;

/** @param signal ends every question before its time */
export function askerOf(access: ServerAccess, signal?: AbortSignal): Ask {
  return async (question) => {
    const opened = openAccess(access);
    if (!opened.ok) return noAnswer(`cannot be asked: ${opened.message}`);
    const { shown, authorization, tls } = opened.access;
    const url = new URL(`${shown}${question.path}`);
    const body = question.body === undefined ? null : JSON.stringify(question.body);
    const headers: Record<string, string> = { accept: 'application/json' };
    if (authorization !== null) headers.authorization = authorization;
    if (body !== null) headers['content-type'] = 'application/json';
    // POST without a body still has a length, which some proxies insist on.
    if (question.method !== 'GET') headers['content-length'] = String(Buffer.byteLength(body ?? ''));
    const limit = limitOf(question.timeoutMs, signal);
    try {
      const options = {
        method: question.method,
        headers,
        agent: false,
        signal: limit.signal,
      };
      const received = await exchange(url, url.protocol === 'https:' ? { ...options, ...tls } : options, body);
      return answerOf(received);
    } catch (error) {
      return noAnswer(whyNoAnswer(error, question.timeoutMs));
    } finally {
      limit.release();
    }
  };
}

/** The time-out and a signal in one. Node 20 forgets the time-out of an `AbortSignal.any` when it collects garbage. */
function limitOf(
  timeoutMs: number,
  signal: AbortSignal | undefined,
): { readonly signal: AbortSignal; readonly release: () => void } {
  const limit = new AbortController();
  const end = (): void => limit.abort();
  const timer = setTimeout(end, timeoutMs);
  signal?.addEventListener('abort', end, { once: true });
  if (signal?.aborted) end();
  return {
    signal: limit.signal,
    release: () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
    },
  };
}

interface Received {
  readonly status: number;
  readonly location: string | null;
  readonly text: string;
}

type RequestOptions = Parameters<typeof tlsRequest>[1];

/** Never follows a redirect: another host would be sent the password. */
function exchange(url: URL, options: RequestOptions, body: string | null): Promise<Received> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? tlsRequest : plainRequest;
    const sent = send(url, options, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size > MAX_ANSWER_BYTES) sent.destroy(new Error('the answer is too large'));
      });
      response.on('error', reject);
      response.on('end', () => {
        const { statusCode = 0, headers } = response;
        resolve({
          status: statusCode,
          location: headers.location ?? null,
          text: Buffer.concat(chunks).toString('utf8'),
        });
      });
    });
    sent.on('error', reject);
    sent.end(body ?? undefined);
  });
}

function answerOf({ status, location, text }: Received): Answer<unknown> {
  if (status >= 300 && status < 400) return noAnswer(`sends on to ${elsewhere(location)}`, status);
  if (status < 200 || status >= 300) return noAnswer(`answers ${status}${reasonIn(text)}`, status);
  if (text.trim() === '') return { ok: true, value: null };
  try {
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch {
    return { ok: true, value: text };
  }
}

function elsewhere(location: string | null): string {
  try {
    return new URL(location ?? '').origin;
  } catch {
    return 'another address';
  }
}

/** Alertmanager says what is wrong as a JSON string or an object with a message, Prometheus as text or one with an error. */
function reasonIn(text: string): string {
  let reason: unknown = text;
  try {
    const parsed: unknown = JSON.parse(text);
    reason = typeof parsed === 'string' ? parsed : (asObject(parsed).message ?? asObject(parsed).error);
  } catch {
    // Then it is plain text, or a page of a proxy.
  }
  if (typeof reason !== 'string' || reason.trim() === '' || reason.trimStart().startsWith('<')) return '';
  const short = reason.trim().slice(0, 1000);
  return `: ${oneLine(short)}`;
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses connections',
  ECONNRESET: 'breaks connections off',
  EHOSTUNREACH: 'is at an address that cannot be reached',
  ENETUNREACH: 'is at an address that cannot be reached',
  ENOTFOUND: 'is at a name that does not exist',
  EAI_AGAIN: 'is at a name that cannot be looked up now',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'has a certificate that no known authority signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'has a certificate that no known authority signed',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'has a certificate that no known authority signed',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'has a certificate that no known authority signed',
  CERT_HAS_EXPIRED: 'has a certificate that has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'has a certificate for another name',
};

function whyNoAnswer(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return 'cannot be asked';
  if (error.name === 'AbortError' || error.name === 'TimeoutError')
    return `does not answer within ${timeoutMs / 1000} s`;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const said = code === '' ? error.message : code;
  return REASONS[code] ?? `cannot be asked${said === '' ? '' : ` (${oneLine(said)})`}`;
}
