import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkSchemas } from '../../../src/schema/check.js';
import { parseDocuments } from '../../../src/source/parse.js';
import type { SourceDocument } from '../../../src/source/types.js';
import { placesOf } from '../source/places.js';

const head = (kind: string): string => `apiVersion: aami/v1\nkind: ${kind}\n`;
const alert = (lines: string): string => `${head('AlertTemplate')}name: A\ncategory: c\nexpr: up == 0\n${lines}`;
const policy = (lines: string): string => `${head('AlertPolicy')}scope: global\nalerts:\n${lines}`;

function check(folder: SourceDocument['folder'], text: string) {
  const parsed = parseDocuments('a.yaml', text, folder);
  expect(parsed.findings).toEqual([]);
  return checkSchemas(parsed.documents, parsed.broken);
}

describe('what a document may hold', () => {
  it.each<[SourceDocument['folder'], string]>([
    [
      'project',
      `${head('Project')}name: gpu\noutput: ./build/out\nlibraries: [node, ./lib]\nexporters:\n  node_exporter: { job: node-exporter, port: 9100, scheme: https, metrics_path: /m, scrape_interval: 1m30s, scrape_timeout: 500ms }\nrules: { alert_name: "\${alert}_\${group.name}" }\nprometheus:\n  global: { scrape_interval: 15s, external_labels: { cluster: a }, query_log_file: q.log }\n  alertmanagers: ["alertmanager:9093", "[::1]:9093"]\n`,
    ],
    [
      'groups',
      `${head('Group')}id: grp-1.a_b\nname: Produktion Süd\nparent: grp-0\nnamespace: prod\nlabels: { team: ml }\nnotify: { critical: oncall, default: [a, b] }\n`,
    ],
    [
      'targets',
      `${head('Target')}id: x\nhostname: n1\naddress: "::1"\ngroups: [a, b]\nlabels: { type: gpu, group: ok }\nexporters: [a, { type: b, port: 1, metrics_path: /m, scheme: http }]\nstatus: inactive\n`,
    ],
    ['targets', `${head('TargetSet')}hosts: "n[001-128]"\naddress: "10.0.0.[1-128]"\ngroups: [a]\n`],
    [
      'templates',
      alert(
        'severity: info\nfor: 1h30m\nkeep_firing_for: 0s\nrequires: { exporters: [a], checks: [b] }\nparams: { a: 1, b: { type: duration, default: 5m }, c: [x] }\nlabels: { a: b }\nannotations: { summary: "{{ $value }}" }\nrunbook_url: https://x/y\naggregate: true\nunscoped: [up, "a:b"]\n',
      ),
    ],
    [
      'templates',
      alert(
        'levels: { warning: { config: { a: 1 } }, critical: { for: 2m, enabled: false, labels: {}, annotations: {}, keep_firing_for: 1m } }\n',
      ),
    ],
    [
      'templates',
      `${head('ScriptTemplate')}name: m\nscript_type: mount\nlanguage: bash\nversion: 1.0.0\nscript: { file: m.sh }\nargs: ["a"]\ntimeout: 30s\ninterval: 60s\nmetrics: { mount_status: { type: gauge, labels: [path], help: x } }\n`,
    ],
    [
      'policies',
      policy(
        '  A: {}\n  B: { config: { a: { b: [1] } }, for: 10m, keep_firing_for: 0s, severity: info, labels: {}, annotations: {}, enabled: false, reason: r, levels: { info: {} }, merge: replace }\npriority: -1\ntargets: { type: gpu }\nseries: \'mountpoint=~"/s.*"\'\n',
      ),
    ],
    [
      'policies',
      `${head('ScriptPolicy')}groups: [a]\npriority: 1\nchecks: { m: { config: {}, enabled: true, reason: r, merge: deep, interval: 1m, timeout: 1s } }\n`,
    ],
  ])('in %s: everything of the format', (folder, text) => {
    const { value, findings } = check(folder, text);
    expect(findings).toEqual([]);
    expect(value.documents).toHaveLength(1);
    expect(value.broken).toEqual([]);
  });

  it('includes every template that is shipped', () => {
    const folder = new URL('../../../templates/', import.meta.url);
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.yaml'),
    )) {
      const parsed = parseDocuments(name, readFileSync(new URL(name, folder), 'utf8'), 'templates');
      expect([...parsed.findings, ...checkSchemas(parsed.documents).findings]).toEqual([]);
    }
  });

  it('includes a bare zero for a duration, which is 0s to everybody further on', () => {
    const { value } = check(
      'policies',
      policy('  A: { for: 0, levels: { info: { keep_firing_for: 0 } }, config: { for: 0 } }\n'),
    );
    const [typed] = value.documents;
    expect(typed?.kind === 'AlertPolicy' && typed.value.alerts.A).toEqual({
      for: '0s',
      levels: { info: { keep_firing_for: '0s' } },
      config: { for: 0 },
    });
  });
});

