import { describe, expect, it } from 'vitest';
import { prove, type Verdict } from '../../../src/import/prove/prove.js';
import { readYaml } from '../../../src/import/read/cursor.js';
import { readRules } from '../../../src/import/read/prometheus-rules.js';
import { readInputs } from '../../../src/import/read/read.js';
import { labelledMetrics } from '../../../src/import/rules/recorded.js';
import { renamesOf, translate } from '../../../src/import/rules/translate.js';
import { worldOf } from '../../../src/import/rules/world.js';
import { planTargets } from '../../../src/import/targets/plan.js';
import type { SourceRule } from '../../../src/import/types.js';

const SD = `
- { targets: ["p1:9100", "p2:9100"], labels: { env: prod } }
- { targets: ["d1:9100"], labels: { env: dev, rack: "7" } }
`;

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

function rulesOf(rules: readonly Rule[]): SourceRule[] {
  const file = { path: 'rules.yml', text: JSON.stringify({ groups: [{ name: 'g', rules }] }) };
  const read = readYaml(file);
  return 'errors' in read ? [] : readRules(file, read.documents).file.groups.flatMap((group) => [...group.rules]);
}

/** The verdict on one original, in a world of two hosts of prod and one of dev. */
function verdict(original: Rule, compiled: readonly Rule[], sd = SD): Verdict & { readonly extra: number } {
  const imported = readInputs([{ path: 'node.yml', text: sd }], null);
  const plan = planTargets(imported, { groupLabel: null, exporters: [] });
  const world = worldOf(plan);
  const renames = renamesOf(new Set(plan.targets.flatMap(({ labels }) => Object.keys(labels))));
  const sources = rulesOf([original]);
  const originals = sources.flatMap((source) => translate(source, renames, labelledMetrics(sources), world) ?? []);
  const { verdicts, extra } = prove(originals, rulesOf(compiled), world, renames);
  const [first] = verdicts;
  if (first === undefined) throw new Error('no verdict');
  return { ...first, extra: extra.length };
}

const of = (group: string, expr: string, more: Partial<Rule> = {}): Rule => ({
  alert: 'A',
  expr,
  ...more,
  labels: {
    severity: 'warning',
    group,
    group_id: group,
    ...(group === 'global' ? {} : { env: group }),
    ...more.labels,
  },
});

const A: Rule = { alert: 'A', expr: 'x > 80', labels: { severity: 'warning' } };
const BOTH = [of('prod', 'x{group_id="prod"} > 80'), of('dev', 'x{group_id="dev"} > 80')];

