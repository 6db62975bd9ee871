import { finding } from '../diagnostics/codes.js';
import type { Finding, Staged } from '../diagnostics/finding.js';
import { didYouMean } from '../diagnostics/nearest.js';
import { spanOf } from '../source/positions.js';
import type { SourceDocument } from '../source/types.js';
import type { DocumentByKind, Kind } from './documents.js';
import { VALIDATORS } from './generated/validators.js';
import { isKind, KINDS, withArticle } from './kinds.js';
import { translateErrors } from './translate.js';
import { foundType } from './types-in-words.js';
import { withDurationZeros } from './zero-durations.js';

/** A document whose schema has accepted it. */
export type TypedDocument = {
  readonly [K in Kind]: { readonly kind: K; readonly document: SourceDocument; readonly value: DocumentByKind[K] };
}[Kind];

export interface SchemaResult {
  readonly documents: readonly TypedDocument[];
  /** Documents with mistakes. What refers to them has made no mistake of its own. */
  readonly broken: readonly { readonly kind: string | null; readonly value: unknown }[];
}

const API_VERSION = 'aami/v1';

/**
 * Holds every document against the schema of its kind. `unparsed` are those that already have findings about their
 * YAML: they are only passed on as broken.
 */
export function checkSchemas(
  documents: readonly SourceDocument[],
  unparsed: readonly SourceDocument[] = [],
): Staged<SchemaResult> {
  const typed: TypedDocument[] = [];
  const broken = unparsed.map(({ value }) => ({ kind: kindOf(value), value }));
  const findings: Finding[] = [];
  for (const document of documents) {
    const checked = checkDocument(document);
    findings.push(...checked.findings);
    if (checked.value === null) broken.push({ kind: kindOf(document.value), value: document.value });
    else typed.push(checked.value);
  }
  return { value: { documents: typed, broken }, findings };
}

function kindOf(value: unknown): string | null {
  const kind = (value as { readonly kind?: unknown } | null)?.kind;
  return typeof kind === 'string' ? kind : null;
}

function checkDocument(document: SourceDocument): Staged<TypedDocument | null> {
  const { kind } = document.value as { readonly kind?: unknown };
  const version = checkVersion(document);
  if (!isKind(kind)) return { value: null, findings: [unknownKind(document, kind)] };
  if (version === 'unknown') return { value: null, findings: [unknownVersion(document)] };

  const validate = VALIDATORS[kind];
  validate(document.value);
  const mistakes = translateErrors(document, kind, validate.errors ?? []);
  if (version === 'missing') mistakes.push(missingVersion(document));
  const misplaced = document.folder === KINDS[kind] ? [] : [wrongFolder(document, kind)];
  const findings = [...mistakes, ...misplaced];
  if (mistakes.length > 0) return { value: null, findings };
  // The validator of this very kind has just accepted the value.
  return { value: { kind, document, value: withDurationZeros(document.value) } as TypedDocument, findings };
}

function checkVersion(document: SourceDocument): 'known' | 'missing' | 'unknown' {
  const { apiVersion } = document.value as { readonly apiVersion?: unknown };
  if (apiVersion === undefined || apiVersion === null) return 'missing';
  return apiVersion === API_VERSION ? 'known' : 'unknown';
}

function missingVersion(document: SourceDocument): Finding {
  const hint = `Add \`apiVersion: ${API_VERSION}\`.`;
  return finding('schema/api-version', 'This document has no apiVersion', spanOf({ document, path: ['apiVersion'] }), {
    hint,
  });
}

function unknownVersion(document: SourceDocument): Finding {
  const hint = `Write \`apiVersion: ${API_VERSION}\`.`;
  return finding(
    'schema/api-version',
    'This version of the format is not known',
    spanOf({ document, path: ['apiVersion'] }),
    { hint },
  );
}

function unknownKind(document: SourceDocument, kind: unknown): Finding {
  const here = Object.entries(KINDS).filter(([, folder]) => folder === document.folder);
  const expected = here.length > 0 ? here : Object.entries(KINDS);
  const list = `${here.length > 0 ? 'Kinds of this folder' : 'Kinds'}: ${expected.map(([name]) => name).join(', ')}.`;
  if (kind === undefined || kind === null) {
    return finding('schema/unknown-kind', 'This document has no kind', spanOf({ document, path: ['kind'] }), {
      hint: list,
    });
  }
  const text =
    typeof kind === 'string'
      ? `\`${kind}\` is not a kind of aami`
      : `\`kind\` must be a text, but is ${foundType(kind)}`;
  const hint =
    typeof kind === 'string'
      ? (didYouMean(kind, Object.keys(KINDS)) ?? `Kinds: ${Object.keys(KINDS).join(', ')}.`)
      : list;
  return finding('schema/unknown-kind', text, spanOf({ document, path: ['kind'] }), { hint });
}

function wrongFolder(document: SourceDocument, kind: Kind): Finding {
  const place = placeOf(KINDS[kind]);
  const message = `${capital(withArticle(kind))} belongs in \`${place}\`, not in \`${placeOf(document.folder)}\``;
  return finding('schema/wrong-folder', message, spanOf({ document, path: ['kind'] }), {
    hint: `Move the document to \`${place}\`.`,
  });
}

function placeOf(folder: SourceDocument['folder']): string {
  return folder === 'project' ? 'aami.yaml' : `${folder}/`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
