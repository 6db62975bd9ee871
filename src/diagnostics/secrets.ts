/** Names under which Alertmanager takes a secret: `smtp_auth_password`, `bot_token`, `opsgenie_api_key`, … */
export const SECRET_NAME =
  /(?:^|_)(?:password|secret|token|token_id|credentials|api_key|service_key|routing_key|user_key|secret_key|private_key|certificate_key|webhook_url)$|^slack_api_url$/;

/**
 * Whether an address is a secret: it holds a password or a key, or who knows it may write to a chat. With `isEndpoint`
 * also where a part of its path is what nobody would guess; in a link to a dashboard that is no secret.
 */
export function isSecretAddress(text: string, isEndpoint: boolean): boolean {
  // Without `http://`, it is still a password that stands before the host.
  if (!/^\s*[a-z][a-z0-9+.-]*:\/\//i.test(text)) return isEndpoint && /^[^\s/@]+:[^\s/@]+@/.test(text);
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return false;
  }
  if (url.password !== '' || WEBHOOKS.test(`${url.hostname}${url.pathname}`)) return true;
  if ([...url.searchParams].some(([name, value]) => isSecretParameter(name, value, isEndpoint))) return true;
  return isEndpoint && (url.username !== '' || url.pathname.split('/').some(isUnguessable));
}

/** Chats and automations whose webhook addresses are secrets. */
const WEBHOOKS =
  /^(?:[^/]+\.)?(?:(?:hooks\.slack(?:-gov)?\.com|hooks\.zapier\.com|maker\.ifttt\.com|webhook\.office\.com|logic\.azure\.com)\/.|outlook\.office(?:365)?\.com\/webhook\/|discord(?:app)?\.com\/api\/(?:v\d+\/)?webhooks\/.|api\.telegram\.org\/bot\d)/i;

const SECRET_PARAMETER =
  /(?:token|api_?key|secret|^key|^sig|signature|^auth|authorization|password|passwd|pwd|^pass|credentials?|(?:access|account|functions|integration|routing|service|shared|subscription)_?key)$/i;

/** `code` is the key of a function of Azure. In a link it may be anything. */
function isSecretParameter(name: string, value: string, isEndpoint: boolean): boolean {
  if (value === '' || value.includes('{{')) return false;
  return SECRET_PARAMETER.test(name.replaceAll('-', '_')) || (isEndpoint && name === 'code');
}

/** Long, of letters and digits mixed, and not of words and numbers as people write them. */
function isUnguessable(part: string): boolean {
  if (!/^[A-Za-z0-9_=~:.-]{20,}$/.test(part) || !/[0-9]/.test(part) || !/[A-Za-z]/.test(part)) return false;
  return !part.split(/[-_.:]/).every((word) => /^[a-z]*\d{0,4}$/i.test(word));
}
