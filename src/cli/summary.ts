import type { Compilation } from '../compile.js';

/** How much of everything a repo compiles to. */
export type Counts = Readonly<Record<'groups' | 'targets' | 'rules' | 'checks', number>>;

export function countsOf({ model, ruleFiles }: Compilation): Counts {
  if (model === null) return { groups: 0, targets: 0, rules: 0, checks: 0 };
  const rules = ruleFiles.flatMap((file) => file.groups).reduce((sum, group) => sum + group.rules.length, 0);
  let checks = 0;
  for (const bound of model.checks.values()) checks += bound.length;
  return { groups: model.repo.groups.size, targets: model.repo.targets.length, rules, checks };
}

/** `6 groups, 160 targets, 212 rules, 640 checks` */
export function describeCounts({ groups, targets, rules, checks }: Counts): string {
  return [amount(groups, 'group'), amount(targets, 'target'), amount(rules, 'rule'), amount(checks, 'check')].join(
    ', ',
  );
}

export function amount(count: number, one: string): string {
  return `${thousands(count)} ${one}${count === 1 ? '' : 's'}`;
}

/** 10000 → `10,000`; loading the locales for it would take 15 ms. */
export function thousands(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** `40 ms`, `1.3 s` */
export function describeTime(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}
