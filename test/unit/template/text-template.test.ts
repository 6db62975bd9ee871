import { describe, expect, test } from 'vitest';
import {
  checkNames,
  parseTemplate,
  renderTemplate,
  templateNames,
  templateRange,
} from '../../../src/template/index.js';

const SCOPE = {
  threshold: 80,
  window: '5m',
  paths: ['/data', '/mnt/models'],
  limits: { cpu: 5, 'a.b': 'dotted' },
  enabled: true,
  nothing: null,
  mount: 'a.b|c',
  group: { id: 'grp-123', name: 'production', namespace: '' },
  alert: 'HighCPUUsage',
  severity: 'warning',
  for: '5m',
};

function render(text: string): string {
  const { template, problems } = parseTemplate(text);
  expect(problems).toEqual([]);
  const rendered = renderTemplate(template, SCOPE);
  expect(rendered.problems).toEqual([]);
  return rendered.text;
}

describe('renderTemplate', () => {
  test.each([
    ['no placeholder', 'no placeholder'],
    ['', ''],
    ['${threshold}', '80'],
    ['rate(x[${window}]) > ${ threshold }', 'rate(x[5m]) > 80'],
    ['${group.id}/${group.name}/${group.namespace}/', 'grp-123/production//'],
    ['${alert}_${severity}_${for}', 'HighCPUUsage_warning_5m'],
    ['{{ $labels.instance }} above ${threshold}%', '{{ $labels.instance }} above 80%'],
    ['{{ if gt $value ${threshold} }}x{{ end }}', '{{ if gt $value 80 }}x{{ end }}'],
    ['$${1} and $${threshold}', '${1} and ${threshold}'],
    ['$$${threshold}', '$${threshold}'],
    ['$ $threshold {threshold} $$ $}', '$ $threshold {threshold} $$ $}'],
    ['{% x %} {# y #}', '{% x %} {# y #}'],
    ['${"}" ~ \'}\'}', '}}'],
    ['${"a\\"}b"}', 'a"}b'],
    ['${"$${"}', '$${'],
    ["${paths | join(',')}", '/data,/mnt/models'],
    ['${paths[0]} ${paths[1]} ${paths | last}', '/data /mnt/models /mnt/models'],
    ['${limits["a" ~ ".b"]} ${limits[("a.b")]} ${[1, 2][0]} ${(limits).cpu}', 'dotted dotted 1 5'],
    ['${limits.cpu} ${limits["cpu"]} ${limits["c" ~ "pu"]} ${limits["a.b"]}', '5 5 5 dotted'],
    ['${enabled} ${not enabled} ${threshold > 5 and enabled}', 'true false true'],
    ['${"x" if threshold > 90 else "y"}${"z" if threshold > 90}', 'y'],
    ['${threshold in [70, 80]} ${"grp" in group.id} ${"cpu" in limits} ${5 not in [1]}', 'true true true true'],
    ['${nothing | default("d")} ${missing | d(1)} ${limits.missing | default(2)}', 'd 1 2'],
    ['${nothing == null} ${paths == ["/data", "/mnt/models"]} ${"5" == 5} ${1 != 2}', 'true true false true'],
    ['${(threshold + 5) * 2 - 10 / 4}', '167.5'],
    ['${7 * 3 % 2} ${10 - 2 - 3} ${2 - 1 + 1} ${8 / 4 * 2} ${7 // 2 * 2} ${2 ** 3}', '1 5 2 4 6 8'],
    ['${-threshold} ${-(1 - 1)} ${+3}', '-80 0 3'],
    ['${0.07 * 100} ${0.1 + 0.2} ${1 / 3}', '7 0.3 0.333333333333333'],
    ['${10 ** 21} ${1 / 10 ** 7} ${2 ** 53}', '1e+21 1e-7 9007199254740992'],
    ['${"a" + "b"} ${"n" ~ 5 ~ true}', 'ab n5true'],
    ['${"a" < "b"} ${2 >= 2}', 'true true'],
    ['${mount | regex_quote} ${paths | regex_quote | join("|") | json}', 'a\\.b\\|c "/data|/mnt/models"'],
    ['${for | duration_seconds * 2}', '600'],
    ['${\n  threshold\n}', '80'],
  ])('%s → %s', (text, expected) => {
    expect(render(text)).toBe(expected);
  });

  test.each([
    ['${paths}', '${paths}', "Add a filter such as `| join(',')`."],
    ['${limits}', '${limits}', 'Name one of its keys.'],
    ['x ${nothing}', '${nothing}', 'Set the value, or add `| default(…)`.'],
    ['${missing}', 'missing', 'Set it, or add `| default(…)`.'],
    ['a ${limits.missing + 1}', 'limits.missing', 'Set it, or add `| default(…)`.'],
    ['${window * 2}', 'window * 2', null],
    ['${threshold + "x"}', 'threshold + "x"', null],
    ['${threshold < "90"}', 'threshold < "90"', null],
    ['${paths[5]}', 'paths[5]', 'Set it, or add `| default(…)`.'],
    ['${threshold.x}', 'threshold.x', null],
    ['${paths | round}', 'paths | round', null],
    ['${1 / (threshold - 80)}', '1 / (threshold - 80)', 'Is something divided by zero?'],
    ['${window | int | duration_seconds}', 'window | int | duration_seconds', null],
  ])('%s cannot be evaluated', (text, at, hint) => {
    const { template, problems } = parseTemplate(text);
    expect(problems).toEqual([]);
    const rendered = renderTemplate(template, SCOPE);
    expect(rendered.text).not.toMatch(/undefined|NaN|Infinity|object/);
    expect(rendered.problems).toEqual([expect.objectContaining({ code: 'template/evaluation', hint })]);
    expect(rendered.problems.map(({ start, end }) => text.slice(start, end))).toEqual([at]);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('%s is no value', (value) => {
    const { problems } = renderTemplate(parseTemplate('${x}').template, { x: value });
    expect(problems.map(({ code }) => code)).toEqual(['template/evaluation']);
  });

  test('-0 is 0', () => {
    expect(renderTemplate(parseTemplate('${x}').template, { x: -0 }).text).toBe('0');
  });

  test('every placeholder that fails is reported', () => {
    const { problems } = renderTemplate(parseTemplate('${a} ${threshold} ${b}').template, SCOPE);
    expect(problems.map(({ message }) => message)).toEqual(['a has no value', 'b has no value']);
  });

  test('300,000 renderings take seconds at most', () => {
    const constant = parseTemplate('up == 0').template;
    const { template } = parseTemplate('(rate(x[${window}]) > ${threshold}) and ${group.id}');
    const started = performance.now();
    for (let count = 0; count < 300_000; count++) {
      renderTemplate(constant, SCOPE);
      renderTemplate(template, SCOPE);
    }
    expect(performance.now() - started).toBeLessThan(3_000);
  });
});

describe('parseTemplate', () => {
  test.each([
    ['a ${threshold', '${', 'This "${" has no closing "}"'],
    ['a ${', '${', 'This "${" has no closing "}"'],
    ['a ${"x}', '${', 'This "${" has no closing "}"'],
    ['a ${} b', '${}', 'The placeholder is empty'],
    ['a ${  }', '  ', 'The placeholder is empty'],
    ['${a b}', 'b', '"b" is not expected here'],
    ['${a +}', 'a +', 'The expression ends too early'],
    ['${1e5}', '1e5', '"1e5" is neither a name nor a number'],
    ['${a\n+ b c}', 'c', '"c" is not expected here'],
  ])('%s', (text, at, message) => {
    const { problems } = parseTemplate(text);
    expect(problems.map((problem) => problem.message)).toEqual([message]);
    expect(problems.map(({ start, end }) => text.slice(start, end))).toEqual([at]);
  });

  test('all mistakes of a text are reported', () => {
    const { problems } = parseTemplate('${a b} ${a()} ${a | uper} ${');
    expect(problems.map(({ code }) => code)).toEqual([
      'template/syntax',
      'template/forbidden',
      'template/unknown-filter',
      'template/syntax',
    ]);
    expect(problems.map(({ hint }) => hint)).toContain('Did you mean `upper`?');
  });
});

describe('names', () => {
  const KNOWN = new Set(['threshold', 'window', 'paths', 'limits', 'group.id', 'group.name', 'group.namespace', 'for']);

  test('are found with their paths and places', () => {
    const text = '${threshold} ${limits.cpu + limits[window]} ${"x" if group.id == "y" else paths[0]}';
    const names = templateNames(parseTemplate(text).template);
    expect(names.map(({ path }) => path.join('.'))).toEqual([
      'threshold',
      'limits.cpu',
      'limits',
      'window',
      'group.id',
      'paths.0',
    ]);
    expect(names.map(({ start, end }) => text.slice(start, end)).at(1)).toBe('limits.cpu');
    expect(names.filter(({ open }) => open).map(({ path }) => path[0])).toEqual(['limits']);
  });

  test.each([
    ['${treshold}', 'treshold', 'Did you mean `threshold`?'],
    ['${group.idd}', 'group.idd', 'Did you mean `group.id`?'],
    ['${group}', 'group', 'There are group.id, group.name, group.namespace.'],
    ['${groupname}', 'groupname', 'Did you mean `group.name`?'],
    ['x ${paths | join(windw)}', 'windw', 'Did you mean `window`?'],
    [
      '${xyzzy | default(1)}',
      'xyzzy',
      'There are threshold, window, paths, limits, group.id, group.name, group.namespace, for.',
    ],
  ])('%s has an unknown name', (text, at, hint) => {
    const problems = checkNames(parseTemplate(text).template, KNOWN);
    expect(problems.map(({ start, end }) => text.slice(start, end))).toEqual([at]);
    expect(problems).toEqual([expect.objectContaining({ code: 'template/unknown-name', hint })]);
  });

  test.each([
    '${threshold}',
    '${limits.cpu}',
    '${limits[window]}',
    '${group["id"]}',
    '${group[window]}',
    '${paths[0]}',
    '${for}',
    '$${nope}',
  ])('%s has none', (text) => {
    expect(checkNames(parseTemplate(text).template, KNOWN)).toEqual([]);
  });
});

describe('templateRange', () => {
  const text = 'rate(x[${window}]) $${a} > ${threshold | default(5)} or y';
  const { text: rendered, map } = renderTemplate(parseTemplate(text).template, SCOPE);
  const back = (part: string): string => {
    const start = rendered.indexOf(part);
    const range = templateRange(map, start, start + part.length);
    return text.slice(range.start, range.end);
  };

  test.each([
    ['rate', 'rate'],
    ['or y', 'or y'],
    ['5m', '${window}'],
    ['80', '${threshold | default(5)}'],
    ['0', '${threshold | default(5)}'],
    ['x[5m]', 'x[${window}]'],
    ['${a}', '$${a}'],
    [') ${a} > 8', ') $${a} > ${threshold | default(5)}'],
  ])('%s came from %s', (part, origin) => {
    expect(back(part)).toBe(origin);
  });

  test('the end of the text maps to its end', () => {
    expect(templateRange(map, rendered.length, rendered.length)).toEqual({ start: text.length, end: text.length });
  });
});
