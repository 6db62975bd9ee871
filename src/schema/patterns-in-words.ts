import type { FindingCode } from '../diagnostics/codes.js';
import { isSecretAddress } from '../diagnostics/secrets.js';

export interface Saying {
  readonly code: FindingCode;
  readonly message: string;
  readonly hint: string | null;
}

const bad = (message: string, hint: string | null = null, code: FindingCode = 'schema/bad-value'): Saying => ({
  code,
  message,
  hint,
});

const ID_CHARACTERS = 'Letters, digits, `_`, `.` and `-` are allowed.';
const NAME_CHARACTERS = 'Letters, digits and `_` are allowed, and it does not begin with a digit.';

/** What a text that does not match is told, by the definition of its schema. `subject` is e.g. `for` in backticks. */
const VALUES: Readonly<Record<string, (text: string, subject: string) => Saying>> = {
  text: (_, subject) => bad(`${subject} is empty`),
  id: (text, subject) => bad(`${quoted(text)} is not a valid ${bare(subject)}`, lengthHint(text, 200) ?? ID_CHARACTERS),
  name: (text, subject) =>
    bad(
      `${quoted(text)} is not a valid ${bare(subject)}`,
      lengthHint(text, 100) ?? 'Line breaks and other control characters are not allowed.',
    ),
  checkName: (text) =>
    bad(
      `${quoted(text)} is not a valid name of a check`,
      lengthHint(text, 200) ?? `${ID_CHARACTERS} The first is a letter, a digit or \`_\`.`,
    ),
  unixUser: (text) =>
    bad(`${quoted(text)} is not a name of a user`, 'E.g. `nobody`: small letters, digits, `_` and `-`, up to 32.'),
  job: (text) => bad(`${quoted(text)} is not a valid job`, `${ID_CHARACTERS} The first is a letter or a digit.`),
  category: (text) =>
    bad(`${quoted(text)} is not a valid category`, lengthHint(text, 100) ?? 'Letters, digits and `_` are allowed.'),
  metricName: (text) => bad(`${quoted(text)} is not a valid metric name`, NAME_CHARACTERS),
  labelName: (text) => badLabel(text),
  duration: (text) => badDuration(text),
  durationOrZero: (text) => badDuration(text),
  alertDuration: (text) => badDuration(text),
  metricsPath: (text, subject) => bad(`${subject} is ${quoted(text)}, which is not a path`, 'A path begins with `/`.'),
  address: (text) =>
    bad(`${quoted(text)} is not an address`, 'Write a host name or an IP address, without scheme and path.'),
  hostPort: (text) => bad(`${quoted(text)} is not a \`host:port\``, 'E.g. `alertmanager:9093`, without `http://`.'),
  outputFolder: (text) =>
    bad(
      `${quoted(text)} cannot be the output folder`,
      'It is a folder inside of the repo, and none of those that hold its source.',
    ),
  inhibitedAlerts: (text) =>
    bad(`${quoted(text)} is neither \`all\` nor a list`, 'Names stand in a list: `[NodeDown, HighLoad]`.'),
  timeOfDay: (text) => bad(`${quoted(text)} is not a time of day`, 'E.g. `02:30` or `24:00`, with two digits each.'),
  timeZone: (text) => bad(`${quoted(text)} is not a time zone`, 'E.g. `Europe/Berlin` or `UTC`.'),
  moment: (text) => bad(`${quoted(text)} is not a moment`, 'Write date, time and zone: `2026-11-30T22:00:00+01:00`.'),
  url: (text, subject) =>
    bad(`${subject} is ${quoted(text)}, which is not a URL`, 'A URL begins with `https://` or `http://`.'),
};

/** What a key that does not match is told; `parent` is the key of its mapping. */
const NAMES: Readonly<Record<string, (name: string, parent: string) => Saying>> = {
  labelName: (name) => badLabel(name),
  alertLabelName: (name) => badLabel(name),
  metricName: (name) => bad(`${quoted(name)} is not a valid metric name`, NAME_CHARACTERS),
  id: (name) => bad(`${quoted(name)} is not a valid name`, lengthHint(name, 200) ?? ID_CHARACTERS),
  plainName: (name, parent) =>
    parent === 'params'
      ? bad(`${quoted(name)} is not a valid name of a parameter`, NAME_CHARACTERS)
      : parent === 'annotations'
        ? bad(`${quoted(name)} is not a valid name of an annotation`, NAME_CHARACTERS, 'schema/bad-label')
        : badLabel(name),
};

