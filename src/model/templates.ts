import { finding } from '../diagnostics/codes.js';
import type { Finding, Staged } from '../diagnostics/finding.js';
import { didYouMean } from '../diagnostics/nearest.js';
import { byCodeUnit } from '../diagnostics/order.js';
import type { AlertTemplateDocument, ScriptTemplateDocument } from '../schema/documents.js';
import { spanOf } from '../source/positions.js';
import { scriptKey, splitLibrary } from '../source/scripts.js';
import type { Origin, SourceDocument, Sources } from '../source/types.js';
import { normaliseParams } from '../template/params.js';
import type { MayExist } from './broken.js';
import { checkLevels } from './configs.js';
import { checkInhibited, inhibitsOf } from './inhibits.js';
import { sortedMap, uniqueBy } from './order.js';
import { layerOf } from './settings.js';
import { unknownExporter } from './target-exporters.js';
import type { AlertTemplate, Exporter, Inhibits, Metric, Params, Project, ScriptTemplate } from './types.js';

export interface RawAlertTemplate {
  readonly document: SourceDocument;
  readonly value: AlertTemplateDocument;
}

export interface RawScriptTemplate {
  readonly document: SourceDocument;
  readonly value: ScriptTemplateDocument;
}

/** What templates refer to. */
export interface TemplateContext {
  readonly project: Project;
  readonly projectKnown: boolean;
  readonly sources: Sources;
  readonly mayExist: MayExist;
}

/** Shipped libraries serve projects that do not have all of their exporters: only what is bound must be met. */
function isFromLibrary(document: SourceDocument): boolean {
  return splitLibrary(document.file).library !== '';
}

export function buildScriptTemplates(
  raw: readonly RawScriptTemplate[],
  { sources }: TemplateContext,
): Staged<ReadonlyMap<string, ScriptTemplate>> {
  const unique = uniqueBy(raw, ({ value }) => value.name, duplicateTemplate);
  const findings = [...unique.findings];
  const templates = new Map<string, ScriptTemplate>();
  for (const one of unique.value.values()) {
    const params = paramsOf(one);
    const content = contentOf(one, sources);
    findings.push(...params.findings, ...content.findings, ...reservedMetrics(one));
    templates.set(one.value.name, scriptTemplateOf(one, params.value, content.value));
  }
  return { value: sortedMap(templates), findings };
}

function scriptTemplateOf({ document, value }: RawScriptTemplate, params: Params, content: string): ScriptTemplate {
  return {
    name: value.name,
    description: value.description ?? null,
    scriptType: value.script_type,
    language: value.language,
    version: value.version,
    content,
    args: value.args ?? [],
    params,
    settings: {
      config: params.defaults,
      ...(value.interval !== undefined && { interval: value.interval }),
      ...(value.timeout !== undefined && { timeout: value.timeout }),
    },
    user: value.user ?? null,
    metrics: value.metrics === undefined ? null : metricsOf(value.metrics),
    origin: { document, path: [] },
  };
}

function metricsOf(declared: NonNullable<ScriptTemplateDocument['metrics']>): ReadonlyMap<string, Metric> {
  const metrics = Object.entries(declared).map(([name, { type, labels = [], help = null }]): [string, Metric] => [
    name,
    { type, labels: [...new Set(labels)].sort(byCodeUnit), help },
  ]);
  return sortedMap(new Map(metrics));
}

/** The agent writes these about the checks: those of a script would clash with them. */
const OF_THE_AGENT = /^aami_(?:check|agent|bundle|build)_/;

function reservedMetrics({ document, value }: RawScriptTemplate): Finding[] {
  return Object.keys(value.metrics ?? {})
    .filter((name) => OF_THE_AGENT.test(name))
    .map((name) =>
      finding(
        'template/reserved-metric',
        `The metric \`${name}\` of ${value.name} has a name that the agent uses`,
        spanOf({ document, path: ['metrics', name] }, 'key'),
        {
          hint: '`aami_check_…`, `aami_agent_…`, `aami_bundle_…` and `aami_build_…` are taken: give yours another name.',
        },
      ),
    );
}

function contentOf({ document, value }: RawScriptTemplate, sources: Sources): Staged<string> {
  if ('inline' in value.script) return { value: value.script.inline, findings: [] };
  const path = value.script.file;
  const script = sources.scripts.get(scriptKey(document.file, path)) ?? { kind: 'missing' };
  if (script.kind === 'text') return { value: script.text, findings: [] };
  const span = spanOf({ document, path: ['script', 'file'] });
  switch (script.kind) {
    case 'missing': {
      const hint = 'The path is relative to the file that names it.';
      return {
        value: '',
        findings: [finding('reference/script-missing', `There is no script \`${path}\``, span, { hint })],
      };
    }
    case 'outside': {
      const hint = 'A script lies inside the repo, so that a review sees it: copy it there.';
      const message = `The script \`${path}\` lies outside of the repo`;
      return { value: '', findings: [finding('reference/script-outside-repo', message, span, { hint })] };
    }
    case 'unreadable':
      return {
        value: '',
        findings: [finding('source/unreadable', `The script \`${path}\` cannot be read: ${script.reason}`, span)],
      };
  }
}

