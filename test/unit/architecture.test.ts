import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const src = join(import.meta.dirname, '../../src');

const importsOf = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(/^(?:import|export)\s(?!type\b)[^;]*?from '([^']+)'/gms)].map(
    (match) => match[1] ?? '',
  );

/** Every module that a module loads, and what they import from outside. */
function reach(entry: string): Map<string, string[]> {
  const outside = new Map<string, string[]>();
  const open = [entry];
  while (open.length > 0) {
    const file = open.pop() ?? '';
    if (outside.has(file)) continue;
    const specifiers = importsOf(file);
    outside.set(
      file,
      specifiers.filter((one) => !one.startsWith('.')),
    );
    for (const one of specifiers.filter((other) => other.startsWith('.'))) {
      const path = join(dirname(file), one.replace(/\.js$/, '.ts'));
      if (existsSync(path)) open.push(path);
    }
  }
  return outside;
}

/** Compiling, explaining what was compiled, finding what runs otherwise, and importing, apart from how that is drawn. */
const PURE = [
  'compile.ts',
  'import/import.ts',
  'import/report.ts',
  ...['explain', 'drift'].flatMap((folder) =>
    readdirSync(join(src, folder))
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `${folder}/${name}`),
  ),
];
const pureModules = (): Map<string, string[]> => new Map(PURE.flatMap((entry) => [...reach(join(src, entry))]));

/** What touches the world; the sources, and what is remembered of them, are read before the first stage. */
const EDGES: ReadonlySet<string> = new Set(['cli', 'output', 'verify', 'servers', 'deploy']);

describe('the pipeline', () => {
  it('touches neither files nor processes nor terminals', () => {
    const worldly =
      /^(node:(fs|os|child_process|process|net|http|worker_threads|tty|readline).*|execa|chalk|globby|commander)$/;
    const found = [...pureModules()].flatMap(([file, modules]) =>
      modules.filter((module) => worldly.test(module)).map((module) => `${relative(src, file)} imports ${module}`),
    );
    expect(found).toEqual([]);
  });

  it('reads no clock, no environment, no randomness', () => {
    const found = [...pureModules().keys()].flatMap((file) =>
      [
        ...readFileSync(file, 'utf8').matchAll(
          /\b(Date\.now|new Date(?!\([^)])|Math\.random|randomUUID|process\.(?:env|cwd|platform))\b/g,
        ),
      ].map((match) => `${relative(src, file)}: ${match[0]}`),
    );
    expect(found).toEqual([]);
  });

  it('flows one way: no stage imports a later one', () => {
    const order = [
      'diagnostics',
      'source',
      'schema',
      'template',
      'promql',
      'model',
      'resolve',
      'rules',
      'emit',
      'sign',
      'explain',
      'diff',
      'import',
      'drift',
    ];
    const found = order.flatMap((stage, index) =>
      readdirSync(join(src, stage), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts'))
        .flatMap((name) => {
          const file = join(src, stage, name);
          return importsOf(file)
            .filter((one) => one.startsWith('.'))
            .map((one) => relative(src, join(dirname(file), one)).split('/')[0] ?? '')
            .filter((other) => order.indexOf(other) > index || EDGES.has(other))
            .map((other) => `${stage}/${name} imports ${other}`);
        }),
    );
    expect(found).toEqual([]);
  });
});
