import { SEVERITIES, type Severity } from '../../model/types.js';
import { canonicalExpr, type ParsedExpr, parseExpr, traceTargets } from '../../promql/index.js';
import { isDuration } from '../../template/index.js';
import { isId } from '../names.js';
import type { Loss, SourceRule } from '../types.js';
import type { HasAdded } from './added-labels.js';
import { labelledMetrics } from './recorded.js';
import { type Renames, visit } from './rename.js';
import { translate } from './translate.js';
import type { Candidate, Carried, TranslatedRule } from './types.js';
import type { World } from './world.js';

/** New severities by the old ones; '' for alerts that have none. */
export type SeverityMap = ReadonlyMap<string, Severity>;

export interface Classified {
  readonly candidates: readonly Candidate[];
  readonly carried: readonly Carried[];
  readonly losses: readonly Loss[];
}

/** Which rules can be made by templates, and what is to become of the others. */
export function classify(
  rules: readonly SourceRule[],
  world: World,
  renames: Renames,
  severities: SeverityMap,
): Classified {
  const losses: Loss[] = [];
  const has = labelledMetrics(rules);
  const candidates: Candidate[] = [];
  const carried: Carried[] = [];
  const seen = new Map<string, SourceRule>();
  for (const source of rules) {
    const rule = translate(source, renames, has, world);
    if (rule === null) {
      losses.push(notAnExpression(source));
      continue;
    }
    const twin = seen.get(meaningOf(rule));
    if (twin !== undefined) {
      const { file, line } = twin.place;
      losses.push({
        place: source.place,
        what: `the rule ${source.name}`,
        why: `the same rule stands in ${file}:${line}`,
      });
      continue;
    }
    seen.set(meaningOf(rule), source);
    const severity = severityOf(rule, severities);
    const why = source.kind === 'record' ? null : (rule.trouble ?? obstacle(rule, severity, world));
    if (why === null && severity !== null && source.kind === 'alert')
      candidates.push({ ...rule, severity, looksAt: looksAt(rule.expr, has) });
    else carried.push({ rule, why, mark: null });
  }
  return { candidates, carried, losses };
}

/** Equal for rules that fire alike and say the same. */
function meaningOf({ source, expr, labels, annotations }: TranslatedRule): string {
  const sorted = [labels, annotations].map((texts) => Object.entries(texts).sort());
  return JSON.stringify([source.kind, source.name, canonicalExpr(expr), source.for, source.keepFiringFor, sorted]);
}

function notAnExpression({ place, name, expr }: SourceRule): Loss {
  const [problem] = parseExpr(expr).problems;
  const why = `its expression is not one that Prometheus takes: ${problem?.message ?? 'it is empty'}`;
  return { place, what: `the rule ${name}`, why };
}

function severityOf({ labels }: TranslatedRule, severities: SeverityMap): Severity | null {
  const written = labels.severity ?? '';
  return severities.get(written) ?? SEVERITIES.find((severity) => severity === written) ?? null;
}

/** Why an alert cannot be made by a template. */
function obstacle(rule: TranslatedRule, severity: Severity | null, world: World): string | null {
  const { source, expr, labels, annotations } = rule;
  const { limit, query_offset: offset } = source.groupSettings;
  if (world.targets.length === 0) return 'no targets are imported, and a template makes rules for targets';
  if (expr.selectors.length === 0) return 'it looks at no series of a target';
  if (!isId(source.name)) return 'its name is not one of letters, digits, `_`, `.` and `-`';
  if (severity === null)
    return labels.severity === undefined
      ? 'it has no label `severity`; --severity =warning would give it one'
      : `its severity \`${labels.severity}\` is none of critical, warning and info; --severity ${labels.severity}=warning would change it`;
  const label = Object.keys(labels).find((name) => name !== 'severity' && !ALERT_LABEL.test(name));
  if (label !== undefined) return `aami gives the label \`${label}\` itself`;
  const annotation = Object.keys(annotations).find((name) => !/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name));
  if (annotation !== undefined) return `its annotation \`${annotation}\` is not named in letters, digits and \`_\``;
  const duration = [source.for, source.keepFiringFor].find((text) => text !== null && !isDuration(text));
  if (duration !== undefined) return `\`${duration}\` is not a duration`;
  if (limit !== undefined) return 'its rule group has a limit, which aami’s have not';
  if (offset !== undefined) return 'its rule group has a query_offset, which aami’s have not';
  return jobObstacle(expr, world);
}

const ALERT_LABEL = /^(?!__)(?!(?:severity|group|group_id|namespace|override|alertname)$)[a-zA-Z_][a-zA-Z0-9_]*$/;

/** A job that no imported target has is one of series without the labels of targets. */
function jobObstacle(expr: ParsedExpr, { plan }: World): string | null {
  const jobs = new Set(plan.exporters.map(({ job }) => job));
  const asked = expr.selectors.flatMap(({ matchers }) =>
    matchers.filter(({ label, op }) => label === 'job' && op === '='),
  );
  const unknown = asked.find(({ value }) => !jobs.has(value));
  return unknown === undefined ? null : `none of the imported targets has the job \`${unknown.value}\``;
}

function looksAt(expr: ParsedExpr, has: HasAdded): Candidate['looksAt'] {
  if (expr.selectors.some(({ metric }) => !has(metric)) || saysWhatIsAbsent(expr)) return 'fleet';
  return traceTargets(expr, ['instance', 'target_id']).kind === 'reaches' ? 'targets' : 'aggregate';
}

/** The matchers of absent() are labels of its result. */
function saysWhatIsAbsent(expr: ParsedExpr): boolean {
  let found = false;
  visit(expr.root, (node) => {
    if (node.kind === 'call' && node.name.startsWith('absent')) found = true;
  });
  return found;
}
