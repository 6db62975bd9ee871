import type { FindingCode } from '../diagnostics/codes.js';
import { finding } from '../diagnostics/codes.js';
import type { Finding } from '../diagnostics/finding.js';
import { didYouMean, nearest } from '../diagnostics/nearest.js';
import { spanOf } from '../source/positions.js';
import type { SourceDocument } from '../source/types.js';
import type { Kind } from './documents.js';
import { PATTERNS, type SchemaError } from './generated/validators.js';
import { nameInWords, numberAsDuration, type Saying, valueInWords } from './patterns-in-words.js';
import { keysAt, mappingName, nameOf, originOf, type Subject, subjectAt, writtenAs } from './subject.js';
import { expectedTypes, foundType, typeHint } from './types-in-words.js';

/** What the validator of a kind found, as a colleague would say it: every mistake, and each one once. */
export function translateErrors(document: SourceDocument, kind: Kind, errors: readonly SchemaError[]): Finding[] {
  const places = new Map<string, SchemaError[]>();
  for (const error of errors) {
    if (error.instancePath === '/apiVersion' || error.params.missingProperty === 'apiVersion') continue;
    const here = places.get(error.instancePath);
    if (here === undefined) places.set(error.instancePath, [error]);
    else here.push(error);
  }
  return [...places].flatMap(([pointer, here]) => {
    const subject = subjectAt(document, kind, pointer);
    return here.flatMap((error) => (isEcho(error, subject, here) ? [] : (translate(error, subject) ?? [])));
  });
}

/** Whether an error only repeats another one of the same place in different words. */
function isEcho(error: SchemaError, subject: Subject, here: readonly SchemaError[]): boolean {
  if (error.keyword !== 'type' && here.some((other) => other.keyword === 'type')) return true;
  // A misspelt key is one mistake: it is not also a missing one.
  const wanted = missingKeys(error, subject);
  return (
    wanted.length > 0 &&
    here.some((other) => {
      const extra = other.params.additionalProperty;
      return typeof extra === 'string' && wanted.includes(nearest(extra, keysAt(subject)) ?? '');
    })
  );
}

function missingKeys(error: SchemaError, subject: Subject): readonly string[] {
  if (error.keyword === 'required') return [String(error.params.missingProperty)];
  return error.keyword === 'oneOf' && error.params.passingSchemas === null ? choicesAt(subject) : [];
}

/** One case per keyword of the schemas; null for keywords that only wrap others. */
function translate(error: SchemaError, subject: Subject): Finding | null {
  switch (error.keyword) {
    case 'type':
      return wrongType(subject, typesOf(error.params.type));
    case 'enum':
      return notListed(subject, error.params.allowedValues as readonly string[]);
    case 'pattern':
      return wrongText(error, subject);
    case 'minimum':
    case 'maximum':
      return outOfRange(error, subject);
    case 'minItems':
    case 'minProperties':
      return at(subject, 'schema/bad-value', `${sentence(nameOf(subject))} is empty`, 'Name at least one.');
    case 'additionalProperties':
      return unknownKey(subject, String(error.params.additionalProperty));
    case 'required':
      // Those of `oneOf` are reported by it, as one.
      return error.schemaPath.includes('/oneOf/') ? null : missingKey(subject, String(error.params.missingProperty));
    case 'oneOf':
      return notExactlyOne(subject, error.params.passingSchemas as readonly number[] | null);
    case 'propertyNames':
    case 'if':
      return null;
    default:
      return at(subject, 'schema/bad-value', `${sentence(nameOf(subject))} is not what is expected here`);
  }
}

function at(subject: Subject, code: FindingCode, message: string, hint: string | null = null): Finding {
  return finding(code, message, spanOf(originOf(subject)), { hint });
}

function said(saying: Saying, subject: Subject): Finding {
  return at(subject, saying.code, saying.message, saying.hint);
}

function typesOf(type: unknown): readonly string[] {
  return Array.isArray(type) ? type.map(String) : String(type).split(',');
}

function wrongType(subject: Subject, types: readonly string[]): Finding {
  if (types.includes('string') && isDuration(subject) && typeof subject.value === 'number')
    return said(numberAsDuration(subject.value), subject);
  const message = `${sentence(nameOf(subject))} must be ${expectedTypes(types)}, but is ${foundType(subject.value, writtenAs(subject))}`;
  return at(subject, 'schema/wrong-type', message, typeHint(subject, types));
}

