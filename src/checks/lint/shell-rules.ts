import { finding } from '../../diagnostics/codes.js';
import type { Finding } from '../../diagnostics/finding.js';
import type { LintedScript } from './script.js';
import type { ShellCommand } from './shell.js';
import { type Invocation, invocationOf } from './shell-names.js';

/** A mistake that shows in the commands of a script alone. */
export type ShellRule = (script: LintedScript, commands: readonly ShellCommand[]) => readonly Finding[];

const invocations = (commands: readonly ShellCommand[]): Invocation[] =>
  commands.map(invocationOf).filter((found) => found !== null);
const argsOf = ({ args }: Invocation): string[] => args.map(({ text }) => text);

/** A misspelt variable is empty, and an empty path or pattern measures something else. */
export const unsetVariables: ShellRule = ({ template, text, spanOf }, commands) => {
  const sets = invocations(commands).filter(({ name }) => name === 'set');
  const strict = sets.some((set) => argsOf(set).some((arg) => /^-[a-z]*u|^nounset$/.test(arg)));
  if (strict || /^#!.*\s-\w*u/.test(text)) return [];
  const firstLine = text.split('\n', 1)[0] ?? '';
  return [
    finding(
      'lint/unset-variables',
      `${template.name} goes on with variables that are not set`,
      spanOf(0, firstLine.length),
      { hint: `Begin with \`set -${template.language === 'bash' ? 'euo pipefail' : 'eu'}\`.` },
    ),
  ];
};

/** Programs that wait for a device, a driver or a server without end when it is ill: just when a check is needed. */
const MAY_HANG = new Set([
  ...[
    'amd-smi',
    'dcgmi',
    'df',
    'hl-smi',
    'ibdiagnet',
    'ibstat',
    'ibstatus',
    'ipmitool',
    'lctl',
    'lfs',
    'lsof',
    'mmgetstate',
  ],
  ...['mmhealth', 'mountpoint', 'nvidia-smi', 'nvme', 'rocm-smi', 'sgdisk', 'showmount', 'smartctl', 'ssh'],
]);

export const noTimeLimit: ShellRule = ({ spanOf }, commands) =>
  invocations(commands)
    .filter((invocation) => mayHang(invocation) && !invocation.limited)
    .map(({ name, word }) =>
      finding('lint/no-time-limit', `${name} may wait for ever, and nothing stops it`, spanOf(word.start, word.end), {
        hint: 'Put `timeout 10` before it, with less time than the check has. What a dead mount holds is not even killed: read /proc or /sys where they say the same.',
      }),
    );

function mayHang(invocation: Invocation): boolean {
  const args = argsOf(invocation);
  if (args.some((arg) => arg === '--version' || arg === '--help')) return false;
  if (invocation.name === 'stat') return args.some((arg) => /^-[a-zA-Z]*f|^--file-system/.test(arg));
  if (invocation.name === 'curl') return !args.some((arg) => /^--max-time|^-[a-zA-Z]*m/.test(arg));
  if (invocation.name === 'wget') return !args.some((arg) => /^--timeout|^-T/.test(arg));
  return MAY_HANG.has(invocation.name);
}

/** A walk through a file system takes minutes on the storage that GPU nodes mount. */
export const unboundedFind: ShellRule = ({ spanOf }, commands) =>
  invocations(commands)
    .filter((invocation) => isUnbounded(invocation) && !invocation.limited)
    .map(({ name, word }) =>
      finding('lint/unbounded-find', `${name} goes through everything below`, spanOf(word.start, word.end), {
        hint: 'Give it `-maxdepth` and `-xdev`, and put `timeout` before it.',
      }),
    );

function isUnbounded(invocation: Invocation): boolean {
  const args = argsOf(invocation);
  const places = args.filter((arg) => /^["']?\//.test(arg));
  if (places.length > 0 && places.every((place) => /^["']?\/sys\//.test(place))) return false;
  if (invocation.name === 'find')
    return !args.some((arg) => arg === '-maxdepth' || arg === '-xdev' || arg === '-mount');
  if (invocation.name === 'du') return !args.some((arg) => /^-[a-zA-Z]*x|^--one-file-system/.test(arg));
  return false;
}

const MAILERS = new Set(['mail', 'mailx', 'msmtp', 'mutt', 'sendmail', 'swaks']);
const LOOPBACK = /^["']?(?:https?:\/\/)?(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?:[:/"']|$)/;

/** Who is told is for Alertmanager to decide: it groups, silences and repeats. */
export const sendsAway: ShellRule = ({ spanOf }, commands) =>
  invocations(commands)
    .filter((invocation) => sends(invocation))
    .map(({ name, word }) =>
      finding('lint/sends-away', `${name} tells somebody outside of this machine`, spanOf(word.start, word.end), {
        hint: 'Print a metric, and let an alert rule and Alertmanager tell people.',
      }),
    );

function sends(invocation: Invocation): boolean {
  if (MAILERS.has(invocation.name)) return true;
  if (invocation.name !== 'curl' && invocation.name !== 'wget') return false;
  const args = argsOf(invocation);
  const urls = args.filter((arg) => /^["']?https?:\/\/[^$]/.test(arg));
  if (urls.length > 0) return !urls.every((url) => LOOPBACK.test(url));
  const local = args.some((arg) => LOOPBACK.test(arg));
  return !local && args.some((arg) => /^(?:-d|-F|-T|--data|--form|--json|--upload-file|--post-)/.test(arg));
}

/** These take their words whole, or are meant to split them. */
const WITHOUT_SPLITTING = new Set(['case', 'declare', 'export', 'for', 'local', 'readonly', 'typeset']);

/** Only where nothing better looks at the script: shellcheck knows more of this. */
export const unquotedVariables: ShellRule = ({ text, spanOf }, commands) =>
  invocations(commands)
    .filter(({ name }) => !WITHOUT_SPLITTING.has(name))
    .flatMap(({ args }) => args)
    .flatMap(({ unquoted }) => unquoted)
    .map(({ start, end }) =>
      finding('lint/unquoted-variable', `${text.slice(start, end)} falls apart at its spaces`, spanOf(start, end), {
        hint: 'Put it in double quotes, or make a list of it: `"${list[@]}"`.',
      }),
    );
