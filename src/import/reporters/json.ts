import { printableJson } from '../../diagnostics/reporters/printable-json.js';
import type { ImportReport } from '../report.js';

/** One object; keys may be added, none is renamed or taken away. `output` is null where nothing was written. */
export function importAsJson(report: ImportReport, output: string | null): string {
  return printableJson({ output, ...report });
}
