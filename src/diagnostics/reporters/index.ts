import { withoutSecrets } from '../masked.js';
import { sortFindings } from '../sort.js';
import type { Reporter } from './types.js';

/** Every format that findings can be shown in. Each is loaded only when it is asked for. */
const REPORTERS = {
  pretty: async () => (await import('./pretty.js')).pretty,
  json: async () => (await import('./json.js')).json,
  github: async () => (await import('./github.js')).github,
  gitlab: async () => (await import('./gitlab.js')).gitlab,
  sarif: async () => (await import('./sarif.js')).sarif,
  junit: async () => (await import('./junit.js')).junit,
} as const satisfies Record<string, () => Promise<Reporter>>;

export type ReportFormat = keyof typeof REPORTERS;
export const REPORT_FORMATS = Object.keys(REPORTERS) as readonly ReportFormat[];

/** The reporter of a format; it shows findings in order and each once, in whatever order they come. */
export async function loadReporter(format: ReportFormat): Promise<Reporter> {
  const reporter = await REPORTERS[format]();
  return (findings, texts, options) => reporter(sortFindings(findings), withoutSecrets(texts, findings), options);
}

export type { Reporter, ReportOptions, TextLookup } from './types.js';
