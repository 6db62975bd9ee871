import { oneLine } from '../diagnostics/display.js';
import { asObject, readSilences } from '../silence/read.js';
import type { NewSilence, Silence } from '../silence/types.js';
import type { AlertmanagerAddress } from './alertmanager-address.js';

/** What came of a question: an answer, or why there is none, as a clause that goes behind the address. */
export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly trouble: string };

/** As much of Alertmanager's API v2 as silences need. */
export interface AlertmanagerClient {
  readonly shown: string;
  readonly silences: () => Promise<Answer<readonly Silence[]>>;
  /** Makes a silence, or changes the one with this id; answers the id, which may be another one. */
  readonly post: (silence: NewSilence, id: string | null) => Promise<Answer<string>>;
  readonly expire: (id: string) => Promise<Answer<null>>;
}

const TIMEOUT_MS = 10_000;

export function alertmanagerClient(address: AlertmanagerAddress, timeoutMs = TIMEOUT_MS): AlertmanagerClient {
  const ask = async (method: string, path: string, body?: unknown): Promise<Answer<unknown>> => {
    const headers: Record<string, string> = { accept: 'application/json' };
    if (address.authorization !== null) headers.authorization = address.authorization;
    if (body !== undefined) headers['content-type'] = 'application/json';
    try {
      const response = await fetch(`${address.shown}/api/v2${path}`, {
        method,
        headers,
        body: body === undefined ? null : JSON.stringify(body),
        // Another host would be sent the password.
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
      });
      return answerOf(response, await response.text());
    } catch (error) {
      return { ok: false, trouble: whyNoAnswer(error, timeoutMs) };
    }
  };
  const read = <T>(answer: Answer<unknown>, reader: (value: unknown) => T | null): Answer<T> => {
    if (!answer.ok) return answer;
    const value = reader(answer.value);
    return value === null ? { ok: false, trouble: 'does not answer as an Alertmanager does' } : { ok: true, value };
  };
  return {
    shown: address.shown,
    silences: async () => read(await ask('GET', '/silences'), readSilences),
    post: async (silence, id) => read(await ask('POST', '/silences', postable(silence, id)), idIn),
    expire: async (id) => {
      const answer = await ask('DELETE', `/silence/${encodeURIComponent(id)}`);
      return answer.ok ? { ok: true, value: null } : answer;
    },
  };
}

function postable({ matchers, startsAt, endsAt, createdBy, comment }: NewSilence, id: string | null): unknown {
  const times = { startsAt: new Date(startsAt).toISOString(), endsAt: new Date(endsAt).toISOString() };
  return { ...(id === null ? {} : { id }), matchers, ...times, createdBy, comment };
}

function idIn(answer: unknown): string | null {
  const { silenceID } = asObject(answer);
  return typeof silenceID === 'string' ? silenceID : null;
}

function answerOf(response: Response, text: string): Answer<unknown> {
  const { status, headers } = response;
  if (status >= 300 && status < 400) return { ok: false, trouble: `sends on to ${elsewhere(headers.get('location'))}` };
  if (!response.ok) return { ok: false, trouble: `answers ${status}${reasonIn(text)}` };
  if (text.trim() === '') return { ok: true, value: null };
  try {
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch {
    return { ok: false, trouble: 'does not answer as an Alertmanager does' };
  }
}

function elsewhere(location: string | null): string {
  try {
    return new URL(location ?? '').origin;
  } catch {
    return 'another address';
  }
}

/** Alertmanager says what is wrong as a JSON string, or as an object with a message. */
function reasonIn(text: string): string {
  let reason: unknown = text;
  try {
    const parsed: unknown = JSON.parse(text);
    reason = typeof parsed === 'string' ? parsed : asObject(parsed).message;
  } catch {
    // Then it is plain text, or a page of a proxy.
  }
  if (typeof reason !== 'string' || reason.trim() === '' || reason.trimStart().startsWith('<')) return '';
  const short = reason.trim().slice(0, 300);
  return `: ${oneLine(short)}`;
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses connections',
  ECONNRESET: 'breaks connections off',
  EHOSTUNREACH: 'is at an address that cannot be reached',
  ENETUNREACH: 'is at an address that cannot be reached',
  ENOTFOUND: 'is at a name that does not exist',
  EAI_AGAIN: 'is at a name that cannot be looked up now',
  UND_ERR_CONNECT_TIMEOUT: 'does not take connections in time',
};

function whyNoAnswer(error: unknown, timeoutMs: number): string {
  if (error instanceof Error && error.name === 'TimeoutError') return `does not answer within ${timeoutMs / 1000} s`;
  const { code, message } = error instanceof Error ? causeOf(error) : { code: '', message: '' };
  const said = code === '' ? message : code;
  return REASONS[code] ?? `cannot be asked${said === '' ? '' : ` (${oneLine(said)})`}`;
}

/** `fetch` says no more than that it failed. */
function causeOf({ cause }: Error): { readonly code: string; readonly message: string } {
  const { code } = asObject(cause);
  return { code: typeof code === 'string' ? code : '', message: cause instanceof Error ? cause.message : '' };
}
