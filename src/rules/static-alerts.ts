import { type Labels, SEVERITIES, type Severity, type StaticRuleFile } from '../model/types.js';
import { type ParsedExpr, parseExpr } from '../promql/index.js';
import { parseYaml } from '../source/parse.js';

/** An alerting rule of a hand-written rule file. */
export interface StaticAlert {
  readonly alert: string;
  readonly expr: ParsedExpr;
  /** With those of its rule group. */
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly known: readonly [];
}

/** The alerts of files that have passed their checks; what makes no sense is left out. */
export function staticAlerts(files: readonly StaticRuleFile[]): StaticAlert[] {
  return files.flatMap(({ path, text }) => {
    const parsed = parseYaml(`rules/${path}`, text);
    if ('code' in parsed) return [];
    return items(mapping(parsed[0]?.value).groups).flatMap((group) => {
      const common = texts(group.labels);
      return items(group.rules).flatMap((rule) => staticAlert(rule, common));
    });
  });
}

/** The severity of a rule, where it is one of ours. */
export const severityOf = ({ labels }: StaticAlert): Severity | null =>
  SEVERITIES.find((severity) => severity === labels.severity) ?? null;

type Mapping = Readonly<Record<string, unknown>>;

function staticAlert(rule: Mapping, common: Labels): StaticAlert[] {
  if (rule.alert === undefined || rule.alert === null) return [];
  const { expr } = parseExpr(String(rule.expr));
  if (expr === null) return [];
  const labels = { ...common, ...texts(rule.labels) };
  return [{ alert: String(rule.alert), expr, labels, annotations: texts(rule.annotations), known: [] }];
}

const mapping = (value: unknown): Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : {};

const items = (value: unknown): readonly Mapping[] => (Array.isArray(value) ? value.map(mapping) : []);

/** YAML reads `1` as a number; Prometheus takes the text. An empty value takes the label away. */
function texts(value: unknown): Labels {
  const all = Object.entries(mapping(value)).map(([name, text]) => [name, text === null ? '' : String(text)] as const);
  return Object.fromEntries(all);
}
