import { finding } from '../diagnostics/codes.js';
import type { Finding, Span } from '../diagnostics/finding.js';
import { ALERTMANAGER_CONFIG } from '../emit/alertmanager/index.js';
import { PROMETHEUS_CONFIG } from '../emit/prometheus/index.js';
import { STATIC_RULES_FOLDER } from '../emit/rules/index.js';
import { SD_FOLDER } from '../emit/sd/index.js';
import type { OutputFile, RuleOrigin } from '../emit/types.js';
import type { Repo } from '../model/types.js';
import { below, spanOf } from '../source/positions.js';
import { alertmanagerSource } from './blame-alertmanager.js';
import type { Complaint } from './complaint.js';

export type BlamedRepo = Pick<Repo, 'project' | 'targets' | 'groups' | 'receivers' | 'routes'>;

export interface Blamed {
  /** What was verified. */
  readonly files: readonly OutputFile[];
  /** What it was made from. */
  readonly repo: BlamedRepo | null;
  /** Name of the tool that complains. */
  readonly tool: string;
}

/** Complaints about generated files as findings at what the user wrote; a mistake in a template is one, however many files hold it. */
export function blame(complaints: readonly Complaint[], { files, repo, tool }: Blamed): Finding[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const merged = new Map<string, { finding: Finding; more: number }>();
  for (const complaint of [...complaints].sort(byPlace)) {
    const made = blameOne(complaint, byPath, repo, tool);
    const key = made.span === null ? made.message : `${made.span.file} ${made.span.start} ${complaint.reason}`;
    const known = merged.get(key);
    if (known === undefined) merged.set(key, { finding: made, more: 0 });
    else known.more++;
  }
  return [...merged.values()].map(({ finding: made, more }) =>
    more === 0 ? made : { ...made, message: `${made.message} (and ${more} more of the same source)` },
  );
}

/** promtool goes through labels and annotations in no order; two runs must say the same. */
function byPlace(a: Complaint, b: Complaint): number {
  const [keyA, keyB] = [a, b].map(({ file, line, rule, reason }) => [file, line ?? 0, rule ?? 0, reason]);
  return JSON.stringify(keyA) < JSON.stringify(keyB) ? -1 : 1;
}

function blameOne(
  complaint: Complaint,
  files: ReadonlyMap<string, OutputFile>,
  repo: Blamed['repo'],
  tool: string,
): Finding {
  const file = complaint.file === null ? undefined : files.get(complaint.file);
  const code = tool === 'amtool' ? 'verify/amtool' : 'verify/promtool';
  const said = `${tool} says: ${complaint.reason}`;
  if (file === undefined) return finding(code, said, null);
  if (isStatic(file)) return finding(code, said, staticSpan(file, complaint));
  const origin = originOf(file, complaint);
  const span = origin === null ? otherSource(file, complaint, repo) : sourceOf(origin, complaint.reason);
  const place = `the generated ${generatedPlace(complaint)}`;
  const alert = origin === null ? '' : `, alert "${clip(origin.rule.alert)}"`;
  return finding(code, said, span, { hint: `It says so of ${place}${alert}.` });
}

function isStatic({ path }: OutputFile): boolean {
  return path.startsWith(`${STATIC_RULES_FOLDER}/`);
}

/** What made a file without rules: the project, a receiver or route, or the target that the reason quotes. */
function otherSource(file: OutputFile, complaint: Complaint, repo: Blamed['repo']): Span | null {
  if (repo === null) return null;
  const { project, targets } = repo;
  const { path } = file;
  const { reason } = complaint;
  if (path === ALERTMANAGER_CONFIG) return alertmanagerSource(file.content, complaint, repo);
  if (path === PROMETHEUS_CONFIG) return spanOf(below(project.origin, 'prometheus'));
  if (!path.startsWith(`${SD_FOLDER}/`)) return null;
  const quoted = [...reason.matchAll(/"([^"]+)"/g)].map((match) => match[1] ?? '');
  const target = targets.find(({ address }) => quoted.some((text) => text.startsWith(`${address}:`)));
  return target === undefined ? null : spanOf(below(target.origin, 'address'));
}

function originOf(file: OutputFile, { group, rule, line }: Complaint): RuleOrigin | null {
  if (group !== null) return file.origins.find((origin) => origin.group === group && origin.number === rule) ?? null;
  // A YAML error tells no more than its line: count the rules that begin up to there.
  if (line === null) return null;
  const before = file.content.split('\n', line).filter((text) => text.startsWith('      - alert: ')).length;
  return file.origins[before - 1] ?? null;
}

/** The key of the template or policy that the reason speaks of. */
function sourceOf({ rule }: RuleOrigin, reason: string): Span {
  const { template, effective } = rule.resolved;
  const named = /^(annotation|label) "([^"]*)"/.exec(reason) ?? /^invalid (label|annotation) name: (.*)$/.exec(reason);
  const path = named === null ? (/duration/.test(reason) ? 'for' : null) : `${named[1]}s/${named[2]}`;
  const from = path === null ? undefined : effective.provenance.get(path);
  if (from !== undefined) return spanOf(from);
  const isExpr = /expression/.test(reason);
  return spanOf(isExpr ? below(template.origin, 'expr') : template.origin);
}

/** A hand-written file is its own source. */
function staticSpan(file: OutputFile, { line, column }: Complaint): Span {
  const source = `rules/${file.path.slice(STATIC_RULES_FOLDER.length + 1)}`;
  if (line === null) return { file: source, start: 0, end: 0 };
  const rows = file.content.split('\n', line);
  const row = rows.at(-1) ?? '';
  const begin = rows.slice(0, -1).reduce((sum, text) => sum + text.length + 1, 0);
  const indent = row.length - row.trimStart().length;
  const start = column === null ? indent : Math.min(column - 1, row.length);
  return { file: source, start: begin + start, end: begin + row.trimEnd().length };
}

function generatedPlace({ file, line, column }: Complaint): string {
  return [file, line, column].filter((part) => part !== null).join(':');
}

function clip(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