function notListed(subject: Subject, allowed: readonly string[]): Finding {
  const choices = orList(allowed);
  if (typeof subject.value === 'object') {
    return at(
      subject,
      'schema/wrong-type',
      `${sentence(nameOf(subject))} must be ${choices}, but is ${foundType(subject.value)}`,
    );
  }
  const hint = typeof subject.value === 'string' ? didYouMean(subject.value, allowed) : null;
  return at(
    subject,
    'schema/bad-value',
    `${sentence(nameOf(subject))} must be ${choices}, not \`${writtenAs(subject)}\``,
    hint,
  );
}

function wrongText(error: SchemaError, subject: Subject): Finding {
  const definition = PATTERNS[String(error.params.pattern)];
  if (error.propertyName === undefined)
    return said(valueInWords(definition, String(subject.value), nameOf(subject)), subject);
  const saying = nameInWords(definition, error.propertyName, String(subject.path.at(-1) ?? ''));
  return finding(saying.code, saying.message, spanOf(originOf(subject, error.propertyName), 'key'), {
    hint: saying.hint,
  });
}

function outOfRange(error: SchemaError, subject: Subject): Finding {
  if (isDuration(subject)) return said(numberAsDuration(subject.value), subject);
  const side = error.keyword === 'minimum' ? 'at least' : 'at most';
  return at(
    subject,
    'schema/bad-value',
    `${sentence(nameOf(subject))} must be ${side} ${error.params.limit}, but is ${subject.value}`,
  );
}

function unknownKey(subject: Subject, key: string): Finding {
  const message = `\`${key}\` is not a key of ${mappingName(subject)}`;
  return finding('schema/unknown-key', message, spanOf(originOf(subject, key), 'key'), {
    hint: unknownKeyHint(subject, key),
  });
}

function unknownKeyHint(subject: Subject, key: string): string {
  const keys = keysAt(subject);
  if (key === '<<') return 'Merge keys are not part of YAML 1.2; write the keys out.';
  const similar = didYouMean(
    key,
    keys.filter((known) => !Object.hasOwn(subject.value as object, known)),
  );
  if (similar !== null) return similar;
  const inEntry = /^(alerts|checks)$/.test(String(subject.path.at(-2))) || subject.path.at(-2) === 'levels';
  if (inEntry && key === 'severity') return 'A level is its own severity.';
  const config = inEntry && keys.includes('config') ? ' Parameters of the template go under `config:`.' : '';
  return `Its keys are ${keys.map((known) => `\`${known}\``).join(', ')}.${config}`;
}

function missingKey(subject: Subject, key: string): Finding {
  const { path, kind } = subject;
  const alternative = key === 'severity' && path.length === 0 && kind === 'AlertTemplate' ? ' or `levels`' : '';
  const message = `${sentence(mappingName(subject))} needs \`${key}\`${alternative}`;
  const place =
    path.length === 0
      ? spanOf(originOf(subject, 'kind'))
      : spanOf(originOf(subject), typeof path.at(-1) === 'string' ? 'key' : 'value');
  return finding('schema/missing-key', message, place);
}

/** The keys of which exactly one is given, by where the schemas say so. */
function choicesAt(subject: Subject): readonly string[] {
  return subject.path.length === 0 ? ['scope', 'group', 'groups'] : ['file', 'inline'];
}

function notExactlyOne(subject: Subject, passing: readonly number[] | null): Finding {
  const choices = choicesAt(subject);
  if (passing === null) {
    const place = subject.path.length === 0 ? spanOf(originOf(subject, 'kind')) : spanOf(originOf(subject), 'key');
    const hint = subject.path.length === 0 ? '`scope: global` is about all targets.' : null;
    return finding('schema/missing-key', `${sentence(mappingName(subject))} needs ${orList(choices)}`, place, { hint });
  }
  const [first, second] = choices.filter((key) => Object.hasOwn(subject.value as object, key));
  const related = [{ span: spanOf(originOf(subject, first ?? ''), 'key'), message: `\`${first}\` is given here` }];
  const message = `Only one of ${choices.map((key) => `\`${key}\``).join(', ')} can be given`;
  return finding('schema/bad-value', message, spanOf(originOf(subject, second ?? ''), 'key'), { related });
}

/** Where the schemas ask for a duration; a number there lacks its unit, not quotes. */
function isDuration({ path }: Subject): boolean {
  return /^(for|interval|timeout)$|_(for|interval|timeout|offset)$/.test(String(path.at(-1)));
}

/** `a`, `b` or `c`. */
function orList(words: readonly string[]): string {
  const shown = words.map((word) => `\`${word}\``);
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} or ${shown.at(-1)}`;
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
