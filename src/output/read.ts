import { oneLine } from '../diagnostics/display.js';
import { diskTree } from '../source/disk-tree.js';
import type { FileTree } from '../source/file-tree.js';
import { decode } from '../source/text.js';
import { MANIFEST_NAME, type Manifest, parseManifest, sha256 } from './manifest.js';
import { systemTrouble } from './trouble.js';

/** Text of each file that the manifest lists, by path. */
export type OutputFiles = ReadonlyMap<string, string>;

export type OutputRead =
  | { readonly kind: 'output'; readonly files: OutputFiles; readonly manifest: Manifest }
  | { readonly kind: 'trouble'; readonly message: string; readonly hint: string | null };

type Trouble = Extract<OutputRead, { kind: 'trouble' }>;

/** Far above what any fleet comes to; a folder that says more is not worth the memory. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;
const MAX_TOTAL_BYTES = 1024 * 1024 * 1024;

/**
 * What a build left in its output folder, exactly: a file that is not as the manifest says is refused, because nobody
 * built what would be read then. Other files that lie there are not the build's and are left out.
 */
export function readOutput(folder: string): OutputRead {
  try {
    const tree = diskTree(folder);
    const manifest = manifestOf(tree);
    return 'kind' in manifest ? manifest : filesOf(tree, manifest);
  } catch (error) {
    const failed = systemTrouble(error, 'read the output folder');
    if (failed === null) throw error;
    return trouble(failed.message, null);
  }
}

function manifestOf(tree: FileTree): Manifest | Trouble {
  const hint = 'Give a folder that `aami build` has written.';
  if (tree.resolve(MANIFEST_NAME).kind === 'missing')
    return trouble(`The folder holds no ${MANIFEST_NAME}, so it is no output of aami`, hint);
  const bytes = bytesOf(tree, MANIFEST_NAME);
  const decoded = bytes === null ? null : decode(bytes);
  const manifest = decoded?.ok === true ? parseManifest(decoded.text) : null;
  return manifest ?? trouble(`The ${MANIFEST_NAME} of the output folder cannot be read`, hint);
}

function filesOf(tree: FileTree, manifest: Manifest): OutputRead {
  const outside = [...manifest.files.keys()].filter((path) => !staysInside(path));
  if (outside.length > 0)
    return trouble(`The ${MANIFEST_NAME} of the output folder names what does not lie in it: ${some(outside)}`, null);
  let total = 0;
  for (const { size } of manifest.files.values()) total += size;
  if (!(total <= MAX_TOTAL_BYTES))
    return trouble('The output folder is larger than 1 GiB, which aami does not read', null);

  const files = new Map<string, string>();
  const changed: string[] = [];
  for (const [path, digest] of manifest.files) {
    const bytes = bytesOf(tree, path);
    const decoded =
      bytes !== null && bytes.length === digest.size && sha256(bytes) === digest.sha256 ? decode(bytes) : null;
    if (decoded?.ok === true) files.set(path, decoded.text);
    else changed.push(path);
  }
  if (changed.length === 0) return { kind: 'output', files, manifest };
  return trouble(
    `The output folder is not as the build left it: ${some(changed)} ${changed.length === 1 ? 'was' : 'were'} changed, removed or replaced`,
    'Build it anew: nobody built what lies there now.',
  );
}

/** null: not there, too large, or no file of the folder itself. A build never leaves links. */
function bytesOf(tree: FileTree, path: string): Uint8Array | null {
  const { kind, real } = tree.resolve(path);
  if (kind !== 'file' || real !== path) return null;
  const read = tree.read(path, MAX_FILE_BYTES);
  return read.kind === 'bytes' ? read.bytes : null;
}

/** Relative and without a way up. */
const staysInside = (path: string): boolean =>
  path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');

function some(paths: readonly string[]): string {
  const shown = paths.slice(0, 3).map((path) => `"${oneLine(path)}"`);
  return paths.length > shown.length ? `${shown.join(', ')} and ${paths.length - shown.length} more` : shown.join(', ');
}

const trouble = (message: string, hint: string | null): Trouble => ({ kind: 'trouble', message, hint });
