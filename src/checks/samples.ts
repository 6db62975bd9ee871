/** One series as a check printed it. */
export interface Sample {
  readonly metric: string;
  /** In the order of the text. */
  readonly labels: readonly (readonly [name: string, value: string])[];
  /** As it is written: `0`, `1.5e3`, `NaN`. */
  readonly value: string;
  /** null: nobody says. */
  readonly type: string | null;
  readonly help: string | null;
}

/** The series of a text in Prometheus's format. The agent has judged it before: what does not parse is left out. */
export function samplesOf(text: string): Sample[] {
  const types = new Map<string, string>();
  const helps = new Map<string, string>();
  const samples: Sample[] = [];
  for (const line of text.split('\n')) {
    const [, keyword = '', family = '', rest = ''] = /^# (TYPE|HELP) (\S+) ?(.*)$/.exec(line) ?? [];
    if (keyword !== '') (keyword === 'TYPE' ? types : helps).set(family, rest);
    const [, metric, inBraces = '', value] = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})? +(\S+)$/.exec(line) ?? [];
    if (metric === undefined || value === undefined) continue;
    const of = familyOf(metric, types);
    samples.push({
      metric,
      labels: labelsOf(inBraces),
      value,
      type: types.get(of) ?? null,
      help: helps.get(of) ?? null,
    });
  }
  return samples;
}

/** The parts of a histogram or summary have names of their own. */
function familyOf(metric: string, types: ReadonlyMap<string, string>): string {
  const base = metric.replace(/_(?:bucket|sum|count)$/, '');
  return types.has(metric) || !['histogram', 'summary'].includes(types.get(base) ?? '') ? metric : base;
}

function labelsOf(inBraces: string): [name: string, value: string][] {
  return [...inBraces.matchAll(/([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)"/g)].map(([, name = '', value = '']) => [
    name,
    value.replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char)),
  ]);
}
