import { byCodeUnit } from '../diagnostics/order.js';
import { isSignature } from '../sign/bundles.js';
import type { Snapshot } from './snapshot.js';
import type { FilesChange } from './types.js';

/** Output files that say something else. That they name other sources in their first lines is nothing to Prometheus. */
export function filesChange(before: Snapshot, after: Snapshot): FilesChange {
  const paths = [...new Set([...before.files.keys(), ...after.files.keys()])]
    .filter((path) => !isSignature(path))
    .sort(byCodeUnit);
  const text = ({ files }: Snapshot, path: string): string | null => {
    const content = files.get(path);
    return content === undefined ? null : withoutHeader(content);
  };
  return {
    added: paths.filter((path) => !before.files.has(path)),
    changed: paths.filter((path) => {
      if (!before.files.has(path) || !after.files.has(path)) return false;
      return before.files.get(path) !== after.files.get(path) && text(before, path) !== text(after, path);
    }),
    removed: paths.filter((path) => !after.files.has(path)),
  };
}

const withoutHeader = (content: string): string => content.replace(/^(?:#.*\n)+/, '');
