import { parseAllDocuments } from 'yaml';
import { type FindingCode, finding } from '../diagnostics/codes.js';
import type { Finding, FindingSeverity, RelatedPlace, Span } from '../diagnostics/finding.js';
import { didYouMean } from '../diagnostics/nearest.js';
import type { StaticRuleFile } from '../model/types.js';
import { parseExpr } from '../promql/parse.js';
import type { RuleFile } from '../rules/types.js';
import { spanInScalar, spanOf } from '../source/positions.js';
import type { Origin, SourceDocument } from '../source/types.js';
import { isDuration } from '../template/duration.js';

const FILE_KEYS = new Set(['groups']);
/** Also those of newer versions than the oldest that aami knows: promtool judges by its own. */
const GROUP_KEYS = new Set([
  'name',
  'interval',
  'limit',
  'query_offset',
  'labels',
  'rules',
  'partial_response_strategy',
]);
const ALERT_KEYS = new Set(['alert', 'expr', 'for', 'keep_firing_for', 'labels', 'annotations']);
const RECORD_KEYS = new Set(['record', 'expr', 'labels']);
const LABEL_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const METRIC_NAME = /^[A-Za-z_:][A-Za-z0-9_:]*$/;

/** Where a rule of some name and labels stands, to find its double. */
interface Place {
  readonly span: Span;
  readonly what: string;
}

/**
 * What promtool does not see in hand-written rule files, and what stands in for it where it is not installed: more than
 * one document, empty files, doubles across files and against the generated rules, the shape of the file, PromQL.
 */
export function checkStaticRules(files: readonly StaticRuleFile[], generated: readonly RuleFile[]): Finding[] {
  const findings: Finding[] = [];
  const places = files.length === 0 ? new Map<string, Place>() : placesOf(generated);
  for (const file of files) findings.push(...checkFile(file, places));
  return findings;
}

type Add = (code: FindingCode, message: string, span: Span, details?: Details) => void;
interface Details {
  readonly hint?: string | null;
  readonly related?: readonly RelatedPlace[];
  readonly severity?: FindingSeverity;
}

function checkFile({ path, text }: StaticRuleFile, places: Map<string, Place>): Finding[] {
  const findings: Finding[] = [];
  const file = `rules/${path}`;
  const add: Add = (code, message, span, details) => findings.push(finding(code, message, span, details));
  const parsed = parseAllDocuments(text, { prettyErrors: false, strict: true });
  const documents = Array.isArray(parsed) ? parsed : [];
  const [first, second] = documents;
  if (first === undefined || (first.contents === null && documents.length === 1)) {
    add('lint/empty-rule-file', 'The rule file is empty', { file, start: 0, end: 0 });
    return findings;
  }
  for (const { errors } of documents) {
    for (const { message, pos } of errors)
      add('schema/bad-rule-file', `Not valid YAML: ${message}`, { file, start: pos[0], end: pos[1] });
  }
  if (second !== undefined) {
    const [start, end] = second.contents?.range ?? second.range;
    add(
      'schema/bad-rule-file',
      'Prometheus reads only the first document of a rule file',
      { file, start, end: Math.min(end, start + 1) },
      {
        hint: 'Put what follows the `---` into a file of its own.',
      },
    );
  }
  if (findings.length > 0) return findings;
  const document: SourceDocument = {
    file,
    text,
    folder: 'templates',
    yaml: first,
    value: first.toJS({ maxAliasCount: 100 }),
  };
  checkDocument(document, add, places);
  return findings;
}

function checkDocument(document: SourceDocument, add: Add, places: Map<string, Place>): void {
  const root: Origin = { document, path: [] };
  const value = mapping(document.value, root, 'A rule file', add);
  if (value === null) return;
  checkKeys(value, FILE_KEYS, root, add);
  const groups = list(value.groups, at(root, 'groups'), '`groups`', add);
  const names = new Map<string, Span>();
  let rules = 0;
  for (const [index, group] of groups.entries())
    rules += checkGroup(group, at(root, 'groups', index), names, add, places);
  if (rules === 0) add('lint/empty-rule-file', 'The rule file holds no rules', spanOf(root));
}

function checkGroup(
  value: unknown,
  origin: Origin,
  names: Map<string, Span>,
  add: Add,
  places: Map<string, Place>,
): number {
  const group = mapping(value, origin, 'A rule group', add);
  if (group === null) return 0;
  checkKeys(group, GROUP_KEYS, origin, add);
  const { name } = group;
  if (name === undefined || name === null || name === '')
    add('schema/bad-rule-file', 'A rule group needs a name', spanOf(origin));
  else {
    const span = spanOf(at(origin, 'name'));
    const known = names.get(String(name));
    if (known === undefined) names.set(String(name), span);
    else {
      add('lint/duplicate-rule-group', `The rule group "${String(name)}" stands twice in this file`, span, {
        related: [{ span: known, message: 'the first one' }],
      });
    }
  }
  checkDuration(group.interval, at(origin, 'interval'), add);
  const rules = list(group.rules, at(origin, 'rules'), '`rules`', add);
  for (const [index, rule] of rules.entries()) checkRule(rule, at(origin, 'rules', index), add, places);
  return rules.length;
}

