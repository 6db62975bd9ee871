import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { CI_FILES, type CiSystem } from './ci.js';

/** A file of a new repo. */
export interface ScaffoldFile {
  /** Relative to the repo, with `/`. */
  readonly path: string;
  readonly content: string;
}

/** The starter repo under a name of its own, from the examples of aami's package. */
export function starterFiles(examples: string, name: string, ci: CiSystem | null): ScaffoldFile[] {
  const starter = join(examples, 'starter');
  const files = pathsBelow(starter).map((path): ScaffoldFile => {
    const content = readFileSync(join(starter, path), 'utf8');
    if (path === 'aami.yaml') return { path, content: content.replace(/^name: .*$/m, () => `name: ${asYaml(name)}`) };
    // npm leaves a .gitignore out of packages.
    return { path: path === 'gitignore' ? '.gitignore' : path, content };
  });
  if (ci === null) return files;
  const { from, to } = CI_FILES[ci];
  return [...files, { path: to, content: readFileSync(join(examples, from), 'utf8') }];
}

function pathsBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      relative(folder, join(entry.parentPath ?? entry.path, entry.name))
        .split(sep)
        .join('/'),
    )
    .filter((path) => !path.startsWith('build/'))
    .sort();
}

/** The name of a folder as that of a project, which holds no control characters and is not endless. */
export function projectName(folder: string): string {
  const name = [...folder.replaceAll(/[\u0000-\u001f\u007f]/g, '-')].slice(0, 100).join('');
  return name === '' ? 'monitoring' : name;
}

/** Quotes only where YAML could take the text for something else. */
function asYaml(text: string): string {
  const plain = /^[A-Za-z][\w-]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text);
  return plain ? text : JSON.stringify(text);
}