describe('the verdict on a rule', () => {
  it('is narrowed where groups part it', () => {
    expect(verdict(A, BOTH)).toMatchObject({ outcome: 'narrowed', compiled: 2, extra: 0 });
  });

  it('is same where the expression is the same, in whatever spelling', () => {
    expect(verdict(A, [of('global', '( x )  >  80.0')])).toMatchObject({ outcome: 'same', compiled: 1 });
  });

  it('takes a matcher on the label of groups for the group', () => {
    const original = { ...A, expr: 'x{env="prod"} > 80' };
    expect(verdict(original, [of('prod', 'x{group_id="prod"} > 80')])).toMatchObject({ outcome: 'narrowed' });
    expect(verdict(original, [of('dev', 'x{group_id="dev"} > 80')])).toMatchObject({ outcome: 'differs' });
  });

  it.each<[string, readonly Rule[]]>([
    ['a group is missing', BOTH.slice(1)],
    ['another threshold', [of('prod', 'x{group_id="prod"} > 81'), BOTH[1] ?? A]],
    ['another operator', [of('prod', 'x{group_id="prod"} >= 80'), BOTH[1] ?? A]],
    ['another metric', [of('prod', 'y{group_id="prod"} > 80'), BOTH[1] ?? A]],
    ['a target is alerted twice', [...BOTH, of('dev', 'x{target_label_rack="7"} > 80')]],
    ['a target is left out', [of('prod', 'x{group_id="prod",target_id!="p2"} > 80'), BOTH[1] ?? A]],
    ['a series is left out', [of('prod', 'x{group_id="prod",mode!="a"} > 80'), BOTH[1] ?? A]],
    ['another for', [of('prod', 'x{group_id="prod"} > 80', { for: '5m' }), BOTH[1] ?? A]],
    ['another severity', [of('prod', 'x{group_id="prod"} > 80', { labels: { severity: 'info' } }), BOTH[1] ?? A]],
    ['a label too many', [of('prod', 'x{group_id="prod"} > 80', { labels: { team: 'x' } }), BOTH[1] ?? A]],
    ['an annotation too many', [of('prod', 'x{group_id="prod"} > 80', { annotations: { a: 'b' } }), BOTH[1] ?? A]],
    ['another name', BOTH.map((rule) => ({ ...rule, alert: 'B' }))],
    ['no rule at all', []],
  ])('is differs: %s', (_, compiled) => {
    expect(verdict(A, compiled).outcome).toBe('differs');
    expect(verdict(A, compiled).reasons.join()).not.toBe('');
  });

  it('does not let groups part what is computed over all targets', () => {
    const sum = { ...A, expr: 'sum(x) > 80' };
    const parted = [of('prod', 'sum(x{group_id="prod"}) > 80'), of('dev', 'sum(x{group_id="dev"}) > 80')];
    expect(verdict(sum, parted).outcome).toBe('differs');
    expect(verdict(sum, [of('global', 'sum(x) > 80')]).outcome).toBe('same');
  });

  it('knows that the labels of aami keep series apart', () => {
    const sum = { ...A, expr: 'sum without (instance) (x) > 80' };
    expect(verdict(sum, [of('global', 'sum without (instance) (x) > 80')]).outcome).toBe('differs');
    const added = 'sum without (group, group_id, groups, instance, target_id) (x) > 80';
    expect(verdict(sum, [of('global', added)]).outcome).toBe('same');
  });

  it.each([
    ['an address with a port in a regex', 'x{instance=~".*:9100"} > 80'],
    ['the value of instance', 'label_replace(x, "h", "$1", "instance", "(.*):.*") > 80'],
    ['ALERTS', 'count(ALERTS) > 80'],
  ])('is unproven: %s', (_, expr) => {
    expect(verdict({ ...A, expr }, [of('global', expr)]).outcome).toBe('unproven');
  });

  it('follows an address to the name of its host', () => {
    const original = { ...A, expr: 'x{instance="p1:9100"} > 80' };
    expect(verdict(original, [of('global', 'x{instance="p1"} > 80')]).outcome).toBe('same');
    expect(verdict(original, [of('global', 'x{instance="p1:9100"} > 80')]).outcome).toBe('differs');
  });

  it('names what it takes for granted', () => {
    const original = { ...A, expr: 'x{rack="7"} > 80' };
    const { outcome, assumptions } = verdict(original, [of('dev', 'x{group_id="dev",target_label_rack="7"} > 80')]);
    expect({ outcome, assumptions }).toEqual({
      outcome: 'narrowed',
      assumptions: ['exporters of targets without the label rack do not have it themselves'],
    });
  });

  it('does not trust `instance` between exporters', () => {
    const sd = `${SD}- { targets: ["p1:9400"], labels: { env: prod, job: dcgm } }\n`;
    const joined = { ...A, expr: 'node_a and on (instance) dcgm_b' };
    expect(verdict(joined, [of('global', 'node_a and on (instance) dcgm_b')], sd).outcome).toBe('unproven');
    const alike = { ...A, expr: 'node_a and on (instance) node_b' };
    expect(verdict(alike, [of('global', 'node_a and on (instance) node_b')], sd).outcome).toBe('same');
  });

  it('does not trust a label that one job alone gave to a host', () => {
    const sd = `${SD}- { targets: ["p1:9400"], labels: { env: prod, job: dcgm, gpu: a100 } }\n`;
    const original = { ...A, expr: 'x{gpu="a100"} > 80' };
    expect(verdict(original, [of('global', 'x{target_label_gpu="a100"} > 80')], sd).outcome).toBe('unproven');
  });
});
