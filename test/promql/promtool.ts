import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TestSeries {
  readonly series: string;
  readonly values: string;
}

export interface Query {
  readonly expr: string;
  readonly series: readonly TestSeries[];
}

/** One result of a query: labels as promtool prints them, and the value. */
export type Sample = { readonly labels: Readonly<Record<string, string>>; readonly value: string };

function inFolder<T>(run: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'aami-promql-'));
  try {
    return run(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * What each query gives, after 60 minutes. promtool only says what it got where it expected something else, so it is
 * told to expect a sample that no query has.
 */
export function evaluate(queries: readonly Query[]): (Sample[] | string)[] {
  const impossible = [{ labels: '{impossible="1"}', value: 1 }];
  const byData = new Map<readonly TestSeries[], Query[]>();
  for (const query of queries) byData.set(query.series, [...(byData.get(query.series) ?? []), query]);
  const answers = new Map<Query, Sample[] | string>();
  for (const [series, group] of byData) {
    const tests = group.map((query, i) => ({
      expr: numbered(query.expr, i),
      eval_time: '60m',
      exp_samples: impossible,
    }));
    const file = {
      rule_files: [],
      evaluation_interval: '1m',
      tests: [{ interval: '1m', input_series: series, promql_expr_test: tests }],
    };
    const output = inFolder((folder) => {
      const path = join(folder, 'test.yml');
      writeFileSync(path, JSON.stringify(file));
      const { stdout, stderr } = spawnSync('promtool', ['test', 'rules', path], { encoding: 'utf8' });
      return stdout + stderr;
    });
    group.forEach((query, i) => {
      answers.set(query, answerTo(output, i));
    });
  }
  return queries.map((query) => answers.get(query) ?? 'no answer');
}

/** The number of a query, in a form that promtool prints back and no query has. */
function numbered(expr: string, i: number): string {
  return `${expr}\n# query ${i} #`;
}

function answerTo(output: string, i: number): Sample[] | string {
  const start = output.indexOf(`\\n# query ${i} #"`);
  if (start < 0) return `promtool says nothing about query ${i}: ${output.slice(0, 2000)}`;
  const block = output.slice(start, end(output, start));
  const got = /got:\s*(.*)$/s.exec(block)?.[1];
  if (got === undefined) return block;
  return samples(got);
}

function end(output: string, start: number): number {
  const next = output.indexOf('expr: "', start);
  return next < 0 ? output.length : next;
}

function samples(text: string): Sample[] {
  if (text.trim().startsWith('nil')) return [];
  const found: Sample[] = [];
  const sample =
    /(?<name>[a-zA-Z_:][\w:]*)?(?:\{(?<labels>(?:[^"}]|"(?:[^"\\]|\\.)*")*)\})?\s+(?<value>[-+]?(?:[\d.]+(?:E[-+]\d+)?|Inf|NaN))/g;
  for (const match of text.matchAll(sample)) {
    const { name, labels, value } = match.groups ?? {};
    if (name === undefined && labels === undefined) continue;
    const entries: [string, string][] = name === undefined ? [] : [['__name__', name]];
    for (const label of (labels ?? '').matchAll(/([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g)) {
      entries.push([label[1] ?? '', JSON.parse(`"${label[2]}"`)]);
    }
    found.push({ labels: Object.fromEntries(entries.sort()), value: rounded(value ?? '') });
  }
  return found.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

/** Sums depend in their last digits on the order of their series. */
function rounded(value: string): string {
  const number = Number(value);
  return Number.isFinite(number) ? number.toPrecision(12) : value;
}

/** Which of these expressions promtool refuses, in one run, and why. */
export function refusals(exprs: readonly string[]): (string | null)[] {
  return inFolder((folder) => {
    const path = join(folder, 'rules.yml');
    const rules = exprs.map((expr, i) => ({ record: `r${i}`, expr }));
    writeFileSync(path, JSON.stringify({ groups: [{ name: 'g', rules }] }));
    const { stderr } = spawnSync('promtool', ['check', 'rules', path], { encoding: 'utf8', maxBuffer: 1 << 24 });
    const reasons: (string | null)[] = exprs.map(() => null);
    for (const match of stderr.matchAll(/rule (\d+), "r\d+": could not parse expression: (.*)/g)) {
      reasons[Number(match[1]) - 1] = match[2] ?? '';
    }
    return reasons;
  });
}

export function promtoolVersion(): string {
  return execFileSync('promtool', ['--version'], { encoding: 'utf8' });
}
