import { describe, expect, it } from 'vitest';
import { build } from './repo.js';

const GROUPS = { 'groups/g.yaml': 'kind: Group\nid: prod\n---\nkind: Group\nid: ml' };

describe('targets', () => {
  it('come from ranges, in order of id, with addresses in step', () => {
    const { repo, findings } = build({
      ...GROUPS,
      'targets/z.yaml': `
kind: TargetSet
hosts: "gpu-[01-03]"
address: "10.0.1.[1-3]"
groups: [prod, ml]
labels: { type: gpu }
exporters: [node_exporter, { type: dcgm_exporter, port: 9401 }]
`,
      'targets/a.yaml': 'kind: Target\nhostname: login\ngroups: [prod]\nstatus: inactive',
    });
    expect(findings).toEqual([]);
    expect(repo.targets.map(({ id, address }) => [id, address])).toEqual([
      ['gpu-01', '10.0.1.1'],
      ['gpu-02', '10.0.1.2'],
      ['gpu-03', '10.0.1.3'],
      ['login', 'login'],
    ]);
    const [first] = repo.targets;
    expect(first?.groups.map(({ id }) => id)).toEqual(['prod', 'ml']);
    expect(first?.exporters.map(({ exporter, port, metricsPath }) => [exporter.name, port, metricsPath])).toEqual([
      ['dcgm_exporter', 9401, '/gpu'],
      ['node_exporter', 9100, null],
    ]);
    expect(repo.targets[3]?.active).toBe(false);
  });

  it('pair a cross product of hosts with one range of addresses', () => {
    const { repo } = build({
      ...GROUPS,
      'targets/a.yaml': 'kind: TargetSet\nhosts: "r[1-2]-n[1-2]"\naddress: "10.0.0.[1-4]"\ngroups: [prod]',
    });
    expect(repo.targets.map(({ address }) => address)).toEqual(['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4']);
  });

  it('have as many addresses as hosts', () => {
    const { findings, places } = build({
      ...GROUPS,
      'targets/a.yaml': 'kind: TargetSet\nhosts: "n[1-4]"\naddress: "10.0.0.[1-3]"\ngroups: [prod]',
    });
    expect(places).toEqual(['schema/bad-host-range @ targets/a.yaml: "10.0.0.[1-3]"']);
    expect(findings[0]?.message).toBe('3 addresses for 4 hosts');
  });

  it('point into a range that is malformed', () => {
    const { places } = build({
      ...GROUPS,
      'targets/a.yaml': 'kind: TargetSet\nhosts: "rack[1-4]-n[7-3]"\ngroups: [prod]',
    });
    expect(places).toEqual(['schema/bad-host-range @ targets/a.yaml: 7-3']);
  });

  it('name unknown groups and exporters, each once', () => {
    const { findings, places } = build({
      ...GROUPS,
      'targets/a.yaml':
        'kind: TargetSet\nhosts: "n[1-9]"\ngroups: [prodd, ml]\nexporters: [node-exporter, { type: nope }]',
    });
    expect(places).toEqual([
      'reference/unknown-group @ targets/a.yaml: prodd',
      'reference/unknown-exporter @ targets/a.yaml: node-exporter',
      'reference/unknown-exporter @ targets/a.yaml: nope',
    ]);
    expect(findings.map(({ hint }) => hint)).toEqual([
      'Did you mean `prod`?',
      'Did you mean `node_exporter`?',
      'Add it under `exporters:` in aami.yaml.',
    ]);
  });

  it('clash by host once for each pair of documents, however many hosts overlap', () => {
    const { findings, places } = build({
      ...GROUPS,
      'targets/a.yaml': 'kind: TargetSet\nhosts: "n[1-50]"\ngroups: [prod]',
      'targets/b.yaml': 'kind: TargetSet\nhosts: "n[41-60]"\ngroups: [ml]',
      'targets/c.yaml': 'kind: Target\nhostname: n7\nid: seven\ngroups: [ml]',
    });
    expect(places).toEqual([
      'reference/duplicate-host @ targets/b.yaml: "n[41-60]"',
      'reference/duplicate-host @ targets/c.yaml: n7',
    ]);
    expect(findings[0]?.message).toBe('The host `n41` and 9 more are defined twice');
    expect(findings[0]?.related.map(({ span }) => span.file)).toEqual(['targets/a.yaml']);
  });

  it('clash by id', () => {
    const { places } = build({
      ...GROUPS,
      'targets/a.yaml': 'kind: Target\nhostname: a\nid: one\ngroups: [prod]',
      'targets/b.yaml': 'kind: Target\nhostname: b\nid: one\ngroups: [prod]',
    });
    expect(places).toEqual(['reference/duplicate-target @ targets/b.yaml: one']);
  });

  it('share host and port in one job only where one of them is inactive', () => {
    const two = (status: string) =>
      build({
        ...GROUPS,
        'targets/a.yaml': 'kind: Target\nhostname: a\naddress: 10.0.0.1\ngroups: [prod]\nexporters: [node_exporter]',
        'targets/b.yaml': `kind: Target\nhostname: b\naddress: 10.0.0.1\ngroups: [prod]\nexporters: [node_exporter]\nstatus: ${status}`,
      });
    expect(two('active').places).toEqual(['reference/duplicate-endpoint @ targets/b.yaml: 10.0.0.1']);
    expect(two('inactive').places).toEqual([]);
  });

  it('run an exporter once', () => {
    const { places } = build({
      ...GROUPS,
      'targets/a.yaml':
        'kind: Target\nhostname: a\ngroups: [prod]\nexporters: [node_exporter, { type: node_exporter, port: 1 }]',
    });
    expect(places).toEqual(['reference/duplicate-endpoint @ targets/a.yaml: node_exporter']);
  });

  it('are not blamed for exporters where aami.yaml is broken', () => {
    const { places } = build({
      ...GROUPS,
      'aami.yaml': 'kind: Project\nname: x\ncolour: red',
      'targets/a.yaml': 'kind: Target\nhostname: a\ngroups: [prod]\nexporters: [anything]',
    });
    expect(places).toEqual(['schema/unknown-key @ aami.yaml: colour']);
  });
});

describe('the project', () => {
  it('has one exporter for each job', () => {
    const { places } = build({
      'aami.yaml': 'kind: Project\nname: x\nexporters:\n  a: { job: one, port: 1 }\n  b: { job: one, port: 2 }',
    });
    expect(places).toEqual(['reference/duplicate-job @ aami.yaml: one']);
  });

  it('is one', () => {
    const { places } = build({ 'aami.yaml': 'kind: Project\nname: x\n---\nkind: Project\nname: y' });
    expect(places).toEqual(['reference/duplicate-project @ aami.yaml: Project']);
  });
});
