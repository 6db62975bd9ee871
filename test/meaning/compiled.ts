import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { parseDocument, visit } from 'yaml';
import { compile } from '../../src/compile.js';
import { readRepo } from '../../src/source/read.js';

const ROOT = join(import.meta.dirname, '..', '..');

export interface CompiledExample {
  /** Content of every output file, by path. */
  readonly files: ReadonlyMap<string, string>;
  readonly findings: readonly { readonly code: string; readonly message: string }[];
}

export async function compileExample(name: string): Promise<CompiledExample> {
  const { files, findings } = await compile(await readRepo(join(ROOT, 'examples', name)));
  return { files: new Map(files.map(({ path, content }) => [path, content])), findings };
}

/** The unit tests that belong to an example. */
export function casesOf(name: string): Promise<string[]> {
  return readdir(join(import.meta.dirname, name));
}

/**
 * Runs a promtool unit test against the compiled rules. `<job host>` in its series stands for the labels that
 * Prometheus gives the series of that host: they are taken from the compiled service discovery, so that a test also
 * shows that the rules and the labels fit. `<digest>` stands for the digest of the bundles.
 */
export async function runCase(example: string, name: string, compiled: CompiledExample): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'aami-meaning-'));
  try {
    for (const [path, content] of compiled.files) {
      if (!path.startsWith('prometheus/rules/')) continue;
      const file = join(folder, path.slice('prometheus/'.length));
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content);
    }
    const text = await readFile(join(import.meta.dirname, example, name), 'utf8');
    await writeFile(join(folder, name), withTargetLabels(text, compiled));
    const { exitCode, stdout, stderr } = await execa('promtool', ['test', 'rules', name], {
      cwd: folder,
      reject: false,
    });
    return exitCode === 0 ? 'passed' : `${stdout}\n${stderr}`.replaceAll(folder, '');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface SdEntry {
  readonly targets: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/** The labels of a host's series in a job, as Prometheus keeps them; undefined where it is not scraped. */
export function targetLabels(
  { files }: CompiledExample,
  job: string,
  host: string,
): Readonly<Record<string, string>> | undefined {
  for (const [path, content] of files) {
    if (!path.startsWith(`prometheus/sd/${job}/`)) continue;
    const entries: readonly SdEntry[] = JSON.parse(content);
    const entry = entries.find(({ labels }) => labels.instance === host);
    if (entry === undefined) continue;
    return { job, ...Object.fromEntries(Object.entries(entry.labels).filter(([label]) => !label.startsWith('__'))) };
  }
  return undefined;
}

function withTargetLabels(text: string, compiled: CompiledExample): string {
  const { digest } = JSON.parse(compiled.files.get('agent/build.json') ?? '{}') as { digest?: string };
  const document = parseDocument(text.replaceAll('<digest>', digest ?? ''));
  visit(document, {
    Scalar(_, scalar) {
      if (typeof scalar.value !== 'string') return;
      scalar.value = scalar.value.replaceAll(/<([\w-]+) ([\w.-]+)>/g, (_, job: string, host: string) => {
        const labels = targetLabels(compiled, job, host);
        if (labels === undefined) throw new Error(`${host} is not a target of ${job}`);
        return Object.entries(labels)
          .map(([label, value]) => `${label}=${JSON.stringify(value)}`)
          .join(', ');
      });
    },
  });
  return document.toString({ lineWidth: 0 });
}
