import type { Labels, StaticRuleFile } from '../model/types.js';
import { type ParsedExpr, parseExpr } from '../promql/index.js';
import { parseYaml } from '../source/parse.js';
import { below } from '../source/positions.js';
import type { Origin } from '../source/types.js';

/** A rule of a hand-written rule file. */
export interface StaticRule {
  /** null: a recording rule. */
  readonly alert: string | null;
  readonly expr: ParsedExpr;
  /** The expression as it is written. */
  readonly text: string;
  /** With those of its rule group. */
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly origin: Origin;
}

export interface StaticAlert extends StaticRule {
  readonly alert: string;
}

/** The rules of files that have passed their checks; what makes no sense is left out. */
export function staticRules(files: readonly StaticRuleFile[]): StaticRule[] {
  return files.flatMap(({ path, text }) => {
    const file = `rules/${path}`;
    const parsed = parseYaml(file, text);
    const [read] = 'code' in parsed ? [] : parsed;
    if (read === undefined) return [];
    const document = { file, text, folder: 'templates', yaml: read.yaml, value: read.value } as const;
    return items(mapping(read.value).groups).flatMap((group, at) => {
      const common = texts(group.labels);
      const origin: Origin = { document, path: ['groups', at, 'rules'] };
      return items(group.rules).flatMap((rule, index) => staticRule(rule, common, below(origin, index)));
    });
  });
}

export function staticAlerts(files: readonly StaticRuleFile[]): StaticAlert[] {
  return staticRules(files).filter((rule): rule is StaticAlert => rule.alert !== null);
}

type Mapping = Readonly<Record<string, unknown>>;

function staticRule(rule: Mapping, common: Labels, origin: Origin): StaticRule[] {
  const text = String(rule.expr);
  const { expr } = parseExpr(text);
  if (expr === null) return [];
  const alert = rule.alert === undefined || rule.alert === null ? null : String(rule.alert);
  const labels = { ...common, ...texts(rule.labels) };
  return [{ alert, expr, text, labels, annotations: texts(rule.annotations), origin }];
}

const mapping = (value: unknown): Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : {};

const items = (value: unknown): readonly Mapping[] => (Array.isArray(value) ? value.map(mapping) : []);

/** YAML reads `1` as a number; Prometheus takes the text. An empty value takes the label away. */
function texts(value: unknown): Labels {
  const all = Object.entries(mapping(value)).map(([name, text]) => [name, text === null ? '' : String(text)] as const);
  return Object.fromEntries(all);
}
