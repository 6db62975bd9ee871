import { printableJson } from '../../diagnostics/reporters/printable-json.js';
import { extentOf } from '../changed.js';
import { shapedDiff } from './json-shape.js';
import type { DiffReporter } from './types.js';

/** For programs: one JSON object, as docs/diff.schema.json says. Keys may be added, never renamed. */
export const json: DiffReporter = (diff, { before, after }) =>
  printableJson({
    version: 1,
    before: { description: before },
    after: { description: after },
    changed: extentOf(diff) !== 'nothing',
    ...shapedDiff(diff),
  });
