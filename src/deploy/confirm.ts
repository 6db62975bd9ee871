import { describeConfigDrift, describeRuleDrift, describeTargetDrift } from '../drift/in-words.js';
import {
  type ConfigDrift,
  compareConfig,
  compareRules,
  compareTargets,
  type Expected,
  expectedFrom,
  isOwnConfig,
  type RuleDrift,
  type RunningGroup,
  readRules,
  readTargets,
  type TargetDrift,
} from '../drift/index.js';
import { ALERTMANAGER_CONFIG } from '../emit/alertmanager/index.js';
import { PROMETHEUS_CONFIG } from '../emit/prometheus/index.js';
import { RULES_FOLDER } from '../emit/rules/index.js';
import type { AlertmanagerClient } from '../servers/alertmanager.js';
import type { PrometheusClient } from '../servers/prometheus.js';
import type { Client } from './clients.js';
import { deadlineIn, retry } from './retry.js';
import { jobNamesIn } from './running-jobs.js';

/** What a server should run. */
export interface Wanted {
  /** The files of its part of the build, by their path in the build; empty: nothing of aami. */
  readonly files: ReadonlyMap<string, string>;
  /** Rule files that aami may have had there before, by their path in the build. */
  readonly others: readonly string[];
  /** Rules that could not be evaluated before either, as `failingRules` gives them: they are nobody's fault now. */
  readonly failedBefore: ReadonlySet<string>;
}

export interface Confirmation {
  /** Sentences; none: the server runs what it should. */
  readonly problems: readonly string[];
  /** What is worth knowing, and does not stand in the way. */
  readonly warnings: readonly string[];
}

/** One look: whether another would help, and how long until it can. */
interface Look extends Confirmation {
  /** It will not become better by itself. */
  readonly hopeless: boolean;
  /** Until rules that were not evaluated yet should have been. */
  readonly evaluationMs: number;
}

/** Asks a server again and again until it runs what it should, or the time is up. */
export async function confirmServer(client: Client, wanted: Wanted, timeoutMs: number): Promise<Confirmation> {
  const look = client.kind === 'prometheus' ? lookAtPrometheus(client, wanted) : lookAtAlertmanager(client, wanted);
  const once = async () => {
    const seen = await look();
    return { final: seen.problems.length === 0 || seen.hopeless, value: seen };
  };
  const seen = await retry(deadlineIn(timeoutMs), once);
  // All is there, but rules have their first evaluation within their interval only, which may be longer.
  const last = seen.evaluationMs > 0 && !seen.hopeless ? await retry(deadlineIn(2 * seen.evaluationMs), once) : seen;
  return { problems: last.problems, warnings: last.warnings };
}

const nothing: Look = { problems: [], warnings: [], hopeless: false, evaluationMs: 0 };

function lookAtPrometheus(client: PrometheusClient, wanted: Wanted): () => Promise<Look> {
  const expected = expectedFrom(wanted.files);
  return async () => {
    const [rules, targets, config, configFile] = await Promise.all([
      client.rules(),
      client.targets(),
      client.config(),
      client.configFile(),
    ]);
    for (const answer of [rules, targets, config, configFile])
      if (!answer.ok) return { ...nothing, problems: [`It ${answer.trouble}.`] };
    if (!rules.ok || !targets.ok || !config.ok || !configFile.ok) return nothing;
    const ofRules = lookAtRules(rules.value, expected, wanted);
    // Its rules may be found by a configuration of somebody else.
    const ownConfig = wanted.files.has(PROMETHEUS_CONFIG) && isOwnConfig(configFile.value, ofRules.folder);
    return together([
      ofRules,
      lookAtTargets(targets.value, expected, ownConfig ? null : jobNamesIn(config.value)),
      ownConfig ? lookAtConfig('prometheus', wanted.files.get(PROMETHEUS_CONFIG) ?? '', config.value) : nothing,
    ]);
  };
}

function lookAtAlertmanager(client: AlertmanagerClient, { files }: Wanted): () => Promise<Look> {
  const built = files.get(ALERTMANAGER_CONFIG);
  return async () => {
    const status = await client.status();
    if (!status.ok) return { ...nothing, problems: [`It ${status.trouble}.`] };
    return built === undefined ? nothing : lookAtConfig('alertmanager', built, status.value.config);
  };
}

function together(looks: readonly Look[]): Look {
  return {
    problems: looks.flatMap(({ problems }) => problems),
    warnings: looks.flatMap(({ warnings }) => warnings),
    hopeless: looks.some(({ hopeless }) => hopeless),
    // Waiting for an evaluation makes sense where that is all that is missing.
    evaluationMs: looks.some(({ problems, evaluationMs }) => problems.length > 0 && evaluationMs === 0)
      ? 0
      : Math.max(...looks.map(({ evaluationMs }) => evaluationMs)),
  };
}

