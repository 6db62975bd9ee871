import { describe, expect, it } from 'vitest';
import { alertTemplate, compileFiles, doc, type Files, smallRepo } from '../../repo.js';

const policy = (entry: string, rest: string): string => doc('AlertPolicy', `${rest}\nalerts:\n  A: ${entry}`);
const target = (name: string, groups: string): string => doc('Target', `hostname: ${name}\ngroups: [${groups}]`);

async function overrides(files: Files): Promise<Record<string, string>> {
  const { ruleFiles, findings } = await compileFiles(files);
  expect(findings).toEqual([]);
  const rules = ruleFiles.flatMap((file) => file.groups.flatMap((group) => group.rules));
  return Object.fromEntries(rules.map((rule) => [rule.labels.override ?? 'none', rule.expr]));
}

describe('the label `override`', () => {
  it('names secondary groups by strength where their order decides, so that two rules stay two', async () => {
    const found = await overrides(
      smallRepo({
        groups: [doc('Group', 'id: main'), doc('Group', 'id: r1'), doc('Group', 'id: r2')].join('---\n'),
        targets: [target('t1', 'main, r1, r2'), target('t2', 'main, r2, r1')].join('---\n'),
        templates: alertTemplate('A', 'up < ${x}', 'params: { x: 1 }'),
        policies: [
          policy('{ config: { x: 7 }, labels: { one: a } }', 'group: r1'),
          policy('{ config: { x: 9 }, labels: { two: b } }', 'group: r2'),
        ].join('---\n'),
      }),
    );
    expect(found).toEqual({
      'group=r1>group=r2': 'up{group_id="main",groups="main,r1,r2"} < 7',
      'group=r2>group=r1': 'up{group_id="main",groups="main,r2,r1"} < 9',
    });
  });

  it('leaves out what sets nothing: a policy that repeats what holds', async () => {
    const found = await overrides(
      smallRepo({
        templates: alertTemplate('A', 'up < ${x}', 'params: { x: 1 }'),
        policies: [
          policy('{}', 'scope: global'),
          policy('{ config: { x: 1 } }', 'scope: global\ntargets: { type: gpu }'),
        ].join('---\n'),
      }),
    );
    expect(Object.keys(found)).toEqual(['none']);
  });

  it('tells a label of the target from a label of the series', async () => {
    const found = await overrides(
      smallRepo({
        templates: alertTemplate('A', 'up < ${x}', 'params: { x: 1 }'),
        policies: [
          policy('{}', 'group: prod'),
          policy('{ config: { x: 2 } }', 'group: prod\ntargets: { type: gpu }'),
          policy('{ for: 3m }', 'group: prod\nseries: { type: gpu }'),
        ].join('---\n'),
      }),
    );
    expect(Object.keys(found).sort()).toEqual(['none', 'series:type=gpu', 'series:type=gpu,type=gpu', 'type=gpu']);
  });
});
