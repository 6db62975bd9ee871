import { parse } from 'yaml';
import type { Matcher } from '../../src/model/types.js';
import { parseExpr, selectors } from '../../src/promql/index.js';
import { accepts } from '../property/naive.js';

/** What an alert must have to see a target: jobs that it is scraped in, checks that it runs. */
export interface Needs {
  readonly jobs: readonly string[];
  readonly checks: readonly string[];
}

type Labels = Readonly<Record<string, string>>;

interface Rule {
  readonly alert?: string;
  readonly expr: string;
  readonly labels?: Labels;
}

/**
 * Which series are looked at, by which alert and at which severity, as the files of an output say and they alone: the
 * labels of service discovery against the matchers of the rules. `HighDiskUsage warning oss01 /scratch`.
 * @param mounts the file systems that every target has
 */
export function lookedAt(
  files: ReadonlyMap<string, string>,
  needs: (alert: string) => Needs,
  mounts: readonly string[],
): Set<string> {
  const found = new Set<string>();
  const targets = [...scraped(files)].map(([id, series]) => ({ id, series, running: bundle(files, id) }));
  for (const { alert, labels, lists } of rules(files)) {
    const { jobs, checks } = needs(alert);
    const able = targets.filter(
      ({ series, running }) =>
        jobs.every((job) => series.some((own) => own.job === job)) && checks.every((check) => running.has(check)),
    );
    for (const matchers of lists) {
      const ofMounts = matchers.filter(({ label }) => label === 'mountpoint');
      const ofTargets = matchers.filter(({ label }) => OF_TARGETS.test(label));
      const selected = mounts.filter((mountpoint) => accepted(ofMounts, { mountpoint }));
      for (const { id, series } of able)
        if (series.some((own) => accepted(ofTargets, own)))
          for (const mountpoint of selected) found.add([alert, labels.severity, id, mountpoint].join(' '));
    }
  }
  return found;
}

/** The labels that Prometheus gives the series of each target, by id: one set a job. */
function scraped(files: ReadonlyMap<string, string>): Map<string, Labels[]> {
  const found = new Map<string, Labels[]>();
  for (const [path, text] of files) {
    const [, job] = /^prometheus\/sd\/([^/]+)\//.exec(path) ?? [];
    if (job === undefined) continue;
    for (const { labels } of JSON.parse(text) as { labels: Labels }[]) {
      const id = labels.target_id ?? '';
      found.set(id, [...(found.get(id) ?? []), { ...labels, job }]);
    }
  }
  return found;
}

function bundle(files: ReadonlyMap<string, string>, id: string): Set<string> {
  const checks = JSON.parse(files.get(`checks/${id}.json`) ?? '[]') as { name: string }[];
  return new Set(checks.map(({ name }) => name));
}

/** The alerts of the generated rule files. */
function rules(files: ReadonlyMap<string, string>) {
  const paths = [...files.keys()].filter((path) => /^prometheus\/rules\/[^/]+\.yml$/.test(path));
  const all = paths.flatMap((path) => {
    const { groups } = parse(files.get(path) ?? '') as { groups: { rules: Rule[] }[] };
    // Beside alerts there are series of what should be.
    return groups.flatMap((group) => group.rules.filter(({ alert }) => alert !== undefined));
  });
  return all.map(({ alert = '', expr, labels = {} }) => {
    const { expr: parsed } = parseExpr(expr);
    return { alert, labels, lists: parsed === null ? [] : selectors(parsed).map(({ matchers }) => matchers) };
  });
}

const accepted = (matchers: readonly Matcher[], labels: Labels): boolean =>
  matchers.every((one) => accepts(one, labels[one.label] ?? ''));

/** Of the other labels, which are the exporters' own, nobody knows here which values there are. */
const OF_TARGETS = /^(?:job|instance|group|group_id|groups|target_id|target_label_.*)$/;