export function valueInWords(definition: string | undefined, text: string, subject: string): Saying {
  const say = definition === undefined ? undefined : VALUES[definition];
  if (text.trim() === '') return bad(`${subject} is empty`);
  return say?.(text, subject) ?? bad(`${quoted(text)} is not a valid value of ${subject}`);
}

export function nameInWords(definition: string | undefined, name: string, parent: string): Saying {
  const say = definition === undefined ? undefined : NAMES[definition];
  return say?.(name, parent) ?? bad(`${quoted(name)} is not a valid name here`);
}

/** A number where a duration is expected. */
export function numberAsDuration(value: unknown): Saying {
  const hint =
    Number(value) <= 0 ? 'It must be longer than zero.' : `Give it a unit, e.g. \`${value}s\` or \`${value}m\`.`;
  return bad(`\`${value}\` is not a duration`, hint, 'schema/bad-duration');
}

const RESERVED = ['severity', 'group', 'group_id', 'namespace', 'override', 'alertname'];

function badLabel(name: string): Saying {
  if (RESERVED.includes(name))
    return bad(`The label \`${name}\` is set by aami itself`, reservedHint(name), 'schema/bad-label');
  const hint = name.startsWith('__') ? "Names that begin with `__` are Prometheus's own." : NAME_CHARACTERS;
  return bad(`${quoted(name)} is not a valid label name`, hint, 'schema/bad-label');
}

function reservedHint(name: string): string {
  if (name === 'severity') return 'Use the key `severity:` of the alert.';
  return name === 'namespace' ? 'Use the key `namespace:` of the group.' : 'Choose another name.';
}

function badDuration(text: string): Saying {
  return bad(`${quoted(text)} is not a duration`, durationHint(text.trim()), 'schema/bad-duration');
}

const UNITS = ['y', 'w', 'd', 'h', 'm', 's', 'ms'];

/** The commonest ways to write a duration that Prometheus does not know. */
function durationHint(text: string): string {
  const spelt = /^([0-9]+)\s*(ms|milli|s|sec|m|min|h|hour|hr|d|day|w|week|y|year)[a-z]*\.?$/i.exec(text);
  if (/^[0-9]+$/.test(text) && Number(text) > 0) return `Give it a unit, e.g. \`${text}s\` or \`${text}m\`.`;
  if (/^0[a-z]*$/.test(text)) return 'It must be longer than zero.';
  if (spelt) return `Did you mean \`${Number(spelt[1])}${unitOf(spelt[2] ?? '')}\`?`;
  if (/^[0-9]+[.,][0-9]+[a-z]+$/i.test(text))
    return 'Fractions are not allowed; write e.g. `1h30m` for one and a half hours.';
  if (/^([0-9]+(ms|[ywdhms]))+$/.test(text))
    return 'Each unit stands at most once, the larger before the smaller, as in `1h30m`.';
  return `A duration is a number with a unit (${UNITS.map((unit) => `\`${unit}\``).join(', ')}), as in \`5m\` or \`1h30m\`.`;
}

function unitOf(word: string): string {
  const lower = word.toLowerCase();
  return lower.startsWith('mil') || lower === 'ms' ? 'ms' : lower.charAt(0);
}

function lengthHint(text: string, most: number): string | null {
  return text.length > most ? `At most ${most} characters are allowed.` : null;
}

/** What is shown lands in the logs of pipelines: an address with a password does not, even where it cannot be read as one. */
function quoted(text: string): string {
  if (isSecretAddress(text, true) || /\/\/[^/]*@/.test(text)) return '`•••`';
  const short = text.length > 60 ? `${text.slice(0, 57)}…` : text;
  return `\`${short}\``;
}

function bare(subject: string): string {
  return subject.replaceAll('`', '');
}
