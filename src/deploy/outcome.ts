import type { BuiltFrom } from '../output/manifest.js';
import type { OutputChanges } from '../output/plan.js';
import type { Removal } from './guards.js';
import type { Part } from './parts.js';
import type { ServerKind } from './settings.js';

/** What a deploy does to one live folder. */
export interface PlacePlan {
  readonly folder: string;
  readonly part: Part;
  /** The generation before and after; null: none. Without a change, they are one. */
  readonly from: number | null;
  readonly to: number | null;
  readonly changes: OutputChanges;
  /** Installed files that somebody has changed since; they stay in the generation before. */
  readonly edited: readonly string[];
  /** An earlier deploy was cut off before it was confirmed. */
  readonly interrupted: boolean;
}

/** Alerts whose rule stays, but that Prometheus takes for others: what is pending or firing starts over. */
export interface LostState {
  readonly alerts: readonly string[];
  /** What of the rule changes, as a clause. */
  readonly because: string;
  /** How many targets that concerns; null: not known. */
  readonly targets: number | null;
}

export interface DeployPlan {
  readonly source: BuiltFrom | null;
  /** Of what the first live folder with a deployed generation has; null: there was none. */
  readonly replaces: BuiltFrom | null;
  readonly places: readonly PlacePlan[];
  /** The most that any live folder loses. */
  readonly removals: readonly Removal[];
  readonly stateLost: readonly LostState[];
  readonly warnings: readonly string[];
}

/** What became of one server. */
export interface ServerResult {
  readonly kind: ServerKind;
  /** Without a password; null: it has no URL. */
  readonly address: string | null;
  readonly state: /** It runs what it should. */
    | 'confirmed'
    /** It was not to be asked. */
    | 'not-asked'
    /** It does not run what it should, or cannot be asked. */
    | 'failed';
  readonly reloadedBy: 'http' | 'signal' | null;
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
  readonly hint: string | null;
}

export type DeployOutcome =
  | {
      readonly kind: 'planned' | 'deployed' | 'unchanged';
      readonly plan: DeployPlan;
      readonly servers: readonly ServerResult[];
    }
  /** By a guard, or by promtool or amtool: nothing was changed. */
  | {
      readonly kind: 'refused';
      readonly message: string;
      readonly hint: string | null;
      readonly plan: DeployPlan | null;
    }
  /** It was there already, and servers do not run it. */
  | { readonly kind: 'not-confirmed'; readonly plan: DeployPlan; readonly servers: readonly ServerResult[] }
  | {
      readonly kind: 'rolled-back';
      readonly plan: DeployPlan;
      /** As they were found with what was deployed. */
      readonly servers: readonly ServerResult[];
      /** As they were found after what was before had been put back. */
      readonly restored: readonly ServerResult[];
    }
  /** The environment: nothing was changed. */
  | { readonly kind: 'failed'; readonly message: string; readonly hint: string | null };
