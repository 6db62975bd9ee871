import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { escapeGoTemplate, inspectGoTemplate } from '../../../src/template/index.js';

/** Templates that Prometheus parses. */
const GOOD = [
  'plain text',
  'a lone } and }} and { are text',
  '{{ $labels.instance }}',
  '{{$labels.instance}} of {{ $labels.job }}',
  '{{ .Labels.instance }}',
  '{{ $.Labels.instance }}',
  '{{ $value }}',
  '{{ .Value }}',
  '{{ $value | humanize }}',
  '{{ $value | humanize1024 }}B',
  '{{ $value | humanizePercentage }}',
  '{{ $value | humanizeDuration }}',
  '{{ humanizeTimestamp $value }}',
  '{{ (toTime $value).Year }}',
  '{{ printf "%.2f" $value }}',
  '{{ printf `%.2f` $value }}',
  '{{ printf "%c" \'x\' }}',
  '{{ printf "%c" \'\\n\' }}',
  '{{ $labels.instance | reReplaceAll ":\\\\d+" "" }}',
  '{{ reReplaceAll "(.*):(.*)" "${1}" $labels.instance }}',
  '{{- $labels.instance -}}',
  '{{- $value }} x {{ $value -}}',
  '{{/* a comment */}}x',
  '{{- /* a comment */ -}} x',
  '{{ if eq $labels.severity "critical" }}now{{ else }}later{{ end }}',
  '{{ if $value }}a{{ else if gt $value 5.0 }}b{{ else }}c{{ end }}',
  '{{ if and (gt $value 1.0) (lt $value 2.5e3) }}a{{ end }}',
  '{{ with query "up" }}{{ . | first | value }}{{ end }}',
  '{{ with $x := $value }}{{ $x }}{{ else }}none{{ end }}',
  '{{ range query "up == 0" }}{{ .Labels.instance }} {{ end }}',
  '{{ range $i, $s := query "up" }}{{ $i }}: {{ $s | label "job" }}{{ break }}{{ end }}',
  '{{ range $s := query "up" }}{{ continue }}{{ else }}x{{ end }}',
  '{{ query "up" | sortByLabel "instance" | first | label "instance" }}',
  '{{ $x := 5 }}{{ $x }}',
  '{{ $x := 5 }}{{ $x = 6 }}{{ $x }}',
  '{{ $x:=$labels.job }}{{$x}}',
  '{{ index $labels "instance" }}',
  '{{ index .Labels "a b" }}',
  '{{ define "t" }}{{ . }}{{ end }}{{ template "t" $value }}',
  '{{ block "t" $value }}{{ . }}{{ end }}',
  '{{ $externalLabels.cluster }} {{ .ExternalLabels.cluster }} {{ $externalURL }} {{ externalURL }}',
  '{{ pathPrefix }} {{ graphLink "up" }} {{ tableLink "up" }}',
  '{{ title "a" }} {{ toUpper "a" }} {{ toLower "a" }} {{ stripPort "a:1" }} {{ stripDomain "a.b" }}',
  '{{ match "a.*" "ab" }} {{ safeHtml "a" }} {{ parseDuration "1h" }}',
  '{{ (args "a" "b").arg0 }}',
  '{{ true }} {{ -5 }} {{ +5.5 }} {{ 0x1F }} {{ 1_000 }} {{ .5 }} {{ 1e3 }} {{ 0b11 }} {{ 0o17 }}',
  '{{"{{"}}',
  '{{ "a \\" b }}" }}',
  '{{ `}}` }}',
  '{{\n$value\n}}',
  '{{ not true | print }}',
  '{{ len $labels }}',
  '{{ print nil }}',
  '{{ ($labels).job }}',
  '{{ $value | printf "%.1f" | print }}',
  '{{ $labels.größe }}',
  '{{ $value | }}',
  '{{ (toTime $value).Format "15:04" }}',
];

