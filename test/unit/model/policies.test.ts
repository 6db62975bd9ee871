import { describe, expect, it } from 'vitest';
import { build } from './repo.js';

const FILES = {
  'groups/g.yaml': 'kind: Group\nid: prod\n---\nkind: Group\nid: ml',
  'templates/t.yaml': `
kind: AlertTemplate
name: HighCPU
category: cpu
severity: warning
expr: up > \${threshold}
params:
  threshold: { type: number, default: 80, maximum: 100 }
  window: 5m
requires: { exporters: [node_exporter], checks: [mounts] }
runbook_url: https://example.com/cpu
annotations: { summary: busy }
---
kind: ScriptTemplate
name: mounts
script_type: mount
language: bash
version: 1.0.0
script: { inline: "true" }
params: { paths: { type: array, items: { type: string }, default: [/data] } }
`,
};

const policy = (text: string) => build({ ...FILES, 'policies/p.yaml': text });

describe('templates', () => {
  it('carry their settings as the weakest layer', () => {
    const { repo, findings } = build(FILES);
    expect(findings).toEqual([]);
    const template = repo.alertTemplates.get('HighCPU');
    expect(template?.settings).toEqual({
      config: { threshold: 80, window: '5m' },
      severity: 'warning',
      annotations: { runbook_url: 'https://example.com/cpu', summary: 'busy' },
    });
    expect(template?.requires.exporters.map(({ job }) => job)).toEqual(['node-exporter']);
    expect(template?.requires.checks).toEqual([repo.scriptTemplates.get('mounts')]);
  });

  it('of one name are shown in both places, even across kinds of files', () => {
    const { findings, places } = build({
      ...FILES,
      'templates/u.yaml': FILES['templates/t.yaml'].split('---')[0] ?? '',
    });
    expect(places).toEqual(['reference/duplicate-template @ templates/u.yaml: HighCPU']);
    expect(findings[0]?.related.map(({ span }) => span.file)).toEqual(['templates/t.yaml']);
  });

  it('of the repo may not take the name of one of a library, wherever their files sort', () => {
    const { findings, places } = build({ ...FILES, 'node:cpu.yaml': FILES['templates/t.yaml'].split('---')[0] ?? '' });
    expect(places).toEqual(['reference/duplicate-template @ templates/t.yaml: HighCPU']);
    expect(findings[0]?.message).toBe('A template library already has a template `HighCPU`');
  });

  it('require exporters and checks that exist', () => {
    const text = FILES['templates/t.yaml'].replace('[node_exporter]', '[node_exportr]').replace('[mounts]', '[mount]');
    const { places } = build({ ...FILES, 'templates/t.yaml': text });
    expect(places).toEqual([
      'reference/unknown-exporter @ templates/t.yaml: node_exportr',
      'reference/unknown-template @ templates/t.yaml: mount',
    ]);
  });

  it('of a library may require what the project lacks, until a policy binds them', () => {
    const library = {
      ...FILES,
      'node:gpu.yaml':
        'kind: AlertTemplate\nname: GPU\ncategory: gpu\nseverity: info\nexpr: up\nrequires: { exporters: [nvml] }',
    };
    expect(build(library).places).toEqual([]);
    const bound = build({ ...library, 'policies/p.yaml': 'kind: AlertPolicy\nscope: global\nalerts: { GPU: {} }' });
    expect(bound.places).toEqual(['reference/unknown-exporter @ policies/p.yaml: GPU']);
  });

  it.each([
    [{ kind: 'text', text: 'echo' } as const, []],
    [{ kind: 'missing' } as const, ['reference/script-missing @ templates/s.yaml: check.sh']],
    [{ kind: 'outside' } as const, ['reference/script-outside-repo @ templates/s.yaml: check.sh']],
    [{ kind: 'unreadable', reason: 'it is a folder' } as const, ['source/unreadable @ templates/s.yaml: check.sh']],
  ])('take their script from a file: %j', (script, expected) => {
    const text =
      'kind: ScriptTemplate\nname: s\nscript_type: x\nlanguage: sh\nversion: "1"\nscript: { file: check.sh }';
    const { repo, places } = build({ ...FILES, 'templates/s.yaml': text }, { 'templates/check.sh': script });
    expect(places).toEqual(expected);
    expect(repo.scriptTemplates.get('s')?.content).toBe(script.kind === 'text' ? 'echo' : '');
  });

  it('have parameters whose schemas and levels make sense', () => {
    const { places } = build({
      'templates/t.yaml': `
kind: AlertTemplate
name: A
category: a
expr: up
params: { threshold: { type: numbr } }
levels: { warning: { config: { threshhold: 1 } } }
`,
    });
    expect(places).toEqual([
      'template/bad-params @ templates/t.yaml: numbr',
      'policy/unknown-parameter @ templates/t.yaml: threshhold',
    ]);
  });
});

