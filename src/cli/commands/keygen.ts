import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { oneLine } from '../../diagnostics/display.js';
import { realPath } from '../../output/place.js';
import { systemTrouble } from '../../output/trouble.js';
import { newKeyPair } from '../../sign/keys.js';
import { complain } from '../complain.js';
import { EXIT, type ExitCode } from '../exit.js';
import { gitRoot } from '../git-root.js';
import type { Io } from '../io.js';
import { isFolder } from '../locate.js';
import type { CommonOptions } from '../options.js';

const DEFAULT_NAME = 'aami-bundles';

/** Makes a pair of keys in two new files. */
export function keygen(path: string | undefined, { C }: CommonOptions, io: Io): ExitCode {
  const base = resolve(io.cwd, C ?? '.');
  const given = resolve(base, path ?? DEFAULT_NAME);
  const stem = isFolder(given) ? join(given, DEFAULT_NAME) : given;
  const folder = realPath(dirname(stem));
  if (!isFolder(folder)) {
    complain(io, `there is no folder ${dirname(stem)}`);
    return EXIT.usage;
  }
  if (gitRoot(folder) !== null) {
    complain(io, 'the keys would lie in a git repo', 'Name a place outside of it: `aami keygen ~/aami-bundles`.');
    return EXIT.usage;
  }
  const files = { private: `${stem}.key`, public: `${stem}.pub` };
  const there = Object.values(files).find((file) => existsSync(file));
  if (there !== undefined) {
    complain(io, `${there} is there already, and no key is overwritten`, 'Give the new pair another name.');
    return EXIT.usage;
  }
  const { fingerprint, privatePem, publicPem } = newKeyPair();
  try {
    writeFileSync(files.private, privatePem, { flag: 'wx', mode: 0o600 });
    writePublic(files, publicPem);
  } catch (error) {
    const trouble = systemTrouble(error, 'write the keys');
    if (trouble === null) throw error;
    complain(io, trouble.message);
    return EXIT.environment;
  }
  const shown = (file: string): string => oneLine(relative(io.cwd, file));
  io.stdout.write(describeKeys(shown(files.private), shown(files.public), fingerprint));
  return EXIT.fine;
}

/** Half a pair is of no use to anybody. */
function writePublic(files: { readonly private: string; readonly public: string }, pem: string): void {
  try {
    writeFileSync(files.public, pem, { flag: 'wx', mode: 0o644 });
  } catch (error) {
    rmSync(files.private);
    throw error;
  }
}

const describeKeys = (privateFile: string, publicFile: string, fingerprint: string): string => `\
Wrote ${privateFile}, which signs: for whoever builds what goes to the nodes, and nobody else
      ${publicFile}, by which a node knows what was signed: for every node
  key       ${fingerprint}
  to build  aami build --sign-key ${privateFile}
            or, in a pipeline, its text as the secret AAMI_SIGN_KEY
  on nodes  ${publicFile} as /etc/aami/bundle.pub, owned by root
`;
