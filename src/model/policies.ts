import { finding } from '../diagnostics/codes.js';
import type { Finding, Staged } from '../diagnostics/finding.js';
import { didYouMean, nearest } from '../diagnostics/nearest.js';
import { byCodeUnit } from '../diagnostics/order.js';
import type { AlertPolicyDocument, ScriptPolicyDocument } from '../schema/documents.js';
import { below, spanOf } from '../source/positions.js';
import type { Origin, SourceDocument } from '../source/types.js';
import type { MayExist } from './broken.js';
import { checkConfig, checkLayer } from './configs.js';
import { seriesMatchers, targetMatchers } from './matchers.js';
import { type RawScope, scopeOf } from './policy-scope.js';
import { layerOf } from './settings.js';
import type {
  AlertLayer,
  AlertPolicy,
  AlertTemplate,
  CheckSettings,
  Group,
  PolicyEntry,
  PolicyScope,
  Project,
  ScriptPolicy,
  ScriptTemplate,
} from './types.js';

/** What policies refer to. */
export interface PolicyContext {
  readonly groups: ReadonlyMap<string, Group>;
  readonly alertTemplates: ReadonlyMap<string, AlertTemplate>;
  readonly scriptTemplates: ReadonlyMap<string, ScriptTemplate>;
  readonly unmet: ReadonlyMap<string, readonly string[]>;
  readonly project: Project;
  readonly mayExist: MayExist;
}

export interface RawPolicy<Value> {
  readonly document: SourceDocument;
  readonly value: Value;
}

export function buildAlertPolicies(
  raw: readonly RawPolicy<AlertPolicyDocument>[],
  context: PolicyContext,
): Staged<AlertPolicy[]> {
  const policies = collect(raw, context, ({ document, value }) => {
    const target = targetMatchers(value.targets, { document, path: ['targets'] });
    const series = seriesMatchers(value.series, { document, path: ['series'] });
    const entries = entriesOf(
      { document, path: ['alerts'] },
      value.alerts,
      context.alertTemplates,
      context,
      alertEntry,
    );
    return {
      value: {
        targets: target.value,
        series: series.value,
        priority: value.priority ?? 0,
        entries: entries.value,
        origin: { document, path: [] },
      },
      findings: [...target.findings, ...series.findings, ...entries.findings],
    };
  });
  return { value: policies.value, findings: [...policies.findings, ...unmetRequirements(policies.value, context)] };
}

/** What a template of a library requires is asked for where it is bound first, once. */
function unmetRequirements(policies: readonly AlertPolicy[], { unmet, project }: PolicyContext): Finding[] {
  const entries = policies.flatMap((policy) => policy.entries).filter(({ layer }) => layer.enabled !== false);
  return [...unmet].flatMap(([name, exporters]) => {
    const entry = entries.find(({ template }) => template.name === name);
    if (entry === undefined) return [];
    return exporters.map((exporter) =>
      finding(
        'reference/unknown-exporter',
        `\`${name}\` requires the exporter \`${exporter}\`, which aami.yaml does not define`,
        spanOf(entry.origin, 'key'),
        { hint: didYouMeanExporter(exporter, project) },
      ),
    );
  });
}

function didYouMeanExporter(name: string, { exporters }: Project): string {
  const near = nearest(name, exporters.keys());
  return near === null
    ? 'Add it under `exporters:` in aami.yaml.'
    : `aami.yaml calls one \`${near}\`: name it \`${name}\`.`;
}

export function buildScriptPolicies(
  raw: readonly RawPolicy<ScriptPolicyDocument>[],
  context: PolicyContext,
): Staged<ScriptPolicy[]> {
  return collect(raw, context, ({ document, value }) => {
    const target = targetMatchers(value.targets, { document, path: ['targets'] });
    const entries = entriesOf(
      { document, path: ['checks'] },
      value.checks,
      context.scriptTemplates,
      context,
      checkEntry,
    );
    return {
      value: {
        targets: target.value,
        series: [],
        priority: value.priority ?? 0,
        entries: entries.value,
        origin: { document, path: [] },
      },
      findings: [...target.findings, ...entries.findings],
    };
  });
}

type AlertEntryDocument = AlertPolicyDocument['alerts'][string];
type CheckEntryDocument = ScriptPolicyDocument['checks'][string];

