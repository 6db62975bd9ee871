import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import { ownCache } from '../cache/folder.js';
import type * as Bin from './bin.js';
import { EXIT } from './exit.js';
import { buildId } from './package.js';

// A short run would spend much of its time on compiling aami's own JavaScript, so what V8 made of it is kept. Node 22
// does this on demand (module.enableCompileCache); Node 20 does it for a single script.
const path = fileURLToPath(new URL('main.cjs', import.meta.url));
const cache = ownCache(process.env, process.cwd());
const key = `${buildId()} ${process.version} ${process.arch}`;
const cachedData = cache.recall('code', key) ?? undefined;
// The bundle is ASCII, and Latin-1 is the quickest to read.
const source = `(function (exports, require, module, __filename) {${readFileSync(path, 'latin1')}\n})`;
const script = compiled();
const bundle: { exports: Partial<typeof Bin> } = { exports: {} };
script?.runInThisContext()(bundle.exports, createRequire(path), bundle, path);

/** null: it ends in the middle. */
function compiled(): Script | null {
  try {
    return new Script(source, { filename: path, cachedData });
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return null;
  }
}

const { main } = bundle.exports;
if (script === null || main === undefined) {
  // Half a bundle must not look like a command that went well, nor like a repo with errors.
  process.stderr.write(`error: ${path} is not whole\nhint: Install or build aami again.\n`);
  process.exitCode = EXIT.environment;
} else {
  void main(() => {
    // V8 refuses what another V8 compiled, or itself with other flags.
    if (cachedData === undefined || script.cachedDataRejected) cache.keep('code', key, script.createCachedData());
  });
}
