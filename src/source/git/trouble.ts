import { oneLine } from '../../diagnostics/display.js';
import type { GitAnswer } from './run.js';

/** Why there is no base, and what to run. */
export interface GitTrouble {
  readonly kind: 'trouble';
  readonly message: string;
  readonly hint: string | null;
}

const BASE_DIR = '`--base-dir <dir>` compares with a folder.';

export const trouble = (message: string, hint: string | null): GitTrouble => ({ kind: 'trouble', message, hint });

/** What a refusal of git's comes to. */
export function refusal(answer: GitAnswer, root: string): GitTrouble {
  if (answer.kind === 'absent') return trouble('git is not installed', `Install git. Without it, ${BASE_DIR}`);
  if (answer.kind === 'broken') return trouble(`git did not come to its end (${answer.reason})`, BASE_DIR);
  const { stderr } = answer;
  if (/dubious ownership|unsafe repository/.test(stderr)) {
    const place = /'([^']+)' ?(?:is owned|\n|$)/.exec(stderr)?.[1] ?? root;
    const hint = `If you trust it, run \`git config --global --add safe.directory ${quoted(place)}\`.`;
    return trouble('git refuses to read this repository, because it belongs to another user', hint);
  }
  if (/bare repository/.test(stderr)) return bare();
  if (/not a git repository(?! ?:)/.test(stderr)) {
    return trouble('This folder is not in a git repository', `There is no commit to compare with. ${BASE_DIR}`);
  }
  return trouble(`git cannot read this repository: ${firstLine(stderr)}`, BASE_DIR);
}

export function bare(): GitTrouble {
  const hint = `Run aami in a clone or in a worktree: \`git worktree add <dir>\`. ${BASE_DIR}`;
  return trouble('This is a git repository without a work tree', hint);
}

/** Objects that the commit needs are not there. */
export function incomplete(answer: GitAnswer): GitTrouble {
  const said = answer.kind === 'ended' ? firstLine(answer.stderr) : '';
  const message = `Files of the base are not in this clone${said === '' ? '' : `: ${said}`}`;
  const hint = 'A partial clone lacks files until they are fetched: run `git fetch --refetch --no-filter`.';
  return trouble(message, hint);
}

function firstLine(stderr: string): string {
  const line = stderr.split('\n').find((one) => one.trim() !== '') ?? '';
  return oneLine(line.replace(/^(?:fatal|error): /, ''));
}

/** A word as a shell takes it. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : oneLine(`'${word.replaceAll("'", "'\\''")}'`);
}
