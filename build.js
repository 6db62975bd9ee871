// Bundles src/ into dist/: start.cjs, which bin/ starts, main.cjs, which is aami in one script because V8 keeps
// compiled code by script, and api.js, the library.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
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
  for (const path of ['build.js', 'package-lock.json']) hash.update(readFileSync(path));
  return hash.digest('hex').slice(0, 16);
}

/** Half of all code is about regular expressions, which few policies narrow by: that half is a script of its own. */
const apart = {
  name: 'apart',
  setup(build) {
    build.onResolve({ filter: /\/regex-regions\.js$/ }, () => ({ path: './regex-regions.cjs', external: true }));
  },
};
const common = {
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  target: 'node20.5',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  // A native addon finds its binary beside itself.
  external: ['fs-native-extensions'],
  plugins: [apart],
  logLevel: 'warning',
  metafile: true,
  write: false,
};
const define = { 'process.env.AAMI_BUILD_ID': JSON.stringify(sourceDigest()) };

const library = await build({
  ...common,
  entryPoints: { api: 'src/api.ts' },
  format: 'esm',
  define,
  // Bundled CommonJS modules ask for Node's own by require.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module';const require=__createRequire(import.meta.url);",
  },
});
const scripts = await build({
  ...common,
  entryPoints: { start: 'src/cli/start.ts', main: 'src/cli/bin.ts', 'regex-regions': 'src/resolve/regex-regions.ts' },
  format: 'cjs',
  // A script that node:vm runs cannot import.
  supported: { 'dynamic-import': false },
  outExtension: { '.js': '.cjs' },
  define: { ...define, 'import.meta.url': '__url' },
  banner: { js: "const __url=require('node:url').pathToFileURL(__filename).href;" },
});

/** Written beside and renamed, so that aami, which may run meanwhile, never reads half a bundle. */
mkdirSync('dist', { recursive: true });
for (const { path, contents } of [...library.outputFiles, ...scripts.outputFiles]) {
  const beside = `${path}.${process.pid}`;
  writeFileSync(beside, contents);
  renameSync(beside, path);
}
const outputs = { ...library.metafile.outputs, ...scripts.metafile.outputs };

/** The licences of what is bundled must travel with it. */
function licences(inputs) {
  const packages = new Set(inputs.flatMap((path) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []));
  return [...packages].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    return `${name} ${version} (${license})\n\n${file === undefined ? '' : readFileSync(join(folder, file), 'utf8')}`;
  });
}
writeFileSync(
  'dist/LICENSES.txt',
  licences(Object.keys({ ...library.metafile.inputs, ...scripts.metafile.inputs })).join(`\n${'-'.repeat(80)}\n`),
);

// The documents of the shipped libraries as aami remembers them, so that not even its first run parses them.
function rememberLibraries() {
  rmSync('dist/documents', { force: true });
  const work = mkdtempSync(join(tmpdir(), 'aami-build-'));
  try {
    const libraries = readdirSync('templates').join(', ');
    writeFileSync(join(work, 'aami.yaml'), `apiVersion: aami/v1\nkind: Project\nname: x\nlibraries: [${libraries}]\n`);
    const env = { ...process.env, AAMI_CACHE_DIR: join(work, 'cache') };
    spawnSync(process.execPath, ['bin/aami.js', 'validate', '-C', work], { env });
    const [repo] = readdirSync(join(work, 'cache/repos'));
    // Another build of the same sources, running at the same time, has them already: then aami does not keep them again.
    const kept = join(work, 'cache/repos', repo, 'documents');
    if (existsSync(kept) || !existsSync('dist/documents')) copyFileSync(kept, 'dist/documents');
  } finally {
    rmSync(work, { recursive: true });
  }
}
rememberLibraries();

// What an earlier build left. Nothing is removed before its successor is there, so that aami can run meanwhile.
for (const entry of readdirSync('dist', { withFileTypes: true })) {
  const isOurs = ['LICENSES.txt', 'documents'].includes(entry.name) || outputs[`dist/${entry.name}`] !== undefined;
  if (entry.isFile() && !isOurs) rmSync(join('dist', entry.name));
}
