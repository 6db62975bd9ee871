import { finding } from '../diagnostics/codes.js';
import type { Finding } from '../diagnostics/finding.js';
import { below, spanOf } from '../source/positions.js';
import type { Origin } from '../source/types.js';
import type { Json } from './types.js';

/**
 * Secrets that stand in the repo itself, where everybody who can read it can read them. What is output would hold them
 * too. Alertmanager reads each from a file as well.
 */
export function inlineSecrets(value: Json, origin: Origin): Finding[] {
  if (typeof value !== 'object' || value === null) return [];
  const entries: readonly (readonly [string | number, Json])[] = Array.isArray(value)
    ? value.map((item: Json, index) => [index, item] as const)
    : Object.entries(value);
  return entries.flatMap(([key, inner]) => {
    const place = below(origin, key);
    if (typeof inner === 'object') return inlineSecrets(inner, place);
    return typeof key === 'string' && typeof inner === 'string' && isSecret(key, inner) ? [secretAt(key, place)] : [];
  });
}

function isSecret(key: string, value: string): boolean {
  if (value === '' || key.endsWith('_file')) return false;
  return SECRET_KEYS.test(key) || SECRET_URL_KEYS.has(key) || carriesSecret(value);
}

/** As Alertmanager names them: `smtp_auth_password`, `bot_token`, `opsgenie_api_key`, … */
const SECRET_KEYS =
  /(?:^|_)(?:password|secret|token|token_id|credentials|api_key|service_key|routing_key|user_key|secret_key|private_key)$|^(?:key|authorization)$/i;

/** Who knows the address may write to it: such an address is the secret itself. */
const SECRET_URL_KEYS: ReadonlySet<string> = new Set(['slack_api_url', 'webhook_url']);

/** Chats whose webhook addresses are secrets. */
const WEBHOOK_HOSTS =
  /(?:^|\.)(?:hooks\.slack\.com|hooks\.slack-gov\.com|discord\.com|discordapp\.com|webhook\.office\.com|logic\.azure\.com|hooks\.zapier\.com|chat\.googleapis\.com|api\.telegram\.org|open\.feishu\.cn|oapi\.dingtalk\.com|qyapi\.weixin\.qq\.com)$/i;
const SECRET_PARAMETERS = /(?:token|key|secret|sig|signature|auth|password|passwd|pwd|code)$/i;

/** An address with a password, a key among its parameters, or a part that nobody would guess. */
function carriesSecret(value: string): boolean {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(value)) return false;
  let url: URL;
  try {
    url = new URL(value);
  } catch {
    return false;
  }
  if (url.password !== '' || WEBHOOK_HOSTS.test(url.hostname)) return true;
  if ([...url.searchParams].some(([name, text]) => text !== '' && SECRET_PARAMETERS.test(name))) return true;
  return url.pathname.split('/').some(isUnguessable);
}

/** Long, without separators, and of letters and digits mixed: no word that people write. */
function isUnguessable(part: string): boolean {
  return (
    /^[A-Za-z0-9_=~-]{20,}$/.test(part) &&
    /[0-9]/.test(part) &&
    /[A-Za-z]/.test(part) &&
    !/^(?:[a-z]+[-_])+[a-z0-9]+$/.test(part)
  );
}

function secretAt(key: string, place: Origin): Finding {
  const file = key === 'key' ? 'key_file' : `${key}_file`;
  return finding(
    'schema/inline-secret',
    `\`${key}\` holds a secret, which must not stand in the repo`,
    spanOf(place, 'key'),
    {
      hint: `Put it into a file on the Alertmanager's host and name that: \`${file}: /etc/alertmanager/…\`. Change the secret, too: git keeps it.`,
    },
  );
}
