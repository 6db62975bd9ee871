import { describe, expect, it } from 'vitest';
import type { Format } from '../../../src/import/formats.js';
import { expandHosts } from '../../../src/import/read/ansible.js';
import { rowsOf } from '../../../src/import/read/csv.js';
import { fileMatches } from '../../../src/import/read/file-patterns.js';
import { readInputs } from '../../../src/import/read/read.js';
import { convertQuery, renderQuery } from '../../../src/import/server/query.js';
import { chooseGroupLabel } from '../../../src/import/targets/group-label.js';

const read = (path: string, text: string, format: Format | null = null) => readInputs([{ path, text }], format);

describe('files are known by what they hold', () => {
  it.each([
    ['a.yml', 'groups: [{ name: g, rules: [{ alert: A, expr: up }] }]', 'ruleFiles'],
    ['a.json', '[{ "targets": ["a:1"], "labels": {} }]', 'endpoints'],
    ['a.yml', 'scrape_configs: [{ job_name: j, static_configs: [{ targets: ["a:1"] }] }]', 'jobs'],
    ['hosts', '[web]\na\nb', 'hosts'],
    ['inventory.yml', 'all: { hosts: { a: {} } }', 'hosts'],
    ['x.csv', 'hostname\na', 'hosts'],
    ['x', 'hostname,address\na,b', 'hosts'],
    ['targets.json', '[{ "hostname": "a", "groups": [] }]', 'hosts'],
    ['targets.json', '[{ "targets": ["a:1"] }]', 'endpoints'],
    ['all.json', '{ "groups": [{ "id": "g" }], "alert-templates": [] }', 'groups'],
  ] as const)('%s %s', (path, text, key) => {
    const imported = read(path, text);
    expect(imported.errors).toEqual([]);
    expect(imported[key].length).toBeGreaterThan(0);
  });

  it('says what it does not know, with its place', () => {
    expect(read('x.yml', '\nkind: Deployment').losses).toMatchObject([{ place: { file: 'x.yml', line: 2 } }]);
  });
});

describe('rule files', () => {
  it('keep what YAML would take for a number as it is written', () => {
    const { ruleFiles } = read(
      'a.yml',
      'groups: [{ name: g, rules: [{ alert: A, expr: up, labels: { v: 1.10, z: 007 } }] }]',
    );
    expect(ruleFiles[0]?.groups[0]?.rules[0]?.labels).toEqual({ v: '1.10', z: '007' });
  });

  it('give their rules the labels of the group, and know their lines', () => {
    const text =
      'groups:\n  - name: g\n    labels: { a: x, b: y }\n    rules:\n      - alert: A\n        expr: up\n        labels: { b: z }\n';
    const [rule] = read('a.yml', text).ruleFiles[0]?.groups[0]?.rules ?? [];
    expect(rule).toMatchObject({ labels: { a: 'x', b: 'z' }, place: { file: 'a.yml', line: 5 } });
  });

  it.each([
    ['no expr', '{ alert: A }'],
    ['alert and record', '{ alert: A, record: b, expr: up }'],
    ['an unknown key', '{ alert: A, expr: up, fro: 5m }'],
    ['a text', 'up'],
  ])('lose what Prometheus refuses: %s', (_, rule) => {
    const { ruleFiles, losses } = read('a.yml', `groups: [{ name: g, rules: [${rule}] }]`);
    expect(ruleFiles[0]?.groups[0]?.rules).toEqual([]);
    expect(losses).toHaveLength(1);
  });
});

describe('targets', () => {
  it.each([
    ['a:9100', 'a', 9100],
    ['[2001:db8::1]:9100', '2001:db8::1', 9100],
    ['a', 'a', 80],
  ])('%s', (address, host, port) => {
    expect(read('x.yml', `[{ targets: ["${address}"] }]`).endpoints).toMatchObject([{ host, port }]);
  });

  it.each(['http://u:hunter2@a/', 'a:99999', 'a b:1', ''])('%s is no address', (address) => {
    const { endpoints, losses } = read('x.yml', JSON.stringify([{ targets: [address] }]));
    expect(endpoints).toEqual([]);
    expect(losses).toHaveLength(1);
    expect(JSON.stringify(losses)).not.toContain('hunter2');
  });

  it('belong to the job whose pattern their file fits', () => {
    const files = [
      { path: 'sd/node-1.yml', text: '[{ targets: ["a:1"] }]' },
      {
        path: 'prometheus.yml',
        text: 'scrape_configs: [{ job_name: n, file_sd_configs: [{ files: ["/etc/sd/node-*.yml"] }] }]',
      },
    ];
    expect(readInputs(files, null).endpoints).toMatchObject([{ job: 'n' }]);
  });

  it.each([
    ['sd/*.yml', 'sd/a.yml', true],
    ['/etc/prometheus/sd/*.yml', 'x/sd/a.yml', true],
    ['*.json', 'a.yml', false],
    ['other/*.yml', 'sd/a.yml', false],
    ['a.yml', 'sd/a.yml', true],
    ['sd/a.b', 'sd/axb', false],
    ['*a*a*a*a*a*a*a*b', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', false],
  ])('%s %s', (pattern, file, matches) => {
    expect(fileMatches(pattern, file)).toBe(matches);
  });

  it('are grouped by the label that all have, before one that some have', () => {
    expect(chooseGroupLabel(null, [{ env: 'a', role: 'b' }, { role: 'c' }])).toBe('role');
    expect(chooseGroupLabel(null, [{ env: 'a' }, {}])).toBe('env');
    expect(chooseGroupLabel(null, [{ colour: 'a' }])).toBeNull();
    expect(chooseGroupLabel('colour', [])).toBe('colour');
  });
});

describe('ranges of Ansible', () => {
  it.each([
    ['n[08:10]', ['n08', 'n09', 'n10']],
    ['n[1:3:2]-[a:b]', ['n1-a', 'n1-b', 'n3-a', 'n3-b']],
    ['plain', ['plain']],
    ['n[1:99999999]', null],
    ['n[5:1]', null],
    ['n[1-3]', null],
  ])('%s', (pattern, names) => {
    expect(expandHosts(pattern)).toEqual(names);
  });
});

describe('tables', () => {
  it('are read as RFC 4180 has them', () => {
    expect(rowsOf('a,"b, ""c""",d\r\n"two\nlines",,x\n\nlast,1')).toEqual([
      { cells: ['a', 'b, "c"', 'd'], line: 1 },
      { cells: ['two\nlines', '', 'x'], line: 2 },
      { cells: ['last', '1'], line: 5 },
    ]);
  });
});

describe('queries of a config server', () => {
  it.each([
    ['a > {{.threshold}}', 'a > ${threshold}'],
    ['a[{{ .window }}] > {{- .x }}', 'a[${window}] > ${x}'],
    ['label_replace(a, "b", "${1}", "c", ".")', 'label_replace(a, "b", "$${1}", "c", ".")'],
  ])('%s', (query, expr) => {
    expect(convertQuery(query)).toMatchObject({ kind: 'query', expr });
  });

  it.each(['{{if .x}}1{{end}}', '{{ .a.b }}', '{{ .x | printf "%d" }}', '{{ .for }}'])(
    '%s is more than a variable',
    (query) => {
      expect(convertQuery(query).kind).toBe('refused');
    },
  );

  it('are filled in as the server does, or not at all', () => {
    expect(renderQuery('a > {{ .t }}', { t: 8.5 })).toBe('a > 8.5');
    expect(renderQuery('a > {{ .t }}', {})).toBeNull();
  });
});
