import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';

/** git, run in one folder. */
export interface Git {
  /** Absolute, without links. */
  readonly root: string;
  run(args: readonly string[], options?: GitOptions): GitAnswer;
}

export interface GitOptions {
  readonly input?: string;
  /** More output than this ends the run. */
  readonly maxBytes?: number;
}

export type GitAnswer =
  | { readonly kind: 'ended'; readonly ok: boolean; readonly stdout: Buffer; readonly stderr: string }
  | { readonly kind: 'absent' }
  /** It did not start, or did not come to its end. */
  | { readonly kind: 'broken'; readonly reason: string };

const MAX_ANSWER = 256 * 1024 * 1024;

/**
 * A repository may be a stranger's. Of its settings, none may start a program (hooks, monitors, helpers, pagers), and
 * a partial clone must not fetch what it lacks: reading a commit is reading, whatever the repository says.
 */
const HARMLESS = [
  '--no-pager',
  '--literal-pathspecs',
  ...['-c', 'core.fsmonitor=false'],
  ...['-c', 'core.hooksPath=/dev/null'],
  ...['-c', 'credential.helper='],
  ...['-c', 'protocol.allow=never'],
  ...['-c', 'safe.bareRepository=explicit'],
];

const QUIET: NodeJS.ProcessEnv = {
  LC_ALL: 'C',
  // Wins over `protocol.<name>.allow` of the repository, as the setting above does not.
  GIT_ALLOW_PROTOCOL: 'none',
  GIT_NO_LAZY_FETCH: '1',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
};

/**
 * What git may learn from the environment: its own settings, and where a server keeps the objects of a push that it
 * has not accepted yet. The rest (GIT_DIR, GIT_INDEX_FILE, …) is what git tells a hook of another moment, or a wish
 * about output; the repository is found from the folder alone.
 */
const KEPT =
  /^GIT_(?:CONFIG_.*|CEILING_DIRECTORIES|DISCOVERY_ACROSS_FILESYSTEM|EXEC_PATH|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES)$/;

export function gitIn(root: string, environment: NodeJS.ProcessEnv): Git {
  const realRoot = realpathSync(root);
  const inherited = Object.entries(environment).filter(([name]) => !name.startsWith('GIT_') || KEPT.test(name));
  const env = { ...Object.fromEntries(inherited), ...QUIET };
  return {
    root: realRoot,
    run(args, { input = '', maxBytes = MAX_ANSWER } = {}) {
      const { error, status, signal, stdout, stderr } = spawnSync('git', [...HARMLESS, '-C', realRoot, ...args], {
        env,
        input,
        maxBuffer: maxBytes,
        windowsHide: true,
      });
      const code = (error as NodeJS.ErrnoException | undefined)?.code;
      if (code === 'ENOENT') return { kind: 'absent' };
      if (status === null || error !== undefined) return { kind: 'broken', reason: code ?? signal ?? 'unknown error' };
      return { kind: 'ended', ok: status === 0, stdout, stderr: stderr.toString('utf8') };
    },
  };
}

/** The answer as text, its last line break left out; null unless git said yes. */
export function textOf(answer: GitAnswer): string | null {
  return answer.kind === 'ended' && answer.ok ? answer.stdout.toString('utf8').replace(/\n$/, '') : null;
}
