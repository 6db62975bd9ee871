import { createHash } from 'node:crypto';
import { finding } from '../../diagnostics/codes.js';
import type { Staged } from '../../diagnostics/finding.js';
import type { Group, JsonObject, Metric, ScriptTemplate, Target } from '../../model/types.js';
import { makeReport, type Report } from '../../resolve/report.js';
import type { ResolvedCheck } from '../../resolve/types.js';
import { checkPlaceholders } from '../../rules/placeholders.js';
import { renderText } from '../../rules/texts.js';
import { below, spanInScalar } from '../../source/positions.js';
import type { Origin } from '../../source/types.js';
import { checkNames, parseTemplate } from '../../template/index.js';
import type { Emitted, Emitter } from '../emitter.js';
import { buildInfo } from './build-info.js';

/** What a target's agent asks for: the checks that run on it, as a JSON array; and of which build they are. */
export const emitChecks: Emitter = ({ model }): Emitted => {
  const report = makeReport();
  const contents = new Map<readonly ResolvedCheck[], Map<Group, string>>();
  const hashes = new Map<ScriptTemplate, string>();
  const files = model.repo.targets
    .filter((target) => target.active)
    .map((target) => {
      const content = bundle(model.checks.get(target) ?? NO_CHECKS, target.groups[0], contents, hashes, report);
      return { file: { path: bundlePath(target), content, origins: [] }, claimedBy: target.origin };
    });
  for (const template of model.repo.scriptTemplates.values()) {
    if (!hashes.has(template)) checkUnused(template, report);
  }
  const bundles = files.map(({ file }) => file);
  const info = buildInfo(bundles, model).map((file) => ({ file, claimedBy: null }));
  return { files: [...files, ...info], findings: report.findings };
};

/** The bundle of one check alone; null: of no group. */
export function singleBundle(check: ResolvedCheck, group: Group | null): Staged<string> {
  const report = makeReport();
  const value = bundleText([checkEntry(check, group, hashOf(check.template, new Map()), report)]);
  return { value, findings: report.findings };
}

const bundleText = (entries: readonly unknown[]): string => `${JSON.stringify(entries, null, 2)}\n`;

/** Where the checks of a target are written. */
export function bundlePath({ id }: Target): string {
  return `checks/${id}.json`;
}

/** The id of the target whose bundle it is; null: no bundle. */
export function targetOfBundle(path: string): string | null {
  return /^checks\/([^/]+)\.json$/.exec(path)?.[1] ?? null;
}

const NO_CHECKS: readonly ResolvedCheck[] = [];

/** Targets with the same checks and primary group share one string. */
function bundle(
  checks: readonly ResolvedCheck[],
  group: Group,
  contents: Map<readonly ResolvedCheck[], Map<Group, string>>,
  hashes: Map<ScriptTemplate, string>,
  report: Report,
): string {
  const byGroup = contents.get(checks) ?? new Map<Group, string>();
  contents.set(checks, byGroup);
  let content = byGroup.get(group);
  if (content === undefined) {
    const entries = checks.map((check) => checkEntry(check, group, hashOf(check.template, hashes), report));
    content = bundleText(entries);
    byGroup.set(group, content);
  }
  return content;
}

function checkEntry(
  { template, config, interval, timeout }: ResolvedCheck,
  group: Group | null,
  hash: string,
  report: Report,
) {
  const scope = checkPlaceholders(template, config, group);
  const args = template.args.map((arg, at) => renderText(arg, argOrigin(template, at), scope, report)?.text ?? '');
  return {
    name: template.name,
    script_type: template.scriptType,
    script_content: template.content,
    language: template.language,
    config,
    args,
    timeout,
    interval,
    version: template.version,
    hash,
    ...(template.user !== null && { user: template.user }),
    ...(template.metrics !== null && { metrics: declarations(template.metrics) }),
  };
}

/** What the agent holds the output of the script against. */
export function declarations(metrics: ReadonlyMap<string, Metric>): JsonObject {
  return Object.fromEntries(
    [...metrics].map(([name, { type, labels, help }]) => [name, { type, labels, ...(help !== null && { help }) }]),
  );
}

function hashOf(template: ScriptTemplate, hashes: Map<ScriptTemplate, string>): string {
  const known = hashes.get(template);
  if (known !== undefined) return known;
  const hash = createHash('sha256').update(template.content).digest('hex');
  hashes.set(template, hash);
  return hash;
}

/** A template that runs nowhere has no values to render, but its placeholders can be read. */
function checkUnused(template: ScriptTemplate, report: Report): void {
  const known = new Set([...template.params.schemas.keys(), 'group.id', 'group.name', 'group.namespace']);
  for (const [at, arg] of template.args.entries()) {
    const parsed = parseTemplate(arg);
    const problems = parsed.problems.length > 0 ? parsed.problems : checkNames(parsed.template, known);
    for (const { code, message, start, end, hint } of problems) {
      report.add(`${template.name} ${at} ${start} ${code}`, () =>
        finding(code, message, spanInScalar(argOrigin(template, at), start, end), { hint }),
      );
    }
  }
}

function argOrigin(template: ScriptTemplate, at: number): Origin {
  return below(template.origin, 'args', at);
}