function checkRule(value: unknown, origin: Origin, add: Add, places: Map<string, Place>): void {
  const rule = mapping(value, origin, 'A rule', add);
  if (rule === null) return;
  const kind = kindOf(rule, origin, add);
  if (kind === null) return;
  checkKeys(rule, kind === 'alert' ? ALERT_KEYS : RECORD_KEYS, origin, add, `a rule with \`${kind}\``);
  const name = String(rule[kind]);
  if (kind === 'record' && !METRIC_NAME.test(name)) {
    add('schema/bad-rule-file', `"${name}" is not a metric name`, spanOf(at(origin, 'record')));
  }
  checkExpr(rule.expr, origin, add);
  checkDuration(rule.for, at(origin, 'for'), add);
  checkDuration(rule.keep_firing_for, at(origin, 'keep_firing_for'), add);
  const labels = checkLabels(rule.labels, at(origin, 'labels'), add);
  checkLabels(rule.annotations, at(origin, 'annotations'), add);
  const key = ruleKey(kind, name, labels);
  const span = spanOf(at(origin, kind));
  const double = places.get(key);
  if (double === undefined) {
    places.set(key, { span, what: 'the other rule' });
    return;
  }
  add('lint/duplicate-rule', `Another rule has the name "${name}" and the same labels`, span, {
    related: [{ span: double.span, message: double.what }],
    hint: 'Give one of them another name or a label of its own.',
  });
}

function kindOf(rule: Readonly<Record<string, unknown>>, origin: Origin, add: Add): 'alert' | 'record' | null {
  const [alert, record] = [isSet(rule.alert), isSet(rule.record)];
  if (alert !== record) return alert ? 'alert' : 'record';
  const message = alert ? 'A rule has either `alert` or `record`, not both' : 'A rule needs `alert` or `record`';
  add('schema/bad-rule-file', message, spanOf(alert ? at(origin, 'record') : origin, 'key'));
  return null;
}

function checkExpr(expr: unknown, origin: Origin, add: Add): void {
  if (!isSet(expr)) {
    add('schema/bad-rule-file', 'A rule needs `expr`', spanOf(origin));
    return;
  }
  const place = at(origin, 'expr');
  // YAML reads `expr: 1` as a number; Prometheus takes the text.
  for (const { code, message, start, end, hint } of parseExpr(String(expr)).problems) {
    add(code, message, spanInScalar(place, start, end), { hint });
  }
}

function checkDuration(value: unknown, origin: Origin, add: Add): void {
  if (value === undefined || value === null || isDuration(String(value))) return;
  add('schema/bad-duration', `"${String(value)}" is not a duration such as 30s or 1h30m`, spanOf(origin));
}

/** Labels or annotations; the values that are scalars, as text. */
function checkLabels(value: unknown, origin: Origin, add: Add): Readonly<Record<string, string>> {
  if (value === undefined || value === null) return {};
  const labels = mapping(value, origin, 'This', add);
  const texts: Record<string, string> = {};
  for (const [name, text] of Object.entries(labels ?? {})) {
    const place = at(origin, name);
    if (!LABEL_NAME.test(name) || name === '__name__')
      add('schema/bad-label', `"${name}" is not a label name`, spanOf(place, 'key'));
    else if (typeof text === 'object' && text !== null)
      add('schema/bad-rule-file', `"${name}" needs a text`, spanOf(place));
    else texts[name] = String(text ?? '');
  }
  return texts;
}

function checkKeys(
  value: Readonly<Record<string, unknown>>,
  known: ReadonlySet<string>,
  origin: Origin,
  add: Add,
  where = 'a rule file',
): void {
  for (const key of Object.keys(value)) {
    if (known.has(key)) continue;
    const message = `\`${key}\` is no key of ${where}`;
    add('schema/bad-rule-file', message, spanOf(at(origin, key), 'key'), { hint: didYouMean(key, known) });
  }
}

function mapping(value: unknown, origin: Origin, what: string, add: Add): Readonly<Record<string, unknown>> | null {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return Object.fromEntries(Object.entries(value));
  add('schema/bad-rule-file', `${what} is a mapping`, spanOf(origin));
  return null;
}

function list(value: unknown, origin: Origin, what: string, add: Add): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (value !== undefined && value !== null) add('schema/bad-rule-file', `${what} is a list`, spanOf(origin));
  return [];
}

function placesOf(generated: readonly RuleFile[]): Map<string, Place> {
  const places = new Map<string, Place>();
  for (const { groups } of generated) {
    for (const { rules } of groups) {
      for (const { alert, labels, resolved } of rules) {
        const key = ruleKey('alert', alert, labels);
        if (!places.has(key)) places.set(key, placeOf(resolved.template.origin));
      }
    }
  }
  return places;
}

/** Its span is looked up only if it is shown. */
function placeOf(origin: Origin): Place {
  return {
    get span() {
      return spanOf(origin);
    },
    what: 'a rule of this template has them too',
  };
}

/** Prometheus tells rules apart by these. */
function ruleKey(kind: 'alert' | 'record', name: string, labels: Readonly<Record<string, string>>): string {
  const sorted = Object.keys(labels).sort();
  return JSON.stringify([kind, name, ...sorted.flatMap((label) => [label, labels[label]])]);
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

function at(origin: Origin, ...path: (string | number)[]): Origin {
  return { document: origin.document, path: [...origin.path, ...path] };
}
