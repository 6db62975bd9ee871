import type { Finding } from '../../diagnostics/finding.js';
import type { ScriptTemplate } from '../../model/types.js';
import { undescribedMetrics, unprintedMetrics } from './metric-rules.js';
import { isShell, type LintedScript, lintedScript } from './script.js';
import { shellCommands } from './shell.js';
import {
  noTimeLimit,
  type ShellRule,
  sendsAway,
  unboundedFind,
  unquotedVariables,
  unsetVariables,
} from './shell-rules.js';

export interface LintOptions {
  /** Whether shellcheck looks at the scripts too: what it knows better is left to it. */
  readonly shellcheck: boolean;
}

const SHELL_RULES: readonly ShellRule[] = [unsetVariables, noTimeLimit, unboundedFind, sendsAway];

/** The common mistakes of check scripts that can be seen without running them. */
export function lintCheck(template: ScriptTemplate, { shellcheck }: LintOptions): Finding[] {
  const script = lintedScript(template);
  return [...undescribedMetrics(script), ...unprintedMetrics(script), ...shellFindings(script, shellcheck)];
}

function shellFindings(script: LintedScript, shellcheck: boolean): Finding[] {
  if (!isShell(script.template)) return [];
  const commands = shellCommands(script.text);
  const rules = shellcheck ? SHELL_RULES : [...SHELL_RULES, unquotedVariables];
  return rules.flatMap((rule) => rule(script, commands));
}
