import type { Git } from './run.js';
import { type GitTrouble, refusal } from './trouble.js';

export interface Ref {
  /** In full: `refs/heads/main`. */
  readonly name: string;
  readonly object: string;
  /** What a symbolic ref stands for. */
  readonly target: string | null;
  readonly upstream: string | null;
  /** The branch that is checked out. */
  readonly current: boolean;
}

/** Every branch and tag by its full name, those of remotes included. */
export type Refs = ReadonlyMap<string, Ref>;

const FORMAT = ['refname', 'objectname', 'symref', 'upstream', 'HEAD'].map((field) => `%(${field})`).join('%00');

export function refsOf(git: Git): Refs | GitTrouble {
  const answer = git.run(['for-each-ref', `--format=${FORMAT}`, 'refs/heads', 'refs/remotes', 'refs/tags']);
  if (answer.kind !== 'ended' || !answer.ok) return refusal(answer, git.root);
  const lines = answer.stdout.toString('utf8').split('\n').slice(0, -1);
  return new Map(lines.map(refOf).map((ref) => [ref.name, ref]));
}

function refOf(line: string): Ref {
  const [name = '', object = '', target = '', upstream = '', head = ''] = line.split('\0');
  return { name, object, target: target || null, upstream: upstream || null, current: head === '*' };
}

/** `main`, `origin/main`, `v1.2`: as people write it. */
export function shortName(ref: string): string {
  return ref.replace(/^refs\/(?:heads|remotes|tags)\//, '');
}

/** The name without the remote; remotes' names hold no slash, as good as always. */
export function branchName(ref: string): string {
  return ref.replace(/^refs\/(?:heads|remotes\/[^/]+)\//, '');
}

/**
 * The ref that a change is to be compared with; null: with the last commit; `unknown` where only the user can tell.
 *
 * - A branch that was made from another one and tracks it (`git switch -c fix origin/develop`): that one.
 * - Any other branch, be it pushed or not: the default branch, of which a remote's word counts most (`origin/HEAD`,
 *   `origin/main`, `origin/master`, then the local `main` and `master`). Not its own upstream: a pull request that is
 *   pushed would have no changes.
 * - The default branch itself: its upstream, so that what is not pushed yet is what has changed. Without a remote, the
 *   last commit.
 */
export function refToCompareWith(refs: Refs): Ref | null | 'unknown' {
  const current = [...refs.values()].find((ref) => ref.current) ?? null;
  const upstream = refs.get(current?.upstream ?? '') ?? null;
  if (current !== null && upstream !== null && !isOwnCopy(current, upstream)) return upstream;
  const main = defaultBranch(refs);
  if (current !== null && main !== null && branchName(main.name) === branchName(current.name)) {
    return upstream ?? (main === current ? null : main);
  }
  if (main !== null) return main;
  const hasRemote = [...refs.keys()].some((name) => name.startsWith('refs/remotes/'));
  return current === null || hasRemote ? 'unknown' : null;
}

/** Where the branch itself is pushed to, also under a prefix: `fix` as `alice/fix`. */
function isOwnCopy(branch: Ref, upstream: Ref): boolean {
  return `/${branchName(upstream.name)}`.endsWith(`/${branchName(branch.name)}`);
}

function defaultBranch(refs: Refs): Ref | null {
  const head = refs.get('refs/remotes/origin/HEAD')?.target ?? null;
  const names = ['refs/remotes/origin/main', 'refs/remotes/origin/master', 'refs/heads/main', 'refs/heads/master'];
  for (const name of head === null ? names : [head, ...names]) {
    const ref = refs.get(name);
    if (ref !== undefined) return ref;
  }
  return null;
}
