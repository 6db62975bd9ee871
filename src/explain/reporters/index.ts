import { printableJson } from '../../diagnostics/reporters/printable-json.js';
import type { Explanation } from '../types.js';

export interface ExplainReportOptions {
  readonly color: boolean;
  /** The output folder, as the project names it. */
  readonly output: string;
}

export type ExplainReporter = (explanation: Explanation, options: ExplainReportOptions) => string;

/** Every format of an explanation. Each is loaded only when it is asked for. */
const REPORTERS = {
  pretty: async (): Promise<ExplainReporter> => (await import('./pretty.js')).pretty,
  json: async (): Promise<ExplainReporter> => printableJson,
} as const;

export type ExplainFormat = keyof typeof REPORTERS;
export const EXPLAIN_FORMATS = Object.keys(REPORTERS) as readonly ExplainFormat[];

export function loadExplainReporter(format: ExplainFormat): Promise<ExplainReporter> {
  return REPORTERS[format]();
}
