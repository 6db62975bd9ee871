import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Compilation, compile } from '../../src/compile.js';
import { compareSnapshots } from '../../src/diff/compare.js';
import { snapshotOf } from '../../src/diff/of-compilation.js';
import { DIFF_FORMATS, type DiffFormat, loadDiffReporter } from '../../src/diff/reporters/index.js';
import type { AlertChange, FleetDiff } from '../../src/diff/types.js';
import { SEVERITIES } from '../../src/model/types.js';
import { shippedLibraries } from '../../src/source/libraries.js';
import { readTree } from '../../src/source/read.js';
import type { Sources } from '../../src/source/types.js';
import { holdsFor } from '../property/diff-oracle.js';
import { type Files, memoryTree } from '../repo.js';
import { lookedAt, type Needs } from './looked-at.js';
import { PULLS, type Pull } from './pulls.js';

/**
 * A year of pull requests on examples/gpu-cluster. Beside each stands what a reviewer is shown of it; `npm run golden`
 * writes that anew: read it before you commit it. And whoever loses or gains an alert is found a second time, by the
 * matchers of the outputs alone.
 */
const here = import.meta.dirname;
const GOLDEN: Readonly<Record<DiffFormat, string>> = { pretty: 'pretty.txt', markdown: 'diff.md', json: 'diff.json' };

interface State {
  readonly sources: Sources;
  readonly compilation: Compilation;
}

interface Step {
  readonly pull: Pull;
  readonly folder: string;
  readonly before: State;
  readonly after: State;
}

const steps = await sequence();

async function sequence(): Promise<Step[]> {
  let files = example();
  let before = await stateOf(files);
  const found: Step[] = [];
  for (const [index, pull] of PULLS.entries()) {
    files = pull.edits.reduce((edited, edit) => edit(edited), files);
    const after = await stateOf(files);
    const folder = join(here, 'golden', `${String(index + 1).padStart(2, '0')}-${pull.name}`);
    found.push({ pull, folder, before, after });
    before = after;
  }
  return found;
}

function example(): Files {
  const root = join(here, '../../examples/gpu-cluster');
  const entries = readdirSync(root, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const files = paths.map((path) => [path.slice(root.length + 1), readFileSync(path, 'utf8')] as const);
  return Object.fromEntries(files.filter(([path]) => !path.startsWith('build/')));
}

async function stateOf(files: Files): Promise<State> {
  const sources = readTree(memoryTree(files), shippedLibraries());
  return { sources, compilation: await compile(sources) };
}

function diffOf({ before, after }: Step): Promise<FleetDiff> {
  const [old, now] = [before, after].map(({ sources, compilation }) => {
    if (compilation.model === null) throw new Error(JSON.stringify(compilation.findings.map((one) => one.message)));
    return snapshotOf(compilation, compilation.model, sources.texts);
  });
  if (old === undefined || now === undefined) throw new Error('two states');
  return compareSnapshots(old, now);
}

describe('what a reviewer is shown', () => {
  const update = process.env.AAMI_UPDATE_GOLDEN === '1';
  if (update) rmSync(join(here, 'golden'), { recursive: true, force: true });

  it.each(steps)('of $pull.name', async (step) => {
    const diff = await diffOf(step);
    for (const format of DIFF_FORMATS) {
      const report = await loadDiffReporter(format);
      const text = report(diff, { before: 'main', after: 'the working tree', color: false });
      const path = join(step.folder, GOLDEN[format]);
      if (update) {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, text);
      }
      expect(text).toBe(readFileSync(path, 'utf8'));
    }
  });
});

/** File systems of which at least one is like any other that policies tell apart. */
const MOUNTS = ['/', '/scratch', '/boot', '/srv/mdt'];

const known = new WeakMap<State, ReadonlySet<string>>();

function lookedAtBy(state: State): ReadonlySet<string> {
  const found = known.get(state) ?? evaluated(state);
  known.set(state, found);
  return found;
}

function evaluated({ compilation: { files, model } }: State): ReadonlySet<string> {
  const needs = (alert: string): Needs => {
    const requires = model?.repo.alertTemplates.get(alert)?.requires;
    return {
      jobs: requires?.exporters.map(({ job }) => job) ?? [],
      checks: requires?.checks.map(({ name }) => name) ?? [],
    };
  };
  return lookedAt(new Map(files.map(({ path, content }) => [path, content])), needs, MOUNTS);
}

/**
 * Of all that is looked at on either side, what a diff says is no longer, or only now. Of a target that comes or goes it
 * does not say at which severities.
 */
function told(diff: FleetDiff, all: ReadonlySet<string>, side: 'severityBefore' | 'severityAfter'): string[] {
  const oneSided = side === 'severityBefore' ? 'removed' : 'added';
  const said = diff.alerts
    .filter(({ kind, severityBefore, severityAfter }) => {
      return kind === oneSided || (kind === 'changed' && severityBefore !== severityAfter);
    })
    .flatMap((change) => triplesOf(change, change[side] === null ? SEVERITIES : [change[side]]));
  return [...new Set(said)].filter((one) => all.has(one)).sort();
}

/** `HighDiskUsage warning oss01 /scratch` */
function triplesOf(change: AlertChange, severities: readonly string[]): string[] {
  const targets = change.where.flatMap((where) => where.targets);
  const mounts = MOUNTS.filter((mountpoint) => holdsFor(change, { mountpoint }));
  return change.alerts.flatMap((alert) =>
    severities.flatMap((severity) =>
      targets.flatMap((target) => mounts.map((mount) => [alert, severity, target, mount].join(' '))),
    ),
  );
}

const without = (one: ReadonlySet<string>, other: ReadonlySet<string>): string[] =>
  [...one].filter((entry) => !other.has(entry)).sort();

describe('who loses and who gains an alert is what the matchers of both outputs say', () => {
  it.each(steps)('of $pull.name', async (step) => {
    const diff = await diffOf(step);
    const now = lookedAtBy(step.after);
    const was = new Set(
      [...lookedAtBy(step.before)].map((one) => one.replace(/^\S+/, (name) => step.pull.renamed?.[name] ?? name)),
    );
    const all = new Set([...was, ...now]);
    expect(told(diff, all, 'severityBefore')).toEqual(without(was, now));
    expect(told(diff, all, 'severityAfter')).toEqual(without(now, was));
    const unseen = diff.alerts.filter((change) => !triplesOf(change, SEVERITIES).some((one) => all.has(one)));
    expect(unseen, 'changes of what neither side looks at').toEqual([]);
  });

  it('of all of them together, so that the comparison is not one of nothing with nothing', () => {
    const changes = steps.filter(({ before, after }) => {
      const [was, now] = [lookedAtBy(before), lookedAtBy(after)];
      return without(was, now).length + without(now, was).length > 0;
    });
    expect(changes.length).toBeGreaterThan(PULLS.length / 3);
  });
});
