import { finding } from '../diagnostics/codes.js';
import type { Finding } from '../diagnostics/finding.js';
import { isSecretAddress, SECRET_NAME } from '../diagnostics/secrets.js';
import { below, spanOf } from '../source/positions.js';
import type { Origin } from '../source/types.js';
import type { Json } from './types.js';

/**
 * Secrets that stand in the repo itself, where everybody who can read it can read them. What is output would hold them
 * too. `path` leads to the value from the root of alertmanager.yml's `global`, or from a receiver.
 */
export function inlineSecrets(value: Json, origin: Origin, path: readonly string[] = []): Finding[] {
  if (typeof value === 'object' && value !== null) {
    const entries: [string | number, Json][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
    return entries.flatMap(([key, inner]) => {
      const place = below(origin, key);
      return inlineSecrets(inner, place, typeof key === 'number' ? path : [...path, key]);
    });
  }
  return isSecret(path, value) ? [secretAt(path, origin)] : [];
}

/** Mappings with names of the author's own; `token` is not a secret there because it is called so. */
const OWN_NAMES = new Set(['details', 'fields', 'custom_fields', 'attributes', 'headers']);
/** Everything in them is one. */
const SECRET_MAPPINGS = new Set(['proxy_connect_header', 'proxy_connect_headers']);

function isSecret(path: readonly string[], value: Exclude<Json, object>): boolean {
  const [integration] = path;
  const parent = path.at(-2);
  const name = path.at(-1) ?? '';
  if (value === null || value === '' || typeof value === 'boolean') return false;
  const text = String(value);
  // The secret itself, where the path of its file belongs.
  if (name.endsWith('_file')) return isSecretAddress(text, true);
  if (PRIVATE_KEY.test(text) || path.some((step) => SECRET_MAPPINGS.has(step))) return true;
  if (path.includes('http_headers'))
    return name === 'secrets' || (name === 'values' && (isSecretHeader(parent ?? '') || CREDENTIALS.test(text)));
  if (parent === 'headers' && isSecretHeader(name)) return true;
  const ownName = path.slice(0, -1).some((step) => OWN_NAMES.has(step));
  if (!ownName && !text.includes('{{') && isSecretName(name, parent, integration)) return true;
  return isSecretAddress(text, ADDRESS_NAME.test(name) && integration !== 'incidentio_configs');
}

function isSecretName(name: string, parent: string | undefined, integration: string | undefined): boolean {
  if (name === 'key') return parent === 'tls_config';
  if (name === 'api_url') return integration === 'slack_configs';
  // That of VictorOps says whom it is for. The key is another.
  if (name === 'routing_key') return integration !== 'victorops_configs';
  return SECRET_NAME.test(name);
}

const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;

const isSecretHeader = (header: string): boolean =>
  /authorization$|^cookie$|^x-.*key$|(?:^|-)(?:token|secret|password|api-?key|access-?key|auth-?key|signature)$/i.test(
    header,
  );

/** What stands in the header for authorization, whatever the header is called. */
const CREDENTIALS = /^(?:bearer|basic|digest|token)\s+\S/i;

/** Where Alertmanager sends something, as opposed to links in what it sends. */
const ADDRESS_NAME = /^(?:url|api_url|proxy_url|token_url|pagerduty_url|[a-z]+_api_url)$/;

function secretAt(path: readonly string[], place: Origin): Finding {
  const name = path.at(-1) ?? '';
  const message = `\`${name}\` holds a secret, which must not stand in the repo`;
  const hint = `${insteadOf(path)} Change the secret, too: git keeps it.`;
  return finding('schema/inline-secret', message, spanOf(place), { hint });
}

function insteadOf(path: readonly string[]): string {
  const name = path.at(-1) ?? '';
  if (name === 'secret_key' && path.includes('sigv4'))
    return "Leave it out: Alertmanager takes what `profile` or `role_arn` names, or its host's own credentials.";
  if (path.includes('http_headers'))
    return 'Put it into a file on the host of Alertmanager and name that: `files: [/etc/alertmanager/…]`.';
  if (SECRET_MAPPINGS.has(path.at(-2) ?? '')) return 'There is no file for it: let a proxy of your own add it.';
  if (name === 'proxy_url' || name === 'token_url' || path.includes('headers'))
    return 'There is no file for it: write it without the secret.';
  const file = name.endsWith('_file') ? name : `${name}_file`;
  return `Put it into a file on the host of Alertmanager and name that: \`${file}: /etc/alertmanager/…\`.`;
}
