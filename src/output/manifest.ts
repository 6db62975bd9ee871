import { createHash } from 'node:crypto';

/** The file that marks a folder as aami's and says what lies in it. */
export const MANIFEST_NAME = 'aami-manifest.json';

export interface FileDigest {
  readonly sha256: string;
  /** In bytes. */
  readonly size: number;
}

/** Of which state of a git repository an output was built. */
export interface BuiltFrom {
  /** Name of the commit; null: not known. */
  readonly revision: string | null;
  /** Grows from build to build, by which an older one is known; null: not known. */
  readonly number: number | null;
  /** The sources were not those of the commit. */
  readonly dirty: boolean;
}

export interface Manifest {
  /** Digest of all that the output was made from. */
  readonly inputs: string;
  /** null: there was neither a commit nor a number given. */
  readonly source: BuiltFrom | null;
  /** What the output holds, e.g. how many rules. */
  readonly counts: Readonly<Record<string, number>>;
  /** By path, in order of path; without the manifest itself. */
  readonly files: ReadonlyMap<string, FileDigest>;
}

export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** One file on a line, so that the manifests of two builds can be compared by eye. */
export function formatManifest({ inputs, source, counts, files }: Manifest): string {
  const lines: string[] = [];
  for (const [path, { sha256, size }] of files) {
    lines.push(`    ${JSON.stringify(path)}: {"sha256": "${sha256}", "size": ${size}}`);
  }
  const list = lines.length === 0 ? '{}' : `{\n${lines.join(',\n')}\n  }`;
  const head = Object.entries({ inputs, source, counts }).map(
    ([key, value]) => `  "${key}": ${JSON.stringify(value)},\n`,
  );
  return `{\n${head.join('')}  "files": ${list}\n}\n`;
}

/** null: not a manifest of ours, or a damaged one. */
export function parseManifest(text: string): Manifest | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(value) || typeof value.inputs !== 'string' || !isRecord(value.files)) return null;
  const files = new Map<string, FileDigest>();
  for (const [path, digest] of Object.entries(value.files)) {
    if (!isRecord(digest) || typeof digest.sha256 !== 'string' || typeof digest.size !== 'number') return null;
    files.set(path, { sha256: digest.sha256, size: digest.size });
  }
  const counts: Record<string, number> = {};
  for (const [name, count] of Object.entries(isRecord(value.counts) ? value.counts : {})) {
    if (typeof count === 'number') counts[name] = count;
  }
  return { inputs: value.inputs, source: parseSource(value.source), counts, files };
}

function parseSource(value: unknown): BuiltFrom | null {
  if (!isRecord(value)) return null;
  const { revision, number, dirty } = value;
  return {
    revision: typeof revision === 'string' ? revision : null,
    number: Number.isSafeInteger(number) ? Number(number) : null,
    dirty: dirty === true,
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
