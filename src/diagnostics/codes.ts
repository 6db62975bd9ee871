import type { Finding, FindingSeverity, RelatedPlace, Span } from './finding.js';

/**
 * Every finding that aami can report: its usual severity and its title. A new finding is one entry here
 * and one page `docs/findings/<family>/<name>.md`.
 */
export const CODES = {
  'source/no-project': ['error', 'There is no aami.yaml, or it holds no Project'],
  'source/unreadable': ['error', 'A file cannot be read as text'],
  'source/outside-repo': ['error', 'A path leads out of the repo'],
  'source/too-large': ['error', 'A file is larger than aami reads'],
  'source/yaml-syntax': ['error', 'A file is not valid YAML'],
  'source/duplicate-key': ['error', 'A key stands twice in one mapping'],
  'source/tab': ['error', 'A tab is used for indentation'],
  'source/broken-base': ['error', 'The base of a diff does not compile'],
  'source/not-a-mapping': ['error', 'A document is not a mapping'],

  'schema/api-version': ['error', 'apiVersion is missing or unknown'],
  'schema/unknown-kind': ['error', 'kind is missing or unknown'],
  'schema/wrong-folder': ['error', 'A kind lies in the folder of another'],
  'schema/unknown-key': ['error', 'A key is not part of the format'],
  'schema/missing-key': ['error', 'A required key is missing'],
  'schema/wrong-type': ['error', 'A value has the wrong type'],
  'schema/bad-value': ['error', 'A value is outside of what is allowed'],
  'schema/bad-duration': ['error', 'A duration is not one of Prometheus'],
  'schema/bad-label': ['error', 'A label name is invalid or reserved'],
  'schema/bad-matcher': ['error', 'A matcher list does not parse'],
  'schema/bad-regex': ['error', 'A regular expression is not one of RE2'],
  'schema/bad-host-range': ['error', 'A host range is malformed or does not fit its addresses'],
  'schema/inline-secret': ['error', 'A secret stands in the repo'],
  'schema/bad-rule-file': ['error', 'A static rule file is not one of Prometheus'],

  'reference/unknown-group': ['error', 'A group does not exist'],
  'reference/unknown-template': ['error', 'A template does not exist'],
  'reference/unknown-exporter': ['error', 'An exporter is not defined in the project'],
  'reference/unknown-library': ['error', 'A template library does not exist'],
  'reference/group-cycle': ['error', 'Groups are each other’s ancestors'],
  'reference/inhibition-cycle': ['error', 'Alerts inhibit each other'],
  'reference/duplicate-project': ['error', 'There are two Projects'],
  'reference/duplicate-group': ['error', 'Two groups have one id'],
  'reference/duplicate-target': ['error', 'Two targets have one id'],
  'reference/duplicate-host': ['error', 'Two targets have one hostname'],
  'reference/duplicate-endpoint': ['error', 'Two targets share host and port in one job'],
  'reference/duplicate-template': ['error', 'Two templates have one name'],
  'reference/unknown-receiver': ['error', 'A receiver does not exist'],
  'reference/no-default-receiver': ['error', 'There are receivers, but no default one'],
  'reference/duplicate-receiver': ['error', 'Two receivers have one name'],
  'reference/duplicate-route': ['error', 'Two routes have one name'],
  'reference/duplicate-maintenance': ['error', 'Two maintenances have one name'],
  'reference/duplicate-job': ['error', 'Two exporters share one job'],
  'reference/script-missing': ['error', 'A script file does not exist'],
  'reference/script-outside-repo': ['error', 'A script lies outside the repo'],

  'policy/conflict': ['error', 'Equally strong policies set different values'],
  'policy/unknown-parameter': ['error', 'A parameter is not one of the template'],
  'policy/bad-parameter': ['error', 'A parameter does not fit its schema'],
  'policy/reserved-series-label': ['error', 'A series narrowing uses a label that aami gives'],
  'policy/narrowing-lost': ['error', 'A narrowing does not reach the result of the expression'],
  'policy/narrowing-selects-nothing': ['error', 'A narrowing selects no series of the expression'],
  'policy/too-many-narrowings': ['error', 'Narrowings of one alert meet in too many ways'],
  'policy/metric-clash': ['error', 'Two checks of one target declare one metric differently'],
  'policy/binds-nothing': ['warning', 'A policy binds no target, because none meets the requirements'],
  'policy/blind-spot': ['warning', 'An alert needs a check that its targets do not run'],
  'policy/no-target-matches': ['warning', 'A policy narrows to targets that do not exist'],
  'policy/shadowed-by-level': ['warning', 'A value has no effect because every level sets its own'],

  'template/syntax': ['error', 'A placeholder does not parse'],
  'template/unknown-name': ['error', 'A placeholder uses an unknown name'],
  'template/forbidden': ['error', 'A placeholder uses what is not allowed'],
  'template/unknown-filter': ['error', 'A placeholder uses an unknown filter'],
  'template/evaluation': ['error', 'A placeholder cannot be evaluated'],
  'template/bad-params': ['error', 'The schema of a parameter is invalid'],
  'template/bad-go-template': ['error', 'A Prometheus template in an annotation or label does not parse'],
  'template/reserved-metric': ['error', 'A check declares a metric of the agent'],
  'template/dropped-label': ['error', 'A label is named that the expression drops'],

  'promql/syntax': ['error', 'A PromQL expression does not parse'],
  'promql/unknown-function': ['error', 'A PromQL function does not exist'],
  'promql/type': ['error', 'A PromQL expression has the wrong type'],
  'promql/contradicting-matcher': ['error', 'A selector contradicts the scope of its rule'],
  'promql/label-collision': ['error', 'A rule label replaces a label that tells results apart'],
  'promql/no-selector': ['warning', 'An expression selects no series, so it fires for every group'],

  'lint/duplicate-rule': ['error', 'Two rules have the same name and labels'],
  'lint/duplicate-rule-group': ['error', 'Two rule groups of one file have one name'],
  'lint/selects-nothing': ['warning', 'A hand-written rule asks for what no series has'],
  'lint/only-default-receiver': ['warning', 'Nobody but the default receiver is told of an alert'],
  'lint/unknown-namespace': ['warning', 'Receivers are named for a namespace that no group has'],
  'lint/expired-maintenance': ['warning', 'The window of a maintenance is over'],
  'lint/long-maintenance': ['warning', 'The window of a maintenance is longer than a year'],
  'lint/idle-maintenance': ['warning', 'A maintenance is for targets that do not exist'],
  'lint/empty-rule-file': ['warning', 'A static rule file holds no rules'],
  'lint/shellcheck': ['warning', 'shellcheck finds fault with a check script'],
  'lint/unset-variables': ['warning', 'A check script goes on with variables that are not set'],
  'lint/unquoted-variable': ['warning', 'A check script does not quote a variable'],
  'lint/no-time-limit': ['warning', 'A check script runs without a time limit what may hang'],
  'lint/unbounded-find': ['warning', 'A check script goes through a whole file system'],
  'lint/sends-away': ['warning', 'A check script tells somebody outside'],
  'lint/undescribed-metrics': ['warning', 'Nobody says what a check measures'],
  'lint/unprinted-metric': ['warning', 'A check declares a metric that it does not print'],

  'verify/promtool': ['error', 'promtool refuses a generated file'],
  'verify/amtool': ['error', 'amtool refuses alertmanager.yml'],
  'verify/tool-missing': ['warning', 'A verification tool is not installed'],

  'output/signed-uncommitted': ['warning', 'Signed bundles are not those of a commit'],
  'output/path-clash': ['error', 'Two outputs claim one path'],
} as const satisfies Record<string, readonly [FindingSeverity, string]>;

export type FindingCode = keyof typeof CODES;

export interface FindingDetails {
  readonly related?: readonly RelatedPlace[];
  readonly hint?: string | null;
  readonly severity?: FindingSeverity;
}

/** The one way to make a finding; its severity is that of the table of codes unless given. */
export function finding(code: FindingCode, message: string, span: Span | null, details: FindingDetails = {}): Finding {
  return {
    code,
    severity: details.severity ?? CODES[code][0],
    message,
    span,
    related: details.related ?? [],
    hint: details.hint ?? null,
  };
}
