import { type Expr, isVectorMatch, stringArgument } from '../../promql/ast.js';
import type { ParsedExpr } from '../../promql/index.js';
import { asksQuery, labelsRead, type Renames, visit } from '../rules/rename.js';
import type { TranslatedRule } from '../rules/types.js';
import type { World } from '../rules/world.js';

/** What the comparison of expressions does not see. */
export interface Hazards {
  /** What keeps a proof from holding. */
  readonly doubts: readonly string[];
  /** What is taken for granted of the series. */
  readonly assumptions: readonly string[];
}

/** Metrics that many exporters have. */
const COMMON = /^(?:up$|scrape_|process_|go_|promhttp_|python_|jvm_)/;

export function hazardsOf(rule: TranslatedRule, original: ParsedExpr, world: World, renames: Renames): Hazards {
  const doubts: string[] = [];
  const assumptions: string[] = [];
  const { expr, trouble } = rule;
  if (trouble !== null) doubts.push(trouble);
  if (expr.selectors.some(({ metric }) => metric === 'ALERTS' || metric === 'ALERTS_FOR_STATE'))
    doubts.push('it reads ALERTS, and alerts have other labels now');
  const relabelled = world.plan.relabelled.filter((job) => mayRead(expr, job));
  if (relabelled.length > 0)
    doubts.push(`it may read the job ${relabelled.join(' or ')}, whose relabelling is not carried over`);
  if (computesWithInstance(expr, world))
    doubts.push('it computes with the value of `instance`, which was an address and is now the name of the host');
  if (bringsExportersTogether(expr, world)) {
    const families = new Set(expr.selectors.map(({ metric }) => /^[A-Za-z0-9]*/.exec(metric ?? '')?.[0]));
    if (families.size > 1 || expr.selectors.some(({ metric }) => metric === null || COMMON.test(metric)))
      doubts.push('it goes by `instance`, which is now the same for all exporters of a host and was not');
    else assumptions.push('metrics of one expression whose names begin alike come from one exporter of each host');
  }
  for (const label of labelsRead(original, renames)) {
    if (world.targets.some(({ spreadLabels }) => spreadLabels.includes(label)))
      doubts.push(`all series of a host have its label ${label} now, and those of some jobs had not`);
    const isOfTargets = world.targets.some(({ labels }) => labels[label] !== undefined);
    if (isOfTargets && world.targets.some(({ labels }) => labels[label] === undefined))
      assumptions.push(`exporters of targets without the label ${label} do not have it themselves`);
  }
  if (Object.values({ ...rule.labels, ...rule.annotations }).some(asksQuery) && renames.size > 0)
    doubts.push('a text of it queries Prometheus, which is not looked into');
  return { doubts, assumptions };
}

function computesWithInstance(expr: ParsedExpr, { targets }: World): boolean {
  if (targets.every(({ hostname, exporters }) => exporters.every(({ instance }) => instance === hostname)))
    return false;
  let found = false;
  visit(expr.root, (node) => {
    if (node.kind !== 'call' || !/^label_(?:replace|join)$/.test(node.name)) return;
    if (node.args.slice(3).some((arg) => stringArgument(arg) === 'instance')) found = true;
  });
  return found;
}

function mayRead({ selectors }: ParsedExpr, job: string): boolean {
  return selectors.some(({ matchers }) =>
    matchers.every(({ label, op, value }) => label !== 'job' || op !== '=' || value === job),
  );
}

/** Whether series of several exporters of one host, which had different addresses, can meet. */
function bringsExportersTogether(expr: ParsedExpr, { targets }: World): boolean {
  const merged = targets.some(({ exporters }) => new Set(exporters.map(({ instance }) => instance)).size > 1);
  if (!merged) return false;
  const jobs = expr.selectors.map(
    ({ matchers }) => matchers.find(({ label, op }) => label === 'job' && op === '=')?.value ?? null,
  );
  if (jobs.every((job) => job !== null && job === jobs[0])) return false;
  let found = false;
  visit(expr.root, (node) => {
    if (forgetsJob(node)) found = true;
  });
  return found;
}

function forgetsJob(node: Expr): boolean {
  const named = (labels: readonly { readonly name: string }[], label: string): boolean =>
    labels.some(({ name }) => name === label);
  if (node.kind === 'aggregation' && node.grouping !== null) {
    const { kind, labels } = node.grouping;
    return kind === 'by'
      ? named(labels, 'instance') && !named(labels, 'job')
      : named(labels, 'job') && !named(labels, 'instance');
  }
  if (node.kind !== 'binary' || !isVectorMatch(node) || node.matching === null) return false;
  const { kind, labels } = node.matching;
  return kind === 'on'
    ? named(labels, 'instance') && !named(labels, 'job')
    : named(labels, 'job') && !named(labels, 'instance');
}