const ALL_KINDS =
  'Kinds: Project, Group, Target, TargetSet, AlertTemplate, ScriptTemplate, AlertPolicy, ScriptPolicy, Receiver, Route, Maintenance.';

describe('kinds', () => {
  it.each<[string, SourceDocument['folder'], string, string[], string | null]>([
    ['misspelt', 'groups', head('Gruop'), ['schema/unknown-kind 2:7'], 'Did you mean `Group`?'],
    ['of a later version', 'policies', head('Dashboard'), ['schema/unknown-kind 2:7'], ALL_KINDS],
    [
      'missing',
      'targets',
      'apiVersion: aami/v1\nid: x\n',
      ['schema/unknown-kind 1:1'],
      'Kinds of this folder: Target, TargetSet.',
    ],
    [
      'not a text',
      'groups',
      'apiVersion: aami/v1\nkind: [Group]\n',
      ['schema/unknown-kind 2:7'],
      'Kinds of this folder: Group.',
    ],
    ['named like a built-in', 'groups', head('constructor'), ['schema/unknown-kind 2:7'], ALL_KINDS],
    [
      'in the wrong folder',
      'targets',
      `${head('Group')}id: a\n`,
      ['schema/wrong-folder 2:7'],
      'Move the document to `groups/`.',
    ],
    [
      'beside the Project',
      'project',
      `${head('Group')}id: a\n`,
      ['schema/wrong-folder 2:7'],
      'Move the document to `groups/`.',
    ],
    ['without a version', 'groups', 'kind: Group\nid: a\n', ['schema/api-version 1:1'], 'Add `apiVersion: aami/v1`.'],
    [
      'of another version',
      'groups',
      'apiVersion: aami/v2\nkind: Group\nnew_key: 1\n',
      ['schema/api-version 1:13'],
      'Write `apiVersion: aami/v1`.',
    ],
  ])('%s', (_, folder, text, found, hint) => {
    const { findings } = check(folder, text);
    expect(placesOf(findings, text)).toEqual(found);
    expect(findings[0]?.hint).toBe(hint);
  });

  it('in the wrong folder are still known by their id', () => {
    expect(check('targets', `${head('Group')}id: a\n`).value.documents).toHaveLength(1);
  });

  it('of documents with mistakes are passed on, for what refers to them', () => {
    const { value } = check('groups', `${head('Group')}id: a\nlabel: {}\n---\n${head('Grup')}id: b\n`);
    expect(value.broken.map(({ kind, value: raw }) => [kind, (raw as { id: string }).id])).toEqual([
      ['Group', 'a'],
      ['Grup', 'b'],
    ]);
  });
});

