import type { ServerKind } from '../deploy/settings.js';
import type { Drift, TargetPlace } from '../drift/index.js';

/** How servers stand to a build. */
export interface Status {
  readonly servers: readonly ServerStatus[];
  /** Paths of files of the build that cannot be read, so that nobody knows whether they run. */
  readonly unreadable: readonly string[];
}

export type ServerStatus = Unreachable | Reached;

export interface Unreachable {
  readonly state: 'unreachable';
  readonly kind: ServerKind;
  /** Its address, without a password. */
  readonly shown: string;
  /** A clause that goes behind the address. */
  readonly trouble: string;
}

export interface Reached {
  readonly state: 'reached';
  readonly kind: ServerKind;
  readonly shown: string;
  /** null: it takes questions and alerts; else a clause that goes behind the address. */
  readonly notReady: string | null;
  readonly version: string | null;
  /** The last reload failed, so it runs what it had before. */
  readonly reloadFailed: boolean;
  /** Clauses about questions that it did not answer: what they are about may run otherwise. */
  readonly troubles: readonly string[];
  /** null: not asked, or not answered. */
  readonly rules: RulesStatus | null;
  readonly targets: TargetsStatus | null;
  readonly config: ConfigStatus | null;
  readonly drift: readonly Drift[];
}

export interface RulesStatus {
  readonly asBuilt: number;
  /** Of those, the ones whose first evaluation is still to come, in good time. */
  readonly waiting: number;
  readonly foreign: number;
}

export interface TargetsStatus {
  readonly asBuilt: number;
  /** Not scraped yet: the server has only just taken its configuration. */
  readonly waiting: number;
  readonly foreign: number;
  /** Not scraped here, but by another of the servers. */
  readonly elsewhere: number;
  readonly down: readonly { readonly target: TargetPlace; readonly error: string | null }[];
}

/** Whether the configuration is compared: that of somebody else is not. */
export type ConfigStatus = 'compared' | 'foreign';

export type Verdict = 'as built' | 'drifted' | 'unknown';

/** Drift is sure wherever it is seen; its absence only where every server has said all. */
export function verdictOf({ servers, unreadable }: Status): Verdict {
  if (servers.some((server) => server.state === 'reached' && (server.drift.length > 0 || server.reloadFailed)))
    return 'drifted';
  const silent = servers.some(
    (server) => server.state === 'unreachable' || server.notReady !== null || server.troubles.length > 0,
  );
  return silent || unreadable.length > 0 ? 'unknown' : 'as built';
}
