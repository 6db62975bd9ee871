// Bundles src/ into dist/: cli.js, which bin/ starts, and api.js, the library. What a command does not need lies in
// chunks of its own, so that it is not loaded.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

/** Tells one build of aami from another, so that no build of a repo is taken for that of an older aami. */
function sourceDigest() {
  const hash = createHash('sha256');
  for (const entry of readdirSync('src', { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath ?? entry.path, entry.name);
    hash.update(path).update(readFileSync(path));
  }
  hash.update(readFileSync('package-lock.json'));
  return hash.digest('hex').slice(0, 16);
}

const { metafile } = await build({
  entryPoints: { cli: 'src/cli/bin.ts', api: 'src/api.ts' },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.5',
  chunkNames: 'chunks/[name]-[hash]',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  // A native addon finds its binary beside itself.
  external: ['fs-native-extensions'],
  // Bundled CommonJS modules ask for Node's own by require.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module';const require=__createRequire(import.meta.url);",
  },
  define: { 'process.env.AAMI_BUILD_ID': JSON.stringify(sourceDigest()) },
  logLevel: 'warning',
  metafile: true,
});

/** The licences of what is bundled must travel with it. */
function licences(inputs) {
  const packages = new Set(inputs.flatMap((path) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []));
  return [...packages].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    return `${name} ${version} (${license})\n\n${file === undefined ? '' : readFileSync(join(folder, file), 'utf8')}`;
  });
}
writeFileSync('dist/LICENSES.txt', licences(Object.keys(metafile.inputs)).join(`\n${'-'.repeat(80)}\n`));

// What an earlier build left. Nothing is removed before its successor is there, so that aami can run meanwhile.
for (const folder of ['dist', 'dist/chunks']) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isFile() && entry.name !== 'LICENSES.txt' && metafile.outputs[path] === undefined) rmSync(path);
  }
}
