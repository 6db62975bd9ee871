import { byCodeUnit } from '../diagnostics/order.js';
import { type LineIndex, lineIndex } from '../diagnostics/position.js';
import type { Target } from '../model/types.js';
import { below, spanOf } from '../source/positions.js';
import type { Origin, SourceDocument } from '../source/types.js';
import type { Place } from './types.js';

const lines = new WeakMap<SourceDocument, LineIndex>();

/** The line where a key stands. */
export function placeOf(origin: Origin): Place {
  const { document } = origin;
  const index = lines.get(document) ?? lineIndex(document.text);
  lines.set(document, index);
  const { file, start } = spanOf(origin, 'key');
  return { file, line: index.at(start).line };
}

/** In the order of a reader. */
export function byPlace(a: Place, b: Place): number {
  return byCodeUnit(a.file, b.file) || a.line - b.line;
}

/** Where a target is, or where it says that it is inactive. */
export function placeOfTarget({ active, origin }: Target): Place {
  return placeOf(active ? origin : below(origin, 'status'));
}

/** Where a value stands below its document or entry, as an author of a policy writes it. */
export function writtenPath({ path }: Origin, base: Origin): string {
  const [top, ...rest] = path.slice(base.path.length);
  return [IN_TEMPLATES[String(top)] ?? top, ...rest].join('.');
}

/** Templates have words of their own for these. */
const IN_TEMPLATES: Readonly<Record<string, string>> = { params: 'config', runbook_url: 'annotations.runbook_url' };