describe('policies', () => {
  it('keep what they set under the names of the model, and the place of each entry', () => {
    const { repo, findings } = policy(`
kind: AlertPolicy
groups: [prod, ml, prod]
priority: 3
targets: { type: gpu }
series: 'mountpoint=~"/s.*",fstype!="nfs"'
alerts:
  HighCPU: { config: { threshold: 95 }, keep_firing_for: 5m, levels: { critical: { for: 1m } }, merge: replace, reason: why }
`);
    expect(findings).toEqual([]);
    const [built] = repo.alertPolicies;
    expect(built?.scope).toEqual({ kind: 'groups', groups: [repo.groups.get('ml'), repo.groups.get('prod')] });
    expect(built?.targets).toEqual([{ label: 'type', op: '=', value: 'gpu' }]);
    expect(built?.series).toEqual([
      { label: 'fstype', op: '!=', value: 'nfs' },
      { label: 'mountpoint', op: '=~', value: '/s.*' },
    ]);
    const [entry] = built?.entries ?? [];
    expect(entry).toMatchObject({
      layer: { config: { threshold: 95 }, keepFiringFor: '5m', levels: { critical: { for: '1m' } } },
      replace: true,
      reason: 'why',
      origin: { path: ['alerts', 'HighCPU'] },
    });
  });

  it.each([
    ['alerts: { HihgCPU: {} }', 'reference/unknown-template', 'HihgCPU', 'Did you mean `HighCPU`?'],
    [
      'alerts: { mounts: {} }',
      'reference/unknown-template',
      'mounts',
      '`mounts` is a ScriptTemplate: bind it with a ScriptPolicy, under `checks`.',
    ],
    [
      'alerts: { HighCPU: { config: { treshold: 1 } } }',
      'policy/unknown-parameter',
      'treshold',
      'Did you mean `threshold`?',
    ],
    ['alerts: { HighCPU: { config: { x: 1 } } }', 'policy/unknown-parameter', 'x', 'It has `threshold`, `window`.'],
    ['alerts: { HighCPU: { levels: { info: { config: { threshold: 101 } } } } }', 'policy/bad-parameter', '101', null],
    [
      'alerts: { HighCPU: {} }\nseries: { instance: a }',
      'policy/reserved-series-label',
      'instance',
      'Give the target a label, and narrow by that with `targets:`.',
    ],
    [
      `alerts: { HighCPU: {} }\nseries: 'a="b", target_label_type="gpu"'`,
      'policy/reserved-series-label',
      'target_label_type="gpu"',
      'Write `targets: { type: … }`.',
    ],
    [`alerts: { HighCPU: {} }\nseries: 'a=~"("'`, 'schema/bad-regex', 'a=~"("', null],
    [`alerts: { HighCPU: {} }\nseries: 'a=b'`, 'schema/bad-matcher', null, null],
  ])('report %s', (text, code, place, hint) => {
    const { findings, places } = policy(`kind: AlertPolicy\nscope: global\n${text}`);
    expect(findings.map((each) => each.code)).toEqual([code]);
    if (place !== null) expect(places).toEqual([`${code} @ policies/p.yaml: ${place}`]);
    if (hint !== null) expect(findings[0]?.hint).toBe(hint);
  });

  it('say where a bad value stands, and what it should be', () => {
    const { findings, places } = policy(
      'kind: ScriptPolicy\ngroup: prod\nchecks: { mounts: { config: { paths: [/a, 3] } } }',
    );
    expect(places).toEqual(['policy/bad-parameter @ policies/p.yaml: 3']);
    expect(findings[0]?.message).toContain('paths');
  });

  it('name groups that do not exist', () => {
    const { places } = policy('kind: AlertPolicy\ngroups: [prod, nope]\nalerts: { HighCPU: {} }');
    expect(places).toEqual(['reference/unknown-group @ policies/p.yaml: nope']);
  });

  it('stand in an order that does not depend on their files', () => {
    const one = 'kind: AlertPolicy\ngroup: prod\nalerts: { HighCPU: { for: 1m } }';
    const two = 'kind: AlertPolicy\nscope: global\nalerts: { HighCPU: { for: 2m } }';
    const order = (files: Record<string, string>) =>
      build({ ...FILES, ...files }).repo.alertPolicies.map(({ entries }) => entries[0]?.layer.for);
    expect(order({ 'policies/a.yaml': one, 'policies/b.yaml': two })).toEqual(
      order({ 'policies/a.yaml': two, 'policies/b.yaml': one }),
    );
  });

  it('give no second finding where their template is broken or lies in a file that does not parse', () => {
    const broken = build({
      ...FILES,
      'templates/x.yaml': 'kind: AlertTemplate\nname: Broken\nexpr: up',
      'templates/y.yaml': 'kind: AlertTemplate\nname: Unparsed\nexpr: "up',
      'policies/p.yaml': 'kind: AlertPolicy\nscope: global\nalerts: { Broken: {}, Unparsed: {}, Unknown: {} }',
    });
    expect(broken.places.filter((place) => place.includes('policies/'))).toEqual([
      'reference/unknown-template @ policies/p.yaml: Unknown',
    ]);
  });
});
