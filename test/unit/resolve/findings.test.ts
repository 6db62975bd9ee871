import { describe, expect, it } from 'vitest';
import { alertTemplate, codes, compileFiles, doc, expressions, places, smallRepo } from '../../repo.js';

const policy = (name: string, entry: string, rest: string): string =>
  doc('AlertPolicy', `${rest}\nalerts:\n  ${name}: ${entry}`);
const DISK = 'node_filesystem_avail_bytes{fstype="ext4"} / node_filesystem_size_bytes < ${share}';
const template = (expr = DISK): string => alertTemplate('A', expr, 'params: { share: 0.1 }');

/** Findings of a small repo with one alert, bound everywhere, and further policies. */
async function findingsOf(policies: readonly string[], expr?: string) {
  const files = smallRepo({
    templates: template(expr),
    policies: [policy('A', '{}', 'scope: global'), ...policies].join('---\n'),
  });
  const compilation = await compileFiles(files);
  return { compilation, places: places(compilation, files) };
}

describe('equally strong policies', () => {
  it('that set one key to different values are an error that shows both places', async () => {
    const { compilation, places: found } = await findingsOf([
      policy('A', '{ config: { share: 0.2 } }', 'group: prod\ntargets: { type: gpu }'),
      policy('A', '{ config: { share: 0.3 } }', 'group: prod\ntargets: { type: gpu }'),
    ]);
    expect(found).toEqual(['policy/conflict policies/extra.yaml:19:25']);
    const [conflict] = compilation.findings;
    expect(conflict?.related).toHaveLength(1);
    expect(conflict?.message).toContain('share');
  });

  it('agree where they set the same value, or never meet', async () => {
    const { compilation } = await findingsOf([
      policy('A', '{ config: { share: 0.2 } }', 'group: prod\ntargets: { type: gpu }'),
      policy('A', '{ config: { share: 0.2 }, for: 1m }', 'group: prod\ntargets: { type: gpu }'),
      policy('A', '{ config: { share: 0.3 } }', 'group: prod\ntargets: { type: cpu }'),
      policy('A', '{ config: { share: 0.4 } }', 'group: prod\nseries: { mountpoint: /a }'),
      policy('A', '{ config: { share: 0.5 } }', 'group: prod\nseries: { mountpoint: /b }'),
    ]);
    expect(codes(compilation)).toEqual([]);
  });

  it('are told apart by priority', async () => {
    const { compilation } = await findingsOf([
      policy('A', '{ config: { share: 0.2 } }', 'group: dev\npriority: 1'),
      policy('A', '{ config: { share: 0.3 } }', 'group: dev'),
    ]);
    expect(codes(compilation)).toEqual([]);
    expect(expressions(compilation, 'A')[0]).toContain('< 0.2');
  });

  it('conflict through regexes that some series can satisfy together', async () => {
    const one = policy('A', '{ config: { share: 0.2 } }', 'group: dev\nseries: \'mountpoint=~"/s.*"\'');
    const meets = policy('A', '{ config: { share: 0.3 } }', 'group: dev\nseries: \'mountpoint=~".*h"\'');
    const apart = policy('A', '{ config: { share: 0.3 } }', 'group: dev\nseries: \'mountpoint=~"/d.*"\'');
    expect(codes((await findingsOf([one, meets])).compilation)).toEqual(['policy/conflict']);
    expect(codes((await findingsOf([one, apart])).compilation)).toEqual([]);
  });

  it('conflict where one replaces what the other sets', async () => {
    const { compilation } = await findingsOf([
      policy('A', '{ config: { share: 0.2 } }', 'group: dev'),
      policy('A', '{ merge: replace, for: 5m }', 'group: dev'),
    ]);
    expect(codes(compilation)).toEqual(['policy/conflict']);
  });
});

