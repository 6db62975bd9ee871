import { describe, expect, it } from 'vitest';
import { casesOf, compileExample, runCase, targetLabels } from './compiled.js';

const EXAMPLES = await Promise.all(
  ['minimal', 'starter', 'gpu-cluster'].map(async (name) => ({
    name,
    cases: await casesOf(name),
    compiled: await compileExample(name),
  })),
);

describe.each(EXAMPLES)('examples/$name', ({ name, cases, compiled }) => {
  it('compiles without a finding', () => {
    expect(compiled.findings).toEqual([]);
  });

  it.each(cases)('means what %s says', async (file) => {
    expect(await runCase(name, file, compiled)).toBe('passed');
  });
});

describe('examples/gpu-cluster', async () => {
  const compiled = await compileExample('gpu-cluster');
  const bundle = (target: string): { name: string; config: Record<string, unknown>; args: string[] }[] =>
    JSON.parse(compiled.files.get(`checks/${target}.json`) ?? '[]');
  const configOf = (target: string, check: string) => bundle(target).find(({ name }) => name === check)?.config;

  it('neither scrapes nor checks the node under repair, and keeps its neighbours', () => {
    expect(targetLabels(compiled, 'node-exporter', 'gpu-node-042')).toBeUndefined();
    expect(targetLabels(compiled, 'dcgm-exporter', 'gpu-node-042')).toBeUndefined();
    expect(bundle('gpu-node-042')).toEqual([]);
    expect(targetLabels(compiled, 'node-exporter', 'gpu-node-043')).toMatchObject({ groups: 'grp-ml,rack-a4' });
    expect([...compiled.files.values()].filter((content) => content.includes('gpu-node-042'))).toEqual([]);
  });

  it('looks for other mounts on the nodes of ml-training', () => {
    expect(configOf('gpu-node-001', 'mount-check')).toMatchObject({ paths: ['/data', '/mnt/models', '/mnt/datasets'] });
    expect(configOf('inf-node-01', 'mount-check')).toMatchObject({ paths: ['/home', '/data'] });
    expect(configOf('dev-cpu-01', 'mount-check')).toMatchObject({ paths: ['/home', '/data'] });
    expect(configOf('oss01', 'mount-check')).toMatchObject({ paths: [{ path: '/srv/target', fstype: 'lustre' }] });
  });

  it('gives each kind of node the checks that it can run', () => {
    const names = (target: string) => bundle(target).map(({ name }) => name);
    expect(names('cpu-node-01')).toEqual(['mount-check', 'systemd-units']);
    expect(names('gpu-node-001')).toEqual([
      'driver-version',
      'gpu-count',
      'infiniband',
      'kernel-xid',
      'mount-check',
      'systemd-units',
    ]);
    expect(configOf('gpu-node-001', 'gpu-count')).toMatchObject({ expected: 8 });
    expect(configOf('inf-node-01', 'gpu-count')).toMatchObject({ expected: 4 });
    expect(bundle('gpu-node-001').find(({ name }) => name === 'driver-version')?.args).toEqual([
      '--expected',
      '580.65.06',
      '--proc-file',
      '/proc/driver/nvidia/version',
    ]);
  });
});