/** Templates that Prometheus refuses, with the text that the finding points at. */
const BAD: readonly (readonly [template: string, at: string])[] = [
  ['{{ $labels.instance', '{{'],
  ['a {{ b', '{{'],
  ['{{ $labels.instance }', '}'],
  ['{{ }}', '{{ }}'],
  ['{{}}', '{{}}'],
  ['{{ | humanize }}', '|'],
  ['{{ $value | humanise }}', 'humanise'],
  ['{{ nosuch "x" }}', 'nosuch'],
  ['{{ $lables.instance }}', '$lables'],
  ['{{ labels.instance }}', 'labels'],
  ['{{ instance }}', 'instance'],
  ['{{ $value | 5 }}', '5'],
  ['{{ $value | "x" }}', '"x"'],
  ['{{ if $value }}a', '{{ if $value }}'],
  ['{{ if }}a{{ end }}', '{{ if }}'],
  ['a{{ end }}', '{{ end }}'],
  ['{{ else }}', '{{ else }}'],
  ['{{ if $value }}a{{ else }}b{{ else }}c{{ end }}', '{{ else }}'],
  ['{{ if $value }}a{{ end }}{{ end }}', '{{ end }}'],
  ['{{ range query "up" }}', '{{ range query "up" }}'],
  ['{{ with $value }}a{{ else with $value }}b{{ end }}', 'with'],
  ['{{ break }}', '{{ break }}'],
  ['{{ if true }}{{ continue }}{{ end }}', '{{ continue }}'],
  ['{{ /* no comment */ }}', '/'],
  ['{{/* open', '{{'],
  ['{{/* a */ }}', '{{'],
  ['{{ "open }}', '"'],
  ["{{ 'ab' }}", "'ab'"],
  ["{{ ' }}", "'"],
  ['{{ "\\q" }}', '"\\q"'],
  ['{{ `open }}', '`'],
  ['{{ (print 1 }}', '}'],
  ['{{ print 1) }}', ')'],
  ['{{ () }}', '{{ () }}'],
  ['{{ 5x }}', '5x'],
  ['{{ 08x }}', '08x'],
  ['{{ $value.5 }}', '.5'],
  ['{{ $labels..job }}', '.'],
  ['{{ "x".Labels }}', '"x"'],
  ['{{ nil.x }}', 'nil'],
  ['{{ $labels["job"] }}', '['],
  ['{{ $value > 5 }}', '>'],
  ['{{ $value == 5 }}', '='],
  ['{{ $value && 1 }}', '&'],
  ['{{ $value + 1 }}', '+'],
  ['{{ print "a""b" }}', '"b"'],
  ['{{ a"b" }}', '"'],
  ['{{ $x, $y := $value }}', ','],
  ['{{ if $x := 1 }}{{ end }}{{ $x }}', '$x'],
  ['{{ define "t" }}{{ $labels.job }}{{ end }}', '$labels'],
  ['{{ if true }}{{ define "t" }}{{ end }}{{ end }}', '{{ define "t" }}'],
  ['{{ define t }}{{ end }}', 't'],
  ['{{ template t }}', 't'],
  ['{{ template }}', '{{ template }}'],
  ['{{ end x }}', 'x'],
  ['{{ if true }}{{ else x }}{{ end }}', 'x'],
  ['{{ $value : 5 }}', ':'],
  ['{{ range $a, $b, $c := query "up" }}{{ end }}', ','],
  ['{{ humanize $value }} {{ strftime "x" }}', 'strftime'],
  ['{{ $ labels.x }}', 'labels'],
  ['{{ # }}', '#'],
];

/** Templates that Prometheus parses and then fails on, each time the alert fires. */
const BROKEN_WHEN_FIRING: readonly (readonly [template: string, at: string])[] = [
  ['{{ .labels.instance }}', '.labels'],
  ['{{ .Lables.instance }}', '.Lables'],
  ['{{ $.value }}', '.value'],
  ['{{ 5 .Labels }}', '5'],
  ['{{ "a" $value }}', '"a"'],
  ['{{ template "nosuch" . }}', '{{ template "nosuch" . }}'],
];

