import { finding } from '../diagnostics/codes.js';
import type { Finding } from '../diagnostics/finding.js';
import type { FileTree, NodeKind } from './file-tree.js';

export interface FoundFiles {
  readonly paths: readonly string[];
  readonly findings: readonly Finding[];
}

/** The YAML files below a folder, at any depth. What begins with a dot, node_modules and `skip` are left alone. */
export function findYamlFiles(
  tree: FileTree,
  folder: string,
  shown: (path: string) => string,
  skip: string | null,
): FoundFiles {
  const paths: string[] = [];
  const findings: Finding[] = [];

  const refuse = (path: string, message: string, hint: string | null = null): void => {
    findings.push(finding('source/unreadable', message, { file: shown(path), start: 0, end: 0 }, { hint }));
  };

  const enter = (path: string, above: readonly string[]): void => {
    const listing = tree.list(path);
    if (listing.kind === 'unreadable') refuse(path, `This folder cannot be read: ${listing.reason}`);
    for (const entry of listing.kind === 'entries' ? listing.entries : []) {
      const inside = path === '' ? entry.name : `${path}/${entry.name}`;
      if (entry.name.startsWith('.') || entry.name === 'node_modules' || inside === skip) continue;
      if (entry.kind === 'link') follow(inside, above);
      else take(inside, entry.kind, inside, above);
    }
  };

  const take = (path: string, kind: NodeKind, real: string, above: readonly string[]): void => {
    if (kind === 'folder') enter(path, [...above, real]);
    else if (!isYaml(path)) return;
    else if (kind === 'file') paths.push(path);
    else refuse(path, 'This is neither a file nor a folder');
  };

  const follow = (path: string, above: readonly string[]): void => {
    const { kind, real } = tree.resolve(path);
    const circle =
      kind === 'folder' && above.some((folder) => folder === real || folder.startsWith(`${real}/`) || real === '');
    if (kind === 'outside') {
      const hint = 'Copy the file into the repo: what is compiled must be in git.';
      findings.push(
        finding(
          'source/outside-repo',
          'This symbolic link leads out of the repo',
          { file: shown(path), start: 0, end: 0 },
          { hint },
        ),
      );
    } else if (circle) refuse(path, 'This symbolic link leads back to a folder that it lies in');
    else if (kind === 'missing' && isYaml(path)) refuse(path, 'This symbolic link leads nowhere');
    else if (kind !== 'missing') take(path, kind, real, above);
  };

  const { kind, real } = tree.resolve(folder);
  if (kind === 'folder') enter(folder, [real]);
  else if (kind === 'outside') follow(folder, []);
  else if (kind !== 'missing') refuse(folder, `\`${folder}\` is a folder of aami's, but here it is a file`);
  return { paths: paths.sort(), findings };
}

export function isYaml(path: string): boolean {
  return path.endsWith('.yaml') || path.endsWith('.yml');
}
