import type { DiffReporter } from './types.js';

/** Every format that a diff can be shown in. Each is loaded only when it is asked for. */
const REPORTERS = {
  pretty: async () => (await import('./pretty.js')).pretty,
  markdown: async () => (await import('./markdown.js')).markdown,
  json: async () => (await import('./json.js')).json,
} as const satisfies Record<string, () => Promise<DiffReporter>>;

export type DiffFormat = keyof typeof REPORTERS;
export const DIFF_FORMATS = Object.keys(REPORTERS) as readonly DiffFormat[];

export async function loadDiffReporter(format: DiffFormat): Promise<DiffReporter> {
  return REPORTERS[format]();
}

export type { DiffReporter, DiffReportOptions } from './types.js';