/** What promtool says to each template: true when it takes it. */
function promtoolTakes(templates: readonly string[]): boolean[] {
  const folder = mkdtempSync(join(tmpdir(), 'aami-go-template-'));
  try {
    const rules = templates.map((summary, index) => ({ alert: `A${index}`, expr: 'up', annotations: { summary } }));
    const file = join(folder, 'rules.json');
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'g', rules }] }));
    const { stdout, stderr } = spawnSync('promtool', ['check', 'rules', file], { encoding: 'utf8' });
    const refused = new Set([...`${stdout}${stderr}`.matchAll(/rule (\d+), "A\d+"/g)].map((match) => Number(match[1])));
    return templates.map((_, index) => !refused.has(index + 1));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('inspectGoTemplate agrees with promtool', () => {
  test('on templates that it takes', () => {
    expect(promtoolTakes(GOOD).flatMap((taken, index) => (taken ? [] : [GOOD[index]]))).toEqual([]);
  });

  test('on templates that it refuses', () => {
    const templates = BAD.map(([template]) => template);
    expect(promtoolTakes(templates).flatMap((taken, index) => (taken ? [templates[index]] : []))).toEqual([]);
  });

  test.each(GOOD)('%s is fine', (template) => {
    expect(inspectGoTemplate(template).problems).toEqual([]);
  });

  test.each(BAD)('%s is refused at %s', (template, at) => {
    const { problems } = inspectGoTemplate(template);
    expect(problems.map(({ code }) => code)).toEqual(['template/bad-go-template']);
    expect(problems.map(({ start, end }) => template.slice(start, end))).toEqual([at]);
  });
});

describe('inspectGoTemplate sees further than promtool', () => {
  test.each(BROKEN_WHEN_FIRING)('%s fails when the alert fires', (template, at) => {
    expect(promtoolTakes([template])).toEqual([true]);
    expect(inspectGoTemplate(template).problems.map(({ start, end }) => template.slice(start, end))).toEqual([at]);
  });

  test('all unknown functions and variables are reported, with the nearest spelling', () => {
    const { problems } = inspectGoTemplate('{{ $value | humanise }} {{ $valeu }} {{ .Labls.x }}');
    expect(problems.map(({ hint }) => hint)).toEqual([
      'Did you mean `humanize`?',
      'Did you mean `$value`?',
      'Did you mean `Labels`?',
    ]);
  });
});

describe('the labels that a template reads', () => {
  test.each<[string, string[]]>([
    ['{{ $labels.instance }} {{ .Labels.job }} {{ $.Labels.a }}', ['instance', 'job', 'a']],
    ['{{ index $labels "b" }} {{ index .Labels `c` }}', ['b', 'c']],
    ['{{ with $labels }}{{ .d }}{{ end }}', ['d']],
    ['{{ $l := .Labels }}{{ $l.e }}{{ ($labels).f }}', ['e', 'f']],
    ['{{ if $labels.g }}{{ $labels.h | toUpper }}{{ end }}', ['g', 'h']],
    ['{{ range query "up" }}{{ .Labels.not_ours }}{{ end }}', []],
    ['{{ with query "up" }}{{ .Labels.not_ours }}{{ $labels.i }}{{ end }}', ['i']],
    ['{{ $externalLabels.cluster }} {{ $value | label "x" }} $labels.text', []],
    ['{{ define "t" }}{{ .Labels.not_ours }}{{ end }}{{ template "t" $labels.j }}', ['j']],
  ])('%s', (template, labels) => {
    const used = inspectGoTemplate(template).labelsUsed;
    expect(used.map(({ name }) => name)).toEqual(labels);
    expect(used.map(({ start, end }) => template.slice(start, end))).toEqual(labels);
  });
});

describe('escapeGoTemplate', () => {
  const LITERALS = [
    'plain',
    '{{',
    '{{{',
    '{{{{',
    '{{ $labels.x }}',
    'a {{"{{"}} b',
    '}}{{}}',
    '${{ x }}',
    '{{- x -}}',
    '{{/*',
  ];

  test.each(LITERALS)('%s is printed as it is', (literal) => {
    const escaped = escapeGoTemplate(literal);
    expect(inspectGoTemplate(escaped)).toEqual({ labelsUsed: [], problems: [] });
    // What Go prints: text as it is, and the one string literal that the escape is made of.
    expect(escaped.replaceAll('{{"{{"}}', '{{')).toBe(literal.replaceAll('{{"{{"}}', '{{"{{"}}'));
  });

  test('promtool takes every escaped literal', () => {
    expect(promtoolTakes(LITERALS.map(escapeGoTemplate))).toEqual(LITERALS.map(() => true));
  });
});
