import { finding } from '../diagnostics/codes.js';
import type { Report } from '../resolve/report.js';
import { spanOf } from '../source/positions.js';
import { FLEET, groupOf } from './placeholders.js';
import type { ConcreteRule, RuleFile, RuleGroup } from './types.js';

/** Rules, which come in the order of the output, as files of rule groups: `<group name>_<category>_alerts`. */
export function ruleFiles(rules: readonly ConcreteRule[]): RuleFile[] {
  const files: { scope: ConcreteRule['resolved']['scope']; groups: { name: string; rules: ConcreteRule[] }[] }[] = [];
  for (const rule of rules) {
    const { scope, template } = rule.resolved;
    let file = files.at(-1);
    if (file === undefined || groupOf(file.scope) !== groupOf(scope)) {
      file = { scope, groups: [] };
      files.push(file);
    }
    const name = `${groupOf(scope)?.name ?? FLEET}_${template.category}_alerts`;
    const group = file.groups.at(-1);
    if (group?.name === name) group.rules.push(rule);
    else file.groups.push({ name, rules: [rule] });
  }
  return files satisfies { groups: RuleGroup[] }[];
}

/** Prometheus tells rules apart by name and labels alone, and so does everything behind it, across files. */
export function reportDuplicates(rules: readonly ConcreteRule[], report: Report): void {
  const seen = new Map<string, ConcreteRule>();
  for (const rule of rules) {
    const key = JSON.stringify([rule.alert, rule.labels]);
    const other = seen.get(key);
    if (other === undefined) {
      seen.set(key, rule);
      continue;
    }
    const [first, second] = [other.resolved.template, rule.resolved.template];
    report.add(`duplicate ${first.name} ${second.name}`, () =>
      finding(
        'lint/duplicate-rule',
        `The rules of ${first.name} and ${second.name} have the same name and labels: ${rule.alert}`,
        spanOf(second.origin),
        {
          related: [{ span: spanOf(first.origin), message: 'the other template' }],
          hint: 'Keep `${alert}` in rules.alert_name, or give one of them a label of its own.',
        },
      ),
    );
  }
}
