import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FileDigest, MANIFEST_NAME, type Manifest, parseManifest, sha256 } from './manifest.js';

/** The manifest of an output folder, with its text; null when there is none that can be read. */
export function readManifest(folder: string): { readonly manifest: Manifest; readonly text: string } | null {
  try {
    const text = readFileSync(join(folder, MANIFEST_NAME), 'utf8');
    const manifest = parseManifest(text);
    return manifest === null ? null : { manifest, text };
  } catch {
    return null;
  }
}

/** Relative paths of everything in the folder that is not a folder, with `/`, and of empty folders with a `/` at their end. */
export function listFiles(folder: string): string[] {
  const files: string[] = [];
  const visit = (relative: string): void => {
    const entries = readdirSync(join(folder, relative), { withFileTypes: true });
    if (entries.length === 0 && relative !== '') files.push(relative);
    for (const entry of entries) {
      if (entry.isDirectory()) visit(`${relative}${entry.name}/`);
      else files.push(relative + entry.name);
    }
  };
  visit('');
  return files;
}

/** What really lies in the folder, whatever its manifest says: people edit files by hand. */
export function digestFolder(folder: string): Map<string, FileDigest> {
  const digests = new Map<string, FileDigest>();
  for (const path of listFiles(folder)) {
    if (path !== MANIFEST_NAME) digests.set(path, digestEntry(join(folder, path)));
  }
  return digests;
}

function digestEntry(path: string): FileDigest {
  // A link, a socket or an empty folder is never ours, even where it leads to the right content.
  if (!lstatSync(path).isFile()) return { sha256: '', size: -1 };
  const content = readFileSync(path);
  return { sha256: sha256(content), size: content.length };
}