export interface AlertTemplates {
  readonly templates: ReadonlyMap<string, AlertTemplate>;
  /** Exporters that templates of a library require and the project does not have, by template. */
  readonly unmet: ReadonlyMap<string, readonly string[]>;
}

export function buildAlertTemplates(
  raw: readonly RawAlertTemplate[],
  checks: ReadonlyMap<string, ScriptTemplate>,
  context: TemplateContext,
): Staged<AlertTemplates> {
  const unique = uniqueBy(raw, ({ value }) => value.name, duplicateTemplate);
  const findings = [...unique.findings];
  const templates = new Map<string, AlertTemplate>();
  const unmet = new Map<string, readonly string[]>();
  for (const one of unique.value.values()) {
    const params = paramsOf(one);
    const requires = requiresOf(one, checks, context);
    const inhibits = inhibitsOf(one.value.inhibits, { document: one.document, path: ['inhibits'] });
    const template = alertTemplateOf(one, params.value, requires.value, inhibits.value);
    findings.push(...params.findings, ...requires.findings, ...inhibits.findings);
    findings.push(...checkLevels(template.settings, template.params, template.name, template.origin));
    templates.set(template.name, template);
    const missing = isFromLibrary(one.document) ? missingExporters(one, context) : [];
    if (missing.length > 0) unmet.set(template.name, missing);
  }
  findings.push(...checkInhibited(templates, context.mayExist));
  return { value: { templates: sortedMap(templates), unmet }, findings };
}

function alertTemplateOf(
  { document, value }: RawAlertTemplate,
  params: Params,
  requires: AlertTemplate['requires'],
  inhibits: Inhibits | null,
): AlertTemplate {
  return {
    name: value.name,
    description: value.description ?? null,
    category: value.category,
    expr: value.expr,
    aggregate: value.aggregate ?? false,
    unscoped: value.unscoped ?? [],
    requires,
    params,
    settings: { ...layerOf(value), config: params.defaults },
    inhibits,
    origin: { document, path: [] },
  };
}

function missingExporters({ value }: RawAlertTemplate, { project, projectKnown }: TemplateContext): string[] {
  return projectKnown ? (value.requires?.exporters ?? []).filter((name) => !project.exporters.has(name)) : [];
}

function requiresOf(
  { document, value }: RawAlertTemplate,
  known: ReadonlyMap<string, ScriptTemplate>,
  { project, projectKnown, mayExist }: TemplateContext,
): Staged<AlertTemplate['requires']> {
  const exporters: Exporter[] = [];
  const checks: ScriptTemplate[] = [];
  const findings: Finding[] = [];
  for (const [index, name] of (value.requires?.exporters ?? []).entries()) {
    const exporter = project.exporters.get(name);
    const origin: Origin = { document, path: ['requires', 'exporters', index] };
    if (exporter !== undefined) exporters.push(exporter);
    else if (projectKnown && !isFromLibrary(document)) findings.push(unknownExporter(name, origin, project.exporters));
  }
  for (const [index, name] of (value.requires?.checks ?? []).entries()) {
    const check = known.get(name);
    const origin: Origin = { document, path: ['requires', 'checks', index] };
    if (check !== undefined) checks.push(check);
    else if (!mayExist('ScriptTemplate', name)) findings.push(unknownCheck(name, origin, known));
  }
  return { value: { exporters, checks }, findings };
}

function unknownCheck(name: string, origin: Origin, known: ReadonlyMap<string, ScriptTemplate>): Finding {
  return finding('reference/unknown-template', `There is no ScriptTemplate \`${name}\``, spanOf(origin), {
    hint: didYouMean(name, [...known.keys()]),
  });
}

function paramsOf({ document, value }: RawAlertTemplate | RawScriptTemplate): Staged<Params> {
  const { params, problems } = normaliseParams(value.params ?? {});
  const findings = problems.map(({ path, message, hint }) =>
    finding('template/bad-params', message, spanOf({ document, path: ['params', ...path] }), { hint }),
  );
  return { value: params, findings };
}

type RawTemplate = { readonly document: SourceDocument; readonly value: { readonly name: string } };

function duplicateTemplate(first: RawTemplate, second: RawTemplate): Finding {
  // Where a library is half of the clash, the repo's own template is the one that can be renamed.
  const [other, shown] = isFromLibrary(second.document) ? [second, first] : [first, second];
  const library = isFromLibrary(other.document);
  const message = library
    ? `A template library already has a template \`${shown.value.name}\``
    : `The template \`${shown.value.name}\` is defined twice`;
  return finding('reference/duplicate-template', message, spanOf({ document: shown.document, path: ['name'] }), {
    related: [
      {
        span: spanOf({ document: other.document, path: ['name'] }),
        message: library ? 'that of the library' : 'also here',
      },
    ],
    hint: library ? 'Tune that one with a policy, or give your own another name.' : null,
  });
}
