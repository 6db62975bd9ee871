export type { BuiltTargets } from './built-targets.js';
export { compareConfig } from './config.js';
export { type Expected, expectedFrom } from './expected.js';
export { isOwnConfig } from './live-files.js';
export { compareRules, type RulesDrift } from './rules.js';
export { readRules } from './running-rules.js';
export { type RunningTargets, readTargets } from './running-targets.js';
export { compareTargets, type TargetsDrift } from './targets.js';
export type {
  Answer,
  ConfigDrift,
  Drift,
  FieldDrift,
  Rule,
  RuleDrift,
  RuleGroup,
  RulePlace,
  RunningGroup,
  RunningRule,
  RunningTarget,
  Target,
  TargetDrift,
  TargetPlace,
} from './types.js';
