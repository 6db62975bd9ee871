import type { FileTree } from '../file-tree.js';
import { gitIn, textOf } from './run.js';
import { gitTree } from './tree.js';

/** The commit that is checked out. */
export interface Head {
  readonly commit: string;
  /** How many commits lead to it: it grows with each commit. null: a shallow clone does not know. */
  readonly number: number | null;
  /** The repo in the folder as the commit has it. */
  readonly tree: FileTree;
}

/** null: the folder is in no git repository, there is no commit yet, or git cannot tell. */
export function headOf(root: string, environment: NodeJS.ProcessEnv = process.env): Head | null {
  const git = gitIn(root, environment);
  const place = textOf(git.run(['rev-parse', '--is-shallow-repository', '--show-prefix', 'HEAD']))?.split('\n');
  const [shallow = '', prefix = '', commit = ''] = place ?? [];
  if (!/^[0-9a-f]{40,64}$/.test(commit)) return null;
  const opened = gitTree(git, commit, prefix);
  if (opened.kind === 'trouble') return null;
  const count = shallow === 'true' ? null : textOf(git.run(['rev-list', '--count', '--end-of-options', commit]));
  return { commit, number: count !== null && /^\d+$/.test(count) ? Number(count) : null, tree: opened.tree };
}