function alertEntry(
  raw: AlertEntryDocument,
  template: AlertTemplate,
  origin: Origin,
): Staged<PolicyEntry<AlertTemplate, AlertLayer>> {
  const layer = layerOf(raw);
  return {
    value: { template, layer, replace: raw.merge === 'replace', reason: raw.reason ?? null, origin },
    findings: checkLayer(layer, template.params, template.name, origin),
  };
}

function checkEntry(
  raw: CheckEntryDocument,
  template: ScriptTemplate,
  origin: Origin,
): Staged<PolicyEntry<ScriptTemplate, CheckSettings>> {
  const layer: CheckSettings = {
    ...(raw.config !== undefined && { config: raw.config }),
    ...(raw.enabled !== undefined && { enabled: raw.enabled }),
    ...(raw.interval !== undefined && { interval: raw.interval }),
    ...(raw.timeout !== undefined && { timeout: raw.timeout }),
  };
  return {
    value: { template, layer, replace: raw.merge === 'replace', reason: raw.reason ?? null, origin },
    findings: checkConfig(layer.config, template.params, template.name, origin),
  };
}

/** The entries of a policy in order of template. One whose template is unknown is a finding and is left out. */
function entriesOf<Document, Template, Layer>(
  origin: Origin,
  raw: Readonly<Record<string, Document>>,
  templates: ReadonlyMap<string, Template>,
  context: PolicyContext,
  build: (raw: Document, template: Template, origin: Origin) => Staged<PolicyEntry<Template, Layer>>,
): Staged<PolicyEntry<Template, Layer>[]> {
  const value: PolicyEntry<Template, Layer>[] = [];
  const findings: Finding[] = [];
  for (const name of Object.keys(raw).sort(byCodeUnit)) {
    const entry = raw[name];
    const template = templates.get(name);
    const at = below(origin, name);
    if (entry !== undefined && template !== undefined) {
      const built = build(entry, template, at);
      value.push(built.value);
      findings.push(...built.findings);
    } else if (template === undefined) {
      findings.push(...unknownTemplate(name, at, context));
    }
  }
  return { value, findings };
}

function unknownTemplate(name: string, origin: Origin, context: PolicyContext): Finding[] {
  const alert = origin.path[0] === 'alerts';
  const [kind, own, other] = alert
    ? (['AlertTemplate', context.alertTemplates, context.scriptTemplates] as const)
    : (['ScriptTemplate', context.scriptTemplates, context.alertTemplates] as const);
  if (context.mayExist(kind, name)) return [];
  const hint = other.has(name)
    ? `\`${name}\` is ${alert ? 'a ScriptTemplate' : 'an AlertTemplate'}: bind it with ${alert ? 'a ScriptPolicy, under `checks`' : 'an AlertPolicy, under `alerts`'}.`
    : didYouMean(name, own.keys());
  return [finding('reference/unknown-template', `There is no ${kind} \`${name}\``, spanOf(origin, 'key'), { hint })];
}

/** Builds each policy with its scope; one that is left without a scope has a finding already. In an order of content. */
function collect<Value extends RawScope, P extends { readonly entries: readonly unknown[] }>(
  raw: readonly RawPolicy<Value>[],
  context: PolicyContext,
  build: (raw: RawPolicy<Value>) => Staged<P>,
): Staged<(P & { scope: PolicyScope })[]> {
  const findings: Finding[] = [];
  const built: { readonly key: string; readonly policy: P & { scope: PolicyScope } }[] = [];
  for (const one of raw) {
    const scope = scopeOf(one.document, one.value, context);
    const policy = build(one);
    findings.push(...scope.findings, ...policy.findings);
    if (scope.value !== null) built.push({ key: sortKey(one), policy: { ...policy.value, scope: scope.value } });
  }
  built.sort((a, b) => byCodeUnit(a.key, b.key));
  return { value: built.map(({ policy }) => policy), findings };
}

/** Policies have no names. Equal ones may stand in any order. */
function sortKey({ value }: RawPolicy<RawScope>): string {
  return `${value.scope ?? ''} ${value.group ?? value.groups?.join(' ') ?? ''} ${value.priority ?? 0} ${JSON.stringify(value)}`;
}
