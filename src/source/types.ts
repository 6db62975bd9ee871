import type { Document } from 'yaml';
import type { Finding } from '../diagnostics/finding.js';

/** The folders of a repo that hold YAML documents of aami's kinds. */
export const KIND_FOLDERS = ['groups', 'targets', 'templates', 'policies', 'notifications', 'tests'] as const;
export type KindFolder = (typeof KIND_FOLDERS)[number];

/** One YAML document with its place. */
export interface SourceDocument {
  /** Relative to the repo, with `/`; `<library>:…` for a template library that aami ships. */
  readonly file: string;
  /** The whole text of the file; ranges of the YAML nodes are offsets into it. */
  readonly text: string;
  /** The top folder, or 'project' for aami.yaml; library documents count as 'templates'. */
  readonly folder: KindFolder | 'project';
  /** Where everything stands. May be parsed only when it is asked for. */
  readonly yaml: Document.Parsed;
  /** The plain value: mappings, sequences and scalars. Never undefined. */
  readonly value: unknown;
}

export type ScriptFile =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'outside' }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** Everything that the compiler reads, and nothing of the world behind it. */
export interface Sources {
  /** Text of every file that was read, by path: for code frames and for the digest of the inputs. */
  readonly texts: ReadonlyMap<string, string>;
  /** In path order, then in the order of the file. Only documents that parsed. */
  readonly documents: readonly SourceDocument[];
  /** Documents with mistakes in their YAML, as far as they could be understood: only to learn which ids they hold. */
  readonly broken: readonly SourceDocument[];
  /** Paths of the plain Prometheus rule files under `rules/`, in order. Their texts are in `texts`. */
  readonly ruleFiles: readonly string[];
  /** Script files that ScriptTemplates name, by scriptKey(document.file, script.file). */
  readonly scripts: ReadonlyMap<string, ScriptFile>;
  /** Text of each file of the agent that aami ships for the nodes, by name. */
  readonly agent: ReadonlyMap<string, string>;
  readonly findings: readonly Finding[];
}

/** A place in a document: resolved to a Span only when it is shown. */
export interface Origin {
  readonly document: SourceDocument;
  readonly path: readonly (string | number)[];
}
