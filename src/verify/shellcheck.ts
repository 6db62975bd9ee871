import type { LintedScript } from '../checks/lint/script.js';
import { shellcheckFindings } from '../checks/lint/shellcheck.js';
import type { Finding } from '../diagnostics/finding.js';
import { runTool } from './run.js';
import type { Tool } from './tool.js';

/**
 * What shellcheck says of a script, which it reads and does not run. Settings that the repo may bring along for
 * shellcheck are not read; null: it gave no answer.
 */
export async function runShellcheck({ path }: Tool, script: LintedScript): Promise<Finding[] | null> {
  const args = ['--norc', '--format=json1', `--shell=${script.template.language}`, '-'];
  const { stdout } = await runTool(path, args, { cwd: undefined, timeoutMs: 60_000, input: script.text });
  return shellcheckFindings(script, stdout);
}
