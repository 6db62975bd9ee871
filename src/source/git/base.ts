import { oneLine } from '../../diagnostics/display.js';
import type { FileTree } from '../file-tree.js';
import { namedTrouble, noBranch, noCommonAncestor } from './absence.js';
import { refsOf, refToCompareWith, shortName } from './refs.js';
import { type Git, gitIn, textOf } from './run.js';
import { gitTree } from './tree.js';
import { bare, type GitTrouble, refusal, trouble } from './trouble.js';

/** What a change is compared with. */
export interface GitBase {
  readonly kind: 'commit';
  readonly commit: string;
  /** The repo's folder in the git repository: '' or with a slash at its end. */
  readonly prefix: string;
  /** For people: `origin/main (1a2b3c4d5e)`. */
  readonly described: string;
  /** The repo as the commit has it. */
  readonly tree: FileTree;
  /** The commit has no repo of aami in this folder: all of it is new. */
  readonly empty: boolean;
}

/**
 * Finds and opens the base of a comparison. A revision is taken as it is given. Without one, it is the merge base of
 * HEAD with the branch that the change is made for: see `refToCompareWith`. Where that is HEAD itself, what is
 * compared are the changes that are not committed yet.
 */
export function findBase(
  root: string,
  revision: string | null,
  environment: NodeJS.ProcessEnv = process.env,
): GitBase | GitTrouble {
  const git = gitIn(root, environment);
  const place = placeOf(git);
  if ('kind' in place) return place;
  const chosen = revision === null ? chooseBase(git, place.shallow) : namedBase(git, place.shallow, revision);
  if ('kind' in chosen) return chosen;
  const opened = gitTree(git, chosen.commit, place.prefix);
  if (opened.kind === 'trouble') return opened;
  const { tree } = opened;
  const described = `${oneLine(chosen.name)} (${chosen.commit.slice(0, 10)})`;
  const empty = tree.resolve('aami.yaml').kind === 'missing';
  return { kind: 'commit', commit: chosen.commit, prefix: place.prefix, described, tree, empty };
}

interface Place {
  readonly prefix: string;
  readonly shallow: boolean;
}

function placeOf(git: Git): Place | GitTrouble {
  const answer = git.run(['rev-parse', '--is-inside-work-tree', '--is-shallow-repository', '--show-prefix']);
  const text = textOf(answer);
  if (text === null) return refusal(answer, git.root);
  const [work, shallow, ...prefix] = text.split('\n');
  return work === 'true' ? { prefix: prefix.join('\n'), shallow: shallow === 'true' } : bare();
}

interface Chosen {
  readonly commit: string;
  readonly name: string;
}

function namedBase(git: Git, shallow: boolean, revision: string): Chosen | GitTrouble {
  const commit = commitOf(git, revision);
  return commit === null ? namedTrouble(git, shallow, revision) : { commit, name: revision };
}

function chooseBase(git: Git, shallow: boolean): Chosen | GitTrouble {
  const head = commitOf(git, 'HEAD');
  if (head === null) {
    const hint = 'Commit the repo once, or compare with a folder: `--base-dir <dir>`.';
    return trouble('This git repository has no commit yet', hint);
  }
  const refs = refsOf(git);
  if ('kind' in refs) return refs;
  const ref = refToCompareWith(refs);
  if (ref === 'unknown') return noBranch(refs, shallow);
  if (ref === null) return { commit: head, name: 'HEAD' };
  const answer = git.run(['merge-base', head, ref.object]);
  const commit = textOf(answer)?.split('\n')[0] ?? null;
  const name = shortName(ref.name);
  if (commit !== null) return { commit, name: commit === ref.object ? name : `merge base with ${name}` };
  // Where there is none, git says no and nothing else.
  const none = answer.kind === 'ended' && answer.stderr === '';
  return none ? noCommonAncestor(name, shallow) : refusal(answer, git.root);
}

/** The full name of the commit that a revision stands for; null when it is none. */
function commitOf(git: Git, revision: string): string | null {
  if (revision === '' || revision.includes('\0')) return null;
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`];
  const commit = textOf(git.run(args)) ?? '';
  return /^[0-9a-f]{40,64}$/.test(commit) ? commit : null;
}
