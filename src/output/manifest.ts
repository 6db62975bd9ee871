import { createHash } from 'node:crypto';

/** The file that marks a folder as aami's and says what lies in it. */
export const MANIFEST_NAME = 'aami-manifest.json';

export interface FileDigest {
  readonly sha256: string;
  /** In bytes. */
  readonly size: number;
}

export interface Manifest {
  /** Digest of all that the output was made from. */
  readonly inputs: string;
  /** What the output holds, e.g. how many rules. */
  readonly counts: Readonly<Record<string, number>>;
  /** By path, in order of path; without the manifest itself. */
  readonly files: ReadonlyMap<string, FileDigest>;
}

export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** One file on a line, so that the manifests of two builds can be compared by eye. */
export function formatManifest({ inputs, counts, files }: Manifest): string {
  const lines: string[] = [];
  for (const [path, { sha256, size }] of files) {
    lines.push(`    ${JSON.stringify(path)}: {"sha256": "${sha256}", "size": ${size}}`);
  }
  const list = lines.length === 0 ? '{}' : `{\n${lines.join(',\n')}\n  }`;
  return `{\n  "inputs": ${JSON.stringify(inputs)},\n  "counts": ${JSON.stringify(counts)},\n  "files": ${list}\n}\n`;
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
  return { inputs: value.inputs, counts, files };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
