import { byCodeUnit } from '../diagnostics/order.js';
import type { Import } from './import.js';
import type { Verdict } from './prove/prove.js';
import type { Family } from './rules/types.js';
import type { Loss, SourceRule } from './types.js';

/** What an import has come to, as its reports tell it. */
export interface ImportReport {
  readonly counts: {
    readonly alerts: number;
    readonly recordingRules: number;
    readonly templates: number;
    readonly hosts: number;
    readonly groups: number;
    readonly exporters: number;
    readonly checks: number;
  };
  /** What labels of targets are called on series now, by what they were. */
  readonly renamedLabels: Readonly<Record<string, string>>;
  readonly groupLabel: string | null;
  readonly rules: readonly ReportedRule[];
  /** Compiled rules that are none of the originals. */
  readonly extra: readonly { readonly name: string }[];
  /** Sentences about what the proofs take for granted. */
  readonly assumptions: readonly string[];
  readonly losses: readonly Loss[];
  readonly errors: readonly Loss[];
  /** Paths of the new repo. */
  readonly files: readonly string[];
}

export interface ReportedRule {
  readonly name: string;
  readonly kind: SourceRule['kind'];
  readonly file: string;
  readonly line: number;
  readonly outcome: Verdict['outcome'];
  readonly reasons: readonly string[];
  readonly assumptions: readonly string[];
  readonly compiled: number;
  /** The template that makes it now; null where it is carried as it was. */
  readonly template: string | null;
  /** The values of the parameters of the template. */
  readonly params: Readonly<Record<string, number>>;
  /** Why no template makes it; null for recording rules, and where one does. */
  readonly why: string | null;
}

export function reportOf({ imported, plan, design, proof, losses, repo }: Import): ImportReport {
  const made = new Map([
    ...design.families.flatMap(membersOf),
    ...repo.server.map(({ rule, template }) => [rule.source, { template, params: {} }] as const),
  ]);
  const why = new Map(design.carried.map(({ rule, why: reason }) => [rule.source, reason]));
  const rules = proof.verdicts.map(
    ({ rule, outcome, reasons, assumptions, compiled }): ReportedRule => ({
      name: rule.name,
      kind: rule.kind,
      ...rule.place,
      outcome,
      reasons,
      assumptions,
      compiled,
      template: made.get(rule)?.template ?? null,
      params: made.get(rule)?.params ?? {},
      why: why.get(rule) ?? null,
    }),
  );
  const labels = [...new Set(plan.targets.flatMap((target) => Object.keys(target.labels)))].sort(byCodeUnit);
  return {
    counts: {
      alerts: rules.filter(({ kind }) => kind === 'alert').length,
      recordingRules: rules.filter(({ kind }) => kind === 'record').length,
      templates: repo.templates,
      hosts: plan.targets.length,
      groups: plan.groups.length,
      exporters: plan.exporters.length,
      checks: imported.server?.scriptTemplates.length ?? 0,
    },
    renamedLabels: Object.fromEntries(labels.map((label) => [label, `target_label_${label}`])),
    groupLabel: plan.groupLabel,
    rules: rules.sort(byPlace),
    extra: proof.extra.map(({ name }) => ({ name })),
    assumptions: [...new Set(rules.flatMap((rule) => rule.assumptions))].sort(byCodeUnit),
    losses: [...losses].sort((a, b) => byPlace(a.place, b.place)),
    errors: imported.errors,
    files: [...repo.texts.keys()].sort(byCodeUnit),
  };
}

function byPlace(
  a: { readonly file: string; readonly line: number },
  b: { readonly file: string; readonly line: number },
): number {
  return byCodeUnit(a.file, b.file) || a.line - b.line;
}

function membersOf({
  name,
  cells,
}: Family): [SourceRule, { readonly template: string; readonly params: Readonly<Record<string, number>> }][] {
  return cells
    .flatMap(({ members }) =>
      members.map(({ rule, config }) => [rule.source, { template: name, params: config }] as const),
    )
    .map(([rule, info]) => [rule, info]);
}
