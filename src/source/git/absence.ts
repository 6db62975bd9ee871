import { oneLine } from '../../diagnostics/display.js';
import { nearest } from '../../diagnostics/nearest.js';
import { type Refs, refsOf, shortName } from './refs.js';
import type { Git } from './run.js';
import { type GitTrouble, quoted, trouble } from './trouble.js';

const ALL_BRANCHES = "origin '+refs/heads/*:refs/remotes/origin/*'";
const IN_CI = 'In CI, check out the whole history: `fetch-depth: 0` of actions/checkout, `GIT_DEPTH: 0` of GitLab.';

/** A revision that git does not know. */
export function namedTrouble(git: Git, shallow: boolean, revision: string): GitTrouble {
  const found = refsOf(git);
  const refs: Refs = 'kind' in found ? new Map() : found;
  const message = `"${oneLine(revision)}" names no commit of this ${shallow ? 'shallow clone' : 'git repository'}`;
  return trouble(message, hintFor(revision, refs, shallow));
}

function hintFor(revision: string, refs: Refs, shallow: boolean): string {
  if (/^[^.].*\.\.|^\.\./.test(revision)) {
    return 'Give one revision: it is compared with the files as they are now.';
  }
  if (refs.has(`refs/remotes/origin/${revision}`)) return `Did you mean \`origin/${oneLine(revision)}\`?`;
  const fetch = fetchOf(revision, shallow);
  if (shallow) return `${fetch ?? 'Run `git fetch --unshallow`.'} ${IN_CI}`;
  const meant = nearest(revision, [...refs.keys()].map(shortName));
  if (meant !== null) return `Did you mean \`${oneLine(meant)}\`?`;
  return fetch ?? '`git branch --all` lists the branches; `git fetch` gets those that are new.';
}

/** How to get a branch of the usual remote, or a commit by its full name. */
function fetchOf(revision: string, shallow: boolean): string | null {
  const depth = shallow ? ' --depth=1' : '';
  const branch = /^origin\/([\w@%+=,./-]+)$/.exec(revision)?.[1];
  if (branch !== undefined) return `Run \`git fetch${depth} origin ${branch}:refs/remotes/origin/${branch}\`.`;
  return /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(revision) ? `Run \`git fetch${depth} origin ${revision}\`.` : null;
}

/** Nothing says what the default branch is. */
export function noBranch(refs: Refs, shallow: boolean): GitTrouble {
  const message = `The default branch, to compare with, is not known in this ${shallow ? 'shallow clone' : 'clone'}`;
  const hasOrigin = [...refs.keys()].some((name) => name.startsWith('refs/remotes/origin/'));
  const name = 'Name the base: `aami diff <revision>`.';
  if (shallow) return trouble(message, `${name} Or run \`git fetch --unshallow ${ALL_BRANCHES}\`. ${IN_CI}`);
  const fetch = `\`git fetch ${ALL_BRANCHES}\` and \`git remote set-head origin --auto\``;
  return trouble(message, hasOrigin ? `${name} Or run ${fetch}.` : name);
}

/** HEAD and the branch share no commit. */
export function noCommonAncestor(branch: string, shallow: boolean): GitTrouble {
  if (shallow) {
    const remote = /^([\w.-]+)\/(.+)$/.exec(branch);
    const from = remote === null ? '' : ` ${remote[1]} ${quoted(remote[2] ?? '')}`;
    const message = `The commit where this branch left ${oneLine(branch)} is not in this shallow clone`;
    return trouble(message, `Run \`git fetch --unshallow${from}\`. ${IN_CI}`);
  }
  const hint = `To compare with the branch as it is, name it: \`aami diff ${quoted(branch)}\`.`;
  return trouble(`HEAD and ${oneLine(branch)} have no commit in common`, hint);
}