describe('a mistake in a document', () => {
  type Case = readonly [
    what: string,
    folder: SourceDocument['folder'],
    text: string,
    found: string,
    message: string,
    hint: string | null,
  ];
  const cases: readonly Case[] = [
    [
      'an unknown key',
      'groups',
      `${head('Group')}id: a\nfoo: 1\n`,
      'schema/unknown-key 4:1',
      '`foo` is not a key of a Group',
      'Its keys are `apiVersion`, `kind`, `id`, `name`, `parent`, `namespace`, `labels`, `notify`, `alertmanager`.',
    ],
    [
      'a misspelt key that is needed',
      'templates',
      alert('sevrity: info\n'),
      'schema/unknown-key 6:1',
      '`sevrity` is not a key of an AlertTemplate',
      'Did you mean `severity`?',
    ],
    [
      'a misspelt scope',
      'policies',
      `${head('AlertPolicy')}grup: a\nalerts: { A: {} }\n`,
      'schema/unknown-key 3:1',
      '`grup` is not a key of an AlertPolicy',
      'Did you mean `group`?',
    ],
    [
      'a merge key',
      'groups',
      `${head('Group')}id: a\n<<: { name: b }\n`,
      'schema/unknown-key 4:1',
      '`<<` is not a key of a Group',
      'Merge keys are not part of YAML 1.2; write the keys out.',
    ],
    [
      'an unknown level',
      'policies',
      policy('  A: { levels: { crit: {} } }\n'),
      'schema/unknown-key 5:18',
      '`crit` is not a key of `alerts.A.levels`',
      'Did you mean `critical`?',
    ],
    [
      'a severity within a level',
      'policies',
      policy('  A: { levels: { info: { severity: info } } }\n'),
      'schema/unknown-key 5:26',
      '`severity` is not a key of `alerts.A.levels.info`',
      'A level is its own severity.',
    ],
    ['a missing key', 'groups', head('Group'), 'schema/missing-key 2:7', 'A Group needs `id`', null],
    [
      'a missing severity',
      'templates',
      alert(''),
      'schema/missing-key 2:7',
      'An AlertTemplate needs `severity` or `levels`',
      null,
    ],
    [
      'a missing key within',
      'project',
      `${head('Project')}name: a\nexporters:\n  node: { port: 1 }\n`,
      'schema/missing-key 5:3',
      '`exporters.node` needs `job`',
      null,
    ],
    [
      'a missing key of an item',
      'targets',
      `${head('Target')}hostname: a\ngroups: [b]\nexporters:\n- port: 1\n`,
      'schema/missing-key 6:3',
      'Item 1 of `exporters` needs `type`',
      null,
    ],
    [
      'no scope',
      'policies',
      `${head('AlertPolicy')}alerts: { A: {} }\n`,
      'schema/missing-key 2:7',
      'An AlertPolicy needs `scope`, `group` or `groups`',
      '`scope: global` is about all targets.',
    ],
    [
      'two scopes',
      'policies',
      `${policy('  A: {}\n')}group: a\n`,
      'schema/bad-value 6:1',
      'Only one of `scope`, `group`, `groups` can be given',
      null,
    ],
    [
      'a script twice',
      'templates',
      `${head('ScriptTemplate')}name: a\nscript_type: t\nlanguage: sh\nversion: "1"\nscript: { file: a, inline: b }\n`,
      'schema/bad-value 7:20',
      'Only one of `file`, `inline` can be given',
      null,
    ],
    [
      'a script without either',
      'templates',
      `${head('ScriptTemplate')}name: a\nscript_type: t\nlanguage: sh\nversion: "1"\nscript: {}\n`,
      'schema/missing-key 7:1',
      '`script` needs `file` or `inline`',
      null,
    ],
    [
      'a script as a text',
      'templates',
      `${head('ScriptTemplate')}name: a\nscript_type: t\nlanguage: sh\nversion: "1"\nscript: a.sh\n`,
      'schema/wrong-type 7:9',
      '`script` must be a mapping, but is a text',
      'Write `{ file: … }` or `{ inline: … }`.',
    ],
    [
      'a version that YAML takes for a number',
      'templates',
      `${head('ScriptTemplate')}name: a\nscript_type: t\nlanguage: sh\nversion: 1.0\nscript: { file: a }\n`,
      'schema/wrong-type 6:10',
      '`version` must be a text, but is the number 1.0',
      'Put it into quotes: `"1.0"`.',
    ],
    [
      'a number for an expression, which quotes would only hide',
      'templates',
      `${head('AlertTemplate')}name: A\ncategory: c\nseverity: warning\nexpr: 5\n`,
      'schema/wrong-type 6:7',
      '`expr` must be a text, but is the number 5',
      'Write a PromQL expression that selects series, such as `up == 0`.',
    ],
    [
      'a number for a label that is called as an expression is',
      'groups',
      `${head('Group')}id: a\nlabels: { expr: 5 }\n`,
      'schema/wrong-type 4:17',
      '`expr` must be a text, but is the number 5',
      'Put it into quotes: `"5"`.',
    ],
    [
      'a number for an id',
      'groups',
      `${head('Group')}id: 007\n`,
      'schema/wrong-type 3:5',
      '`id` must be a text, but is the number 007',
      'Put it into quotes: `"007"`.',
    ],
    [
      'a truth value for a label',
      'groups',
      `${head('Group')}id: a\nlabels: { gpu: true }\n`,
      'schema/wrong-type 4:16',
      '`gpu` must be a text, but is the truth value `true`',
      'Put it into quotes: `"true"`.',
    ],
    [
      'a quoted number',
      'project',
      `${head('Project')}name: a\nexporters:\n  n: { job: j, port: "9100" }\n`,
      'schema/wrong-type 5:22',
      '`port` must be a whole number, but is a text',
      'Write it without quotes: `9100`.',
    ],
    [
      'a fraction',
      'project',
      `${head('Project')}name: a\nexporters:\n  n: { job: j, port: 91.5 }\n`,
      'schema/wrong-type 5:22',
      '`port` must be a whole number, but is the number 91.5',
      null,
    ],
    [
      'yes',
      'policies',
      policy('  A: { enabled: yes }\n'),
      'schema/wrong-type 5:17',
      '`enabled` must be `true` or `false`, but is a text',
      'Write `true`.',
    ],
    [
      'a text for a list',
      'targets',
      `${head('Target')}hostname: a\ngroups: prod\n`,
      'schema/wrong-type 4:9',
      '`groups` must be a list, but is a text',
      'Write a list: `[prod]`.',
    ],
    [
      'a list for a mapping',
      'groups',
      `${head('Group')}id: a\nlabels:\n- team: x\n`,
      'schema/wrong-type 5:1',
      '`labels` must be a mapping, but is a list',
      'Write `key: value` lines without the leading `- `.',
    ],
    [
      'an alert without settings',
      'policies',
      policy('  A:\n'),
      'schema/wrong-type 5:3',
      '`A` must be a mapping, but is empty',
      'Write `{}` for an empty mapping.',
    ],
    [
      'an empty key',
      'groups',
      `${head('Group')}id: a\nname:\n`,
      'schema/wrong-type 4:1',
      '`name` must be a text, but is empty',
      'Write a value, or remove the key.',
    ],
    [
      'an unquoted mapping',
      'templates',
      alert('severity: info\nannotations: { summary: { a: b } }\n'),
      'schema/wrong-type 7:25',
      '`summary` must be a text, but is a mapping',
      'A text that begins with `{` must be quoted.',
    ],
    [
      'a bad severity',
      'policies',
      policy('  A: { severity: crit }\n'),
      'schema/bad-value 5:18',
      '`severity` must be `critical`, `warning` or `info`, not `crit`',
      'Did you mean `critical`?',
    ],
    [
      'a severity that is a list',
      'policies',
      policy('  A: { severity: [info] }\n'),
      'schema/wrong-type 5:18',
      '`severity` must be `critical`, `warning` or `info`, but is a list',
      null,
    ],
    [
      'a bad scope',
      'policies',
      `${head('AlertPolicy')}scope: globl\nalerts: { A: {} }\n`,
      'schema/bad-value 3:8',
      '`scope` must be `global`, not `globl`',
      'Did you mean `global`?',
    ],
    [
      'no alerts',
      'policies',
      `${head('AlertPolicy')}scope: global\nalerts: {}\n`,
      'schema/bad-value 4:9',
      '`alerts` is empty',
      'Name at least one.',
    ],
    [
      'no groups',
      'targets',
      `${head('Target')}hostname: a\ngroups: []\n`,
      'schema/bad-value 4:9',
      '`groups` is empty',
      'Name at least one.',
    ],
    [
      'an empty text',
      'templates',
      `${head('AlertTemplate')}name: A\ncategory: c\nseverity: info\nexpr: "  "\n`,
      'schema/bad-value 6:7',
      '`expr` is empty',
      null,
    ],
    [
      'a bad id',
      'groups',
      `${head('Group')}id: a b\n`,
      'schema/bad-value 3:5',
      '`a b` is not a valid id',
      'Letters, digits, `_`, `.` and `-` are allowed.',
    ],
    [
      'a name with a line break',
      'groups',
      `${head('Group')}id: a\nname: "b\\nc"\n`,
      'schema/bad-value 4:7',
      '`b\nc` is not a valid name',
      'Line breaks and other control characters are not allowed.',
    ],
    [
      'a bad category',
      'templates',
      `${head('AlertTemplate')}name: A\ncategory: gpu-health\nseverity: info\nexpr: up\n`,
      'schema/bad-value 4:11',
      '`gpu-health` is not a valid category',
      'Letters, digits and `_` are allowed.',
    ],
    [
      'a bad job',
      'project',
      `${head('Project')}name: a\nexporters:\n  n: { job: ../j, port: 1 }\n`,
      'schema/bad-value 5:13',
      '`../j` is not a valid job',
      'Letters, digits, `_`, `.` and `-` are allowed. The first is a letter or a digit.',
    ],
    [
      'a port too large',
      'project',
      `${head('Project')}name: a\nexporters:\n  n: { job: j, port: 70000 }\n`,
      'schema/bad-value 5:22',
      '`port` must be at most 65535, but is 70000',
      null,
    ],
    [
      'a port too small',
      'project',
      `${head('Project')}name: a\nexporters:\n  n: { job: j, port: 0 }\n`,
      'schema/bad-value 5:22',
      '`port` must be at least 1, but is 0',
      null,
    ],
    [
      'output outside of the repo',
      'project',
      `${head('Project')}name: a\noutput: a/../../b\n`,
      'schema/bad-value 4:9',
      '`a/../../b` cannot be the output folder',
      'It is a folder inside of the repo, and none of those that hold its source.',
    ],
    [
      'output over the source',
      'project',
      `${head('Project')}name: a\noutput: ./rules\n`,
      'schema/bad-value 4:9',
      '`./rules` cannot be the output folder',
      'It is a folder inside of the repo, and none of those that hold its source.',
    ],
    [
      'an Alertmanager with a scheme',
      'project',
      `${head('Project')}name: a\nprometheus: { alertmanagers: ["http://a:1"] }\n`,
      'schema/bad-value 4:31',
      '`http://a:1` is not a `host:port`',
      'E.g. `alertmanager:9093`, without `http://`.',
    ],
    [
      'a key of Prometheus that does not exist',
      'project',
      `${head('Project')}name: a\nprometheus: { global: { scrape_intervall: 1s } }\n`,
      'schema/unknown-key 4:25',
      '`scrape_intervall` is not a key of `prometheus.global`',
      'Did you mean `scrape_interval`?',
    ],
    [
      'a reserved label',
      'groups',
      `${head('Group')}id: a\nlabels: { severity: x }\n`,
      'schema/bad-label 4:11',
      'The label `severity` is set by aami itself',
      'Use the key `severity:` of the alert.',
    ],
    [
      'a label of Prometheus',
      'templates',
      alert('severity: info\nlabels: { __name__: x }\n'),
      'schema/bad-label 7:11',
      '`__name__` is not a valid label name',
      "Names that begin with `__` are Prometheus's own.",
    ],
    [
      'a label with a hyphen',
      'targets',
      `${head('Target')}hostname: a\ngroups: [b]\nlabels: { gpu-type: x }\n`,
      'schema/bad-label 5:11',
      '`gpu-type` is not a valid label name',
      'Letters, digits and `_` are allowed, and it does not begin with a digit.',
    ],
    [
      'a narrowing with a bad label',
      'policies',
      `${policy('  A: {}\n')}series: { a-b: c }\n`,
      'schema/bad-label 6:11',
      '`a-b` is not a valid label name',
      'Letters, digits and `_` are allowed, and it does not begin with a digit.',
    ],
    [
      'a parameter with a hyphen',
      'templates',
      alert('severity: info\nparams: { a-b: 1 }\n'),
      'schema/bad-value 7:11',
      '`a-b` is not a valid name of a parameter',
      'Letters, digits and `_` are allowed, and it does not begin with a digit.',
    ],
  ];
  it.each(cases)('%s', (_, folder, text, found, message, hint) => {
    const { findings } = check(folder, text);
    expect(placesOf(findings, text)).toEqual([found]);
    expect([findings[0]?.message, findings[0]?.hint]).toEqual([message, hint]);
  });

  it.each([
    ['5', 'Give it a unit, e.g. `5s` or `5m`.'],
    ['-5', 'It must be longer than zero.'],
    ['"5"', 'Give it a unit, e.g. `5s` or `5m`.'],
    ['5 min', 'Did you mean `5m`?'],
    ['10M', 'Did you mean `10m`?'],
    ['2 hours', 'Did you mean `2h`?'],
    ['1.5h', 'Fractions are not allowed; write e.g. `1h30m` for one and a half hours.'],
    ['30m1h', 'Each unit stands at most once, the larger before the smaller, as in `1h30m`.'],
    ['soon', 'A duration is a number with a unit (`y`, `w`, `d`, `h`, `m`, `s`, `ms`), as in `5m` or `1h30m`.'],
  ])('a duration: %s', (duration, hint) => {
    const { findings } = check('policies', policy(`  A: { for: ${duration} }\n`));
    expect(findings.map(({ code, hint: said }) => [code, said])).toEqual([['schema/bad-duration', hint]]);
  });

  it.each(['0', '0s', '10'])('an interval: %s', (interval) => {
    const text = `${head('ScriptPolicy')}scope: global\nchecks: { a: { interval: ${interval} } }\n`;
    expect(placesOf(check('policies', text).findings, text)).toEqual(['schema/bad-duration 4:26']);
  });

  it('does not hide another', () => {
    const text = `${head('AlertTemplate')}name: x y\nfor: soon\nlabels: { severity: x, a: 1 }\nlevels: { crit: {} }\n`;
    expect(placesOf(check('templates', text).findings, text).sort()).toEqual([
      'schema/bad-duration 4:6',
      'schema/bad-label 5:11',
      'schema/bad-value 3:7',
      'schema/missing-key 2:7',
      'schema/missing-key 2:7',
      'schema/unknown-key 6:11',
      'schema/wrong-type 5:27',
    ]);
  });
});
