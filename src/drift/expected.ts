import { builtRules } from './built-rules.js';
import { type BuiltTargets, builtTargets } from './built-targets.js';
import type { RuleGroup } from './types.js';

/** What a build says should run. */
export interface Expected {
  readonly rules: readonly RuleGroup[];
  readonly targets: BuiltTargets;
  /** Paths of files that are not as a build writes them; what they hold is not expected. */
  readonly unreadable: readonly string[];
}

/** @param files of the output of a build: text by path */
export function expectedFrom(files: ReadonlyMap<string, string>): Expected {
  const unreadable: string[] = [];
  const trouble = (path: string): void => {
    unreadable.push(path);
  };
  return { rules: builtRules(files, trouble), targets: builtTargets(files, trouble), unreadable };
}
