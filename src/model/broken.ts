import { isKind } from '../schema/kinds.js';
import type { Sources } from '../source/types.js';

/** The kinds that others refer to by id or name. */
export type NamedKind = 'Group' | 'AlertTemplate' | 'ScriptTemplate' | 'Receiver';

const FOLDER_OF: Record<NamedKind, string> = {
  Group: 'groups/',
  AlertTemplate: 'templates/',
  ScriptTemplate: 'templates/',
  Receiver: 'notifications/',
};

/** A document that did not pass its schema; `kind` is null where it is not one of ours. */
export interface BrokenDocument {
  readonly kind: string | null;
  readonly value: unknown;
}

/** Whether something of that name may exist, although it is not in the model: then nobody complains that it is unknown. */
export type MayExist = (kind: NamedKind, name: string) => boolean;

/**
 * One mistake gives one finding: a reference to a group whose own file is broken is no second mistake.
 * A reference is only let off where the broken text holds its very name.
 */
export function brokenDefinitions(broken: readonly BrokenDocument[], sources: Sources): MayExist {
  const brokenNames = broken.map(({ kind, value }) => ({ kind, names: namesIn(value) }));
  const brokenFiles = new Set(
    sources.findings.flatMap((found) => (found.severity === 'error' && found.span !== null ? [found.span.file] : [])),
  );
  const libraryMissing = sources.findings.some((found) => found.code === 'reference/unknown-library');

  return (kind, name) =>
    brokenNames.some((one) => (one.kind === kind || !isKind(one.kind)) && one.names.has(name)) ||
    [...brokenFiles].some((file) => mayHold(kind, file) && (sources.texts.get(file)?.includes(name) ?? true)) ||
    (libraryMissing && kind !== 'Group' && kind !== 'Receiver');
}

function mayHold(kind: NamedKind, file: string): boolean {
  return file.startsWith(FOLDER_OF[kind]) || file.includes(':');
}

/** The id or name of a broken document; all its strings where neither can be read. */
function namesIn(value: unknown): ReadonlySet<string> {
  if (typeof value !== 'object' || value === null) return new Set();
  const fields: Record<string, unknown> = { ...value };
  const own = [fields.id, fields.name].filter((field) => typeof field === 'string');
  return new Set(own.length > 0 ? own : Object.values(fields).filter((field) => typeof field === 'string'));
}
