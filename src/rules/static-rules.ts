import { finding } from '../diagnostics/codes.js';
import type { Finding, Span } from '../diagnostics/finding.js';
import type { StaticRuleFile } from '../model/types.js';
import { parseExpr } from '../promql/parse.js';
import { parseYaml } from '../source/parse.js';
import { below, spanInScalar, spanOf } from '../source/positions.js';
import type { Origin, SourceDocument } from '../source/types.js';
import { inspectGoTemplate } from '../template/go-template.js';
import { type Add, checkDuration, checkKeys, checkLabels, isSet, list, mapping, scalar } from './static-shape.js';
import type { RuleFile } from './types.js';

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

function checkFile({ path, text }: StaticRuleFile, places: Map<string, Place>): Finding[] {
  const findings: Finding[] = [];
  const file = `rules/${path}`;
  const add: Add = (code, message, span, details) => findings.push(finding(code, message, span, details));
  const parsed = parseYaml(file, text);
  if ('code' in parsed) return [parsed];
  const read = parsed[0];
  const unread = parsed.find((document) => document !== read && !document.empty);
  if (read === undefined || (read.empty && unread === undefined)) {
    add('lint/empty-rule-file', 'The rule file is empty', { file, start: 0, end: 0 });
    return findings;
  }
  for (const document of parsed) findings.push(...document.findings);
  if (unread !== undefined) {
    const [start, end] = unread.yaml.contents?.range ?? unread.yaml.range;
    add(
      'schema/bad-rule-file',
      'Prometheus reads only the first document of a rule file',
      { file, start, end: Math.min(end, start + 1) },
      {
        hint: 'Put what follows the `---` into a file of its own.',
      },
    );
  }
  // A document whose YAML is broken has no value to judge; a second document leaves the first as it is.
  if (parsed.some((document) => document.findings.length > 0)) return findings;
  const document: SourceDocument = { file, text, folder: 'templates', yaml: read.yaml, value: read.value };
  checkDocument(document, add, places);
  return findings;
}

function checkDocument(document: SourceDocument, add: Add, places: Map<string, Place>): void {
  const root: Origin = { document, path: [] };
  const value = mapping(document.value, root, 'A rule file', add);
  if (value === null) return;
  checkKeys(value, FILE_KEYS, root, add, 'a rule file');
  const groups = list(value.groups, below(root, 'groups'), '`groups`', add);
  const names = new Map<string, Span>();
  let rules = 0;
  for (const [index, group] of groups.entries())
    rules += checkGroup(group, below(root, 'groups', index), names, add, places);
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
  checkKeys(group, GROUP_KEYS, origin, add, 'a rule group');
  if (!isSet(group.name)) add('schema/bad-rule-file', 'A rule group needs a name', spanOf(origin));
  const name = scalar(group.name, below(origin, 'name'), 'The name of a rule group', add);
  if (name !== null) {
    const span = spanOf(below(origin, 'name'));
    const known = names.get(name);
    if (known === undefined) names.set(name, span);
    else {
      add('lint/duplicate-rule-group', `The rule group "${name}" stands twice in this file`, span, {
        related: [{ span: known, message: 'the first one' }],
      });
    }
  }
  checkDuration(group.interval, below(origin, 'interval'), add);
  const rules = list(group.rules, below(origin, 'rules'), '`rules`', add);
  for (const [index, rule] of rules.entries()) checkRule(rule, below(origin, 'rules', index), add, places);
  return rules.length;
}

function checkRule(value: unknown, origin: Origin, add: Add, places: Map<string, Place>): void {
  const rule = mapping(value, origin, 'A rule', add);
  if (rule === null) return;
  const kind = kindOf(rule, origin, add);
  if (kind === null) return;
  checkKeys(rule, kind === 'alert' ? ALERT_KEYS : RECORD_KEYS, origin, add, `a rule with \`${kind}\``);
  const name = scalar(rule[kind], below(origin, kind), `\`${kind}\``, add);
  if (kind === 'record' && name !== null && !METRIC_NAME.test(name)) {
    add('schema/bad-rule-file', `"${name}" is not a metric name`, spanOf(below(origin, 'record')));
  }
  checkExpr(rule.expr, origin, add);
  checkDuration(rule.for, below(origin, 'for'), add);
  checkDuration(rule.keep_firing_for, below(origin, 'keep_firing_for'), add);
  const labels = checkLabels(rule.labels, below(origin, 'labels'), '`labels`', add);
  const annotations = checkLabels(rule.annotations, below(origin, 'annotations'), '`annotations`', add);
  if (kind === 'alert') {
    checkTemplates(labels, below(origin, 'labels'), add);
    checkTemplates(annotations, below(origin, 'annotations'), add);
  }
  if (name === null) return;
  const key = ruleKey(kind, name, labels);
  const span = spanOf(below(origin, kind));
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
  add('schema/bad-rule-file', message, spanOf(alert ? below(origin, 'record') : origin, 'key'));
  return null;
}

function checkExpr(expr: unknown, origin: Origin, add: Add): void {
  if (!isSet(expr)) {
    add('schema/bad-rule-file', 'A rule needs `expr`', spanOf(origin));
    return;
  }
  const place = below(origin, 'expr');
  const text = scalar(expr, place, '`expr`', add);
  if (text === null) return;
  for (const { code, message, start, end, hint } of parseExpr(text).problems) {
    add(code, message, spanInScalar(place, start, end), { hint });
  }
}

function checkTemplates(texts: Readonly<Record<string, string>>, origin: Origin, add: Add): void {
  for (const [name, text] of Object.entries(texts)) {
    for (const { code, message, start, end, hint } of inspectGoTemplate(text).problems)
      add(code, message, spanInScalar(below(origin, name), start, end), { hint });
  }
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