interface LookAtRules extends Look {
  /** Of aami's rules, as the server names it; null: it has none of them. */
  readonly folder: string | null;
}

function lookAtRules(data: unknown, expected: Expected, { others, failedBefore }: Wanted): LookAtRules {
  const running = readRules(data);
  if (running.kind === 'unreadable')
    return { ...nothing, folder: null, problems: [`It answers with ${running.reason}.`] };
  const { drift, folder } = compareRules(expected.rules, running.value, others.map(inRulesFolder));
  const isOld = (one: RuleDrift): boolean => one.kind === 'rule-failing' && failedBefore.has(JSON.stringify(one.rule));
  const failing = drift.filter((one) => one.kind === 'rule-failing' && !isOld(one));
  const waiting = drift.filter((one) => one.kind === 'rule-not-evaluated');
  const wrong = drift.filter((one) => !isOld(one) && one.kind !== 'group-slow');
  const noneFound = expected.rules.length > 0 && !running.value.some(({ file }) => isLiveRuleFile(file));
  return {
    folder,
    problems: noneFound ? [NONE_FOUND] : wrong.map(describeRuleDrift),
    warnings: drift.filter((one) => isOld(one) || one.kind === 'group-slow').map(describeRuleDrift),
    hopeless: failing.length > 0,
    evaluationMs: waiting.length > 0 && waiting.length === wrong.length ? longestInterval(running.value) : 0,
  };
}

const NONE_FOUND =
  'It loads no rule file of the live folder: its configuration must name aami/rules/*.yml below that folder in `rule_files`, or be the aami/prometheus.yml there.';

const isLiveRuleFile = (file: string): boolean => file.includes('/aami/rules/');
const inRulesFolder = (path: string): string => path.slice(`${RULES_FOLDER}/`.length);

function longestInterval(groups: readonly RunningGroup[]): number {
  return Math.max(0, ...groups.map(({ intervalSeconds }) => (intervalSeconds ?? 0) * 1000));
}

/** @param jobs those of a configuration that is not the build's; null: it is the build's */
function lookAtTargets(data: unknown, { targets }: Expected, jobs: ReadonlySet<string> | null): Look {
  const running = readTargets(data);
  if (running.kind === 'unreadable') return { ...nothing, problems: [`It answers with ${running.reason}.`] };
  const concerned =
    jobs === null
      ? targets
      : {
          jobs: targets.jobs.filter((job) => jobs.has(job)),
          targets: targets.targets.filter(({ job }) => jobs.has(job)),
        };
  const { drift } = compareTargets(concerned, running.value);
  // Others may drop targets, as shards do, and give them labels of their own.
  const isProblem = (one: TargetDrift): boolean => jobs === null || (one.kind === 'target-not-scraped' && !one.dropped);
  const left = targets.jobs.filter((job) => jobs !== null && !jobs.has(job));
  return {
    ...nothing,
    problems: drift.filter(isProblem).map(describeTargetDrift),
    warnings: [
      ...drift.filter((one) => !isProblem(one)).map(describeTargetDrift),
      ...left.map((job) => `Its configuration has no job ${job}, so aami cannot tell whether its targets are scraped.`),
    ],
  };
}

function lookAtConfig(server: 'prometheus' | 'alertmanager', built: string, running: string): Look {
  const compared = compareConfig(server, built, running);
  if (compared.kind === 'unreadable') return { ...nothing, problems: [`Of its configuration: ${compared.reason}.`] };
  const isProblem = (one: ConfigDrift): boolean => one.kind !== 'config-differs' || !isForgiving(one.part);
  return {
    ...nothing,
    problems: compared.value.filter(isProblem).map(describeConfigDrift),
    warnings: compared.value.filter((one) => !isProblem(one)).map(describeConfigDrift),
  };
}

/** Parts to which servers of other versions add defaults that aami may not know: they are no reason to go back. */
const isForgiving = (part: string): boolean => /^(?:global|receiver|job|alerting)\b/.test(part);

/** What cannot be evaluated already, whatever is deployed next. */
export async function failingRules(client: Client, files: ReadonlyMap<string, string>): Promise<ReadonlySet<string>> {
  if (client.kind !== 'prometheus') return new Set();
  const answer = await client.rules();
  const running = answer.ok ? readRules(answer.value) : null;
  if (running?.kind !== 'read') return new Set();
  const { drift } = compareRules(expectedFrom(files).rules, running.value);
  return new Set(drift.flatMap((one) => (one.kind === 'rule-failing' ? [JSON.stringify(one.rule)] : [])));
}
