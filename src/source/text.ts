import { isUtf8 } from 'node:buffer';
import { finding } from '../diagnostics/codes.js';
import type { Finding } from '../diagnostics/finding.js';
import type { FileBytes } from './file-tree.js';

/** Far above any file that a person writes; a larger one was put there by mistake. */
export const MAX_FILE_BYTES = 5 * 1024 * 1024;

export type Decoded = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string };

/** Text as it is, a byte order mark included. */
export function decode(bytes: Uint8Array): Decoded {
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (utf16) return { ok: false, reason: 'it is UTF-16, not UTF-8' };
  if (!isUtf8(bytes)) return { ok: false, reason: 'it is not UTF-8 text' };
  if (bytes.includes(0)) return { ok: false, reason: 'it holds NUL bytes' };
  return { ok: true, text: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8') };
}

/** The text of a YAML file, its byte order mark left out, or the finding that says why there is none. */
export function yamlText(file: string, read: FileBytes): string | Finding {
  const span = { file, start: 0, end: 0 };
  if (read.kind === 'too-large') {
    const mebibytes = (read.size / 1024 / 1024).toFixed(1);
    return finding('source/too-large', `This file has ${mebibytes} MiB; aami reads files of up to 5 MiB`, span);
  }
  const decoded: Decoded = read.kind === 'bytes' ? decode(read.bytes) : { ok: false, reason: read.reason };
  if (!decoded.ok) return finding('source/unreadable', `This file cannot be read: ${decoded.reason}`, span);
  return decoded.text.charCodeAt(0) === 0xfeff ? decoded.text.slice(1) : decoded.text;
}
