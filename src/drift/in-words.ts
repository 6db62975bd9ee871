import { oneLine } from '../diagnostics/display.js';
import type { ConfigDrift, FieldDrift, RuleDrift, RulePlace, TargetDrift, TargetPlace } from './index.js';

/** What is not as it was built, each as a sentence. */

export function describeRuleDrift(drift: RuleDrift): string {
  switch (drift.kind) {
    case 'rule-not-running':
      return `${rule(drift.rule)} does not run.`;
    case 'rule-not-built':
      return `${rule(drift.rule)} runs and is not in the build.`;
    case 'rule-differs':
      return `${rule(drift.rule)} runs otherwise: ${fields(drift.fields)}.`;
    case 'group-differs':
      return oneLine(`Rule group ${drift.group} of ${drift.file} runs otherwise: ${fields(drift.fields)}.`);
    case 'rule-failing':
      return oneLine(`${rule(drift.rule)} cannot be evaluated: ${drift.error}`);
    case 'rule-not-evaluated':
      return `${rule(drift.rule)} has not been evaluated yet.`;
    case 'group-slow':
      return oneLine(
        `Rule group ${drift.group} of ${drift.file} takes ${drift.evaluationSeconds.toFixed(1)} s, longer than its interval of ${drift.intervalSeconds} s.`,
      );
  }
}

export function describeTargetDrift(drift: TargetDrift): string {
  switch (drift.kind) {
    case 'target-not-scraped':
      return `${target(drift.target)} is ${drift.dropped ? 'dropped by a relabelling' : 'not scraped'}.`;
    case 'target-not-built':
      return `${target(drift.target)} is scraped and not in the build.`;
    case 'target-differs':
      return `${target(drift.target)} is scraped otherwise: ${fields(drift.fields)}.`;
  }
}

export function describeConfigDrift(drift: ConfigDrift): string {
  const part = oneLine(drift.part);
  switch (drift.kind) {
    case 'config-not-running':
      return `Its configuration lacks ${part}.`;
    case 'config-not-built':
      return `Its configuration has ${part}, which is not in the build.`;
    case 'config-differs':
      return `Its configuration differs in ${part}: ${fields(drift.fields)}.`;
  }
}

const rule = ({ file, type, name }: RulePlace): string =>
  oneLine(`${type === 'alert' ? 'Alert' : 'Recording rule'} ${name} of ${file}`);

const target = ({ job, address, instance }: TargetPlace): string =>
  oneLine(`Target ${instance ?? address} of job ${job}`);

function fields(found: readonly FieldDrift[]): string {
  return found
    .map(({ field, built, running }) => oneLine(`${field} is ${running ?? 'not set'} instead of ${built ?? 'not set'}`))
    .join(', ');
}