describe('a narrowing that cannot be carried out', () => {
  it('is an error where an aggregation drops the label of the series', async () => {
    const { compilation, places: found } = await findingsOf(
      [policy('A', '{ config: { share: 0.2 } }', 'scope: global\nseries: { mountpoint: /a }')],
      'min by (instance) (node_filesystem_avail_bytes) < ${share}',
    );
    expect(found).toEqual(['policy/narrowing-lost policies/extra.yaml:10:9']);
    expect(compilation.findings[0]?.message).toContain('mountpoint');
    expect(compilation.findings[0]?.related).toHaveLength(1);
  });

  it('is an error where targets are cut out of an aggregate over the group', async () => {
    const { compilation } = await findingsOf(
      [policy('A', '{ config: { share: 0.2 } }', 'group: prod\ntargets: { type: gpu }')],
      'sum(node_load1) > ${share}',
    );
    expect(codes(compilation)).toEqual(['policy/narrowing-lost']);
  });

  it('is none where all targets of the group match, so that nothing is cut', async () => {
    const { compilation } = await findingsOf(
      [policy('A', '{ config: { share: 0.2 } }', 'group: prod\ntargets: \'type=~"gpu|cpu"\'')],
      'sum(node_load1) > ${share}',
    );
    expect(codes(compilation)).toEqual([]);
    expect(expressions(compilation, 'A')).toContain('sum(node_load1{group_id="prod"}) > 0.2');
  });

  it('is an error where the template’s own matchers leave it nothing', async () => {
    const { compilation } = await findingsOf([
      policy('A', '{ config: { share: 0.2 } }', 'scope: global\nseries: { fstype: xfs }'),
    ]);
    expect(codes(compilation)).toEqual(['policy/narrowing-selects-nothing']);
  });
});

describe('policies that reach nothing', () => {
  it('a group policy whose targets lack what the alert requires', async () => {
    const files = smallRepo({
      groups: doc('Group', 'id: bare'),
      targets: doc('Target', 'hostname: b1\ngroups: [bare]'),
      templates: alertTemplate('A', 'up == 0', 'requires: { exporters: [node_exporter] }'),
      policies: policy('A', '{}', 'group: bare'),
    });
    expect(places(await compileFiles(files), files)).toEqual(['policy/binds-nothing policies/extra.yaml:5:3']);
  });

  it('an alert on a check that only some of its targets run', async () => {
    const files = smallRepo({
      'templates/c.sh': 'echo\n',
      templates: [
        alertTemplate('A', 'mounted == 0', 'requires: { checks: [c] }'),
        doc('ScriptTemplate', 'name: c\nscript_type: any\nlanguage: bash\nversion: 1.0.0\nscript: { file: c.sh }'),
      ].join('---\n'),
      policies: [
        policy('A', '{}', 'group: prod'),
        doc('ScriptPolicy', 'group: prod\ntargets: { type: gpu }\nchecks:\n  c: {}'),
      ].join('---\n'),
    });
    const compilation = await compileFiles(files);
    expect(codes(compilation)).toEqual(['policy/blind-spot']);
    expect(compilation.findings[0]?.message).toContain('p2');
  });

  it('a narrowing to targets that do not exist', async () => {
    const { places: found } = await findingsOf([policy('A', '{ for: 1m }', 'scope: global\ntargets: { type: gpuu }')]);
    expect(found).toEqual(['policy/no-target-matches policies/extra.yaml:10:10']);
  });

  it('a common value that every level sets for itself', async () => {
    const files = smallRepo({
      templates: alertTemplate(
        'A',
        'up > ${x}',
        'params: { x: 1 }\nlevels: { warning: { config: { x: 2 } }, critical: { config: { x: 3 } } }',
      ),
      policies: policy('A', '{ config: { x: 9 } }', 'scope: global'),
    });
    expect(places(await compileFiles(files), files)).toEqual(['policy/shadowed-by-level policies/extra.yaml:5:21']);
  });
});

describe('narrowings that meet in too many ways', () => {
  it('are an error within a second, not a build without end', async () => {
    const policies = Array.from({ length: 30 }, (_, index) =>
      policy('A', `{ labels: { k${index}: x } }`, `scope: global\nseries: { l${index}: a }`),
    );
    const files = smallRepo({ templates: alertTemplate('A', 'up == 0'), policies: policies.join('---\n') });
    expect(codes(await compileFiles(files))).toEqual(['policy/too-many-narrowings']);
  });

  it('are none where they exclude each other', async () => {
    const policies = Array.from({ length: 200 }, (_, index) =>
      policy('A', `{ labels: { k: x${index} } }`, `scope: global\nseries: { mountpoint: /m${index} }`),
    );
    const files = smallRepo({ templates: alertTemplate('A', 'up == 0'), policies: policies.join('---\n') });
    const compilation = await compileFiles(files);
    expect(codes(compilation)).toEqual([]);
    expect(expressions(compilation, 'A')).toHaveLength(400);
  });
});
