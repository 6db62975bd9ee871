import { amount, thousands } from '../../diagnostics/amounts.js';
import { oneLine } from '../../diagnostics/display.js';
import { describeConfigDrift, describeRuleDrift, describeTargetDrift } from '../../drift/in-words.js';
import type { Drift } from '../../drift/index.js';
import type { Reached, RulesStatus, ServerStatus, Status, TargetsStatus } from '../types.js';

export const NAMES = { prometheus: 'Prometheus', alertmanager: 'Alertmanager' } as const;

export function describeDrift(drift: Drift): string {
  switch (drift.kind) {
    case 'rule-not-running':
    case 'rule-not-built':
    case 'rule-differs':
    case 'group-differs':
    case 'rule-failing':
    case 'rule-not-evaluated':
    case 'group-slow':
      return describeRuleDrift(drift);
    case 'target-not-scraped':
    case 'target-not-built':
    case 'target-differs':
      return describeTargetDrift(drift);
    case 'config-not-running':
    case 'config-not-built':
    case 'config-differs':
      return describeConfigDrift(drift);
  }
}

export const RELOAD_FAILED = 'Its last reload failed: it runs what it had before.';

/** What is not as it should be with a server, as sentences. */
export function problemsOf(server: Reached): string[] {
  return [...(server.reloadFailed ? [RELOAD_FAILED] : []), ...server.drift.map(describeDrift)];
}

/** Why it is not known whether all is as built, as sentences. */
export function doubtsOf(server: ServerStatus): string[] {
  if (server.state === 'unreachable') return [`It ${oneLine(server.trouble)}.`];
  const doubts = [...(server.notReady === null ? [] : [server.notReady]), ...server.troubles];
  return [...new Set(doubts)].map((trouble) => `It ${oneLine(trouble)}.`);
}

/** In a word or two. */
export function stateOf(server: ServerStatus): 'unreachable' | 'drifted' | 'not ready' | 'unknown' | 'as built' {
  if (server.state === 'unreachable') return 'unreachable';
  if (problemsOf(server).length > 0) return 'drifted';
  if (server.notReady !== null) return 'not ready';
  return server.troubles.length > 0 ? 'unknown' : 'as built';
}

export function describeRules({ asBuilt, waiting, foreign }: RulesStatus): string {
  return [
    `${thousands(asBuilt)} as built`,
    ...(waiting > 0 ? [`${thousands(waiting)} not evaluated yet`] : []),
    ...(foreign > 0 ? [`${thousands(foreign)} of other files`] : []),
  ].join(', ');
}

export function describeTargets({ asBuilt, waiting, down, elsewhere, foreign }: TargetsStatus): string {
  return [
    `${thousands(asBuilt)} as built`,
    ...(down.length > 0 ? [`${thousands(down.length)} of them down`] : []),
    ...(waiting > 0 ? [`${thousands(waiting)} not scraped yet`] : []),
    ...(elsewhere > 0 ? [`${thousands(elsewhere)} scraped by another server`] : []),
    ...(foreign > 0 ? [`${thousands(foreign)} of other jobs`] : []),
  ].join(', ');
}

export function describeConfig({ kind, config, drift }: Reached): string {
  if (config === 'foreign') return 'of somebody else, not compared';
  const parts = drift.filter((one) => one.kind.startsWith('config-')).length;
  if (config === 'compared') return parts === 0 ? 'as built' : `${amount(parts, 'difference')}`;
  return kind === 'alertmanager' ? 'not compared: the build has none' : 'not known';
}

/** All servers in one line. */
export function summaryOf({ servers, unreadable }: Status): string {
  const differences = servers.reduce((sum, one) => sum + (one.state === 'reached' ? problemsOf(one).length : 0), 0);
  const silent = servers.filter((one) => doubtsOf(one).length > 0).length;
  const parts = [
    ...(differences > 0 ? [`${amount(differences, 'difference')} from the build`] : []),
    ...(silent > 0 ? [`${thousands(silent)} of ${amount(servers.length, 'server')} did not tell everything`] : []),
    ...(unreadable.length > 0 ? [`${amount(unreadable.length, 'file')} of the build cannot be read`] : []),
  ];
  return parts.length > 0 ? parts.join(', ') : `${amount(servers.length, 'server')} as built`;
}
