import {
  compareConfig,
  compareRules,
  compareTargets,
  type Drift,
  isOwnConfig,
  readRules,
  readTargets,
} from '../drift/index.js';
import { PROMETHEUS_CONFIG } from '../emit/prometheus/index.js';
import type { Answer } from '../servers/answer.js';
import type { PrometheusClient } from '../servers/prometheus.js';
import type { Built, Common } from './ask.js';
import type { Reached, RulesStatus, TargetsStatus } from './types.js';

/** Asks a Prometheus for all that it runs, and compares it. */
export async function lookAtPrometheus(
  client: PrometheusClient,
  built: Built,
  { notReady, lastReload }: Common,
): Promise<Omit<Reached, 'state' | 'kind' | 'shown'>> {
  const [version, rules, targets, config, configFile] = await Promise.all([
    client.version(),
    client.rules(),
    client.targets(),
    client.config(),
    client.configFile(),
  ]);
  const age = lastReload.ok ? built.now() / 1000 - lastReload.value.successAt : Number.POSITIVE_INFINITY;
  const ofRules = lookAtRules(rules, built, age);
  const ofTargets = lookAtTargets(targets, built, age);
  const isOwn = configFile.ok && isOwnConfig(configFile.value, ofRules.folder);
  const ofConfig = lookAtConfig(config, built, isOwn);
  const looks: readonly Look<unknown>[] = [ofRules, ofTargets, ofConfig];
  return {
    notReady,
    version: version.ok ? version.value : null,
    reloadFailed: lastReload.ok && !lastReload.value.successful,
    // Where one question fails, the others mostly do for the same reason.
    troubles: [...new Set([...looks.map(({ trouble }) => trouble), troubleOf(configFile)])].filter(
      (trouble) => trouble !== null,
    ),
    rules: ofRules.status,
    targets: ofTargets.status,
    config: config.ok && configFile.ok ? (isOwn ? 'compared' : 'foreign') : null,
    drift: looks.flatMap(({ drift }) => drift),
  };
}

/** What one question has shown. */
interface Look<Status> {
  readonly status: Status | null;
  readonly drift: readonly Drift[];
  readonly trouble: string | null;
}

const nothing = (trouble: string | null): Look<never> => ({ status: null, drift: [], trouble });
const troubleOf = (answer: Answer<unknown>): string | null => (answer.ok ? null : answer.trouble);

/** Servers hold their clocks in step, but not to the second. */
const LENIENCE_SECONDS = 10;

/** @param age of the configuration that the server runs with, in seconds */
function lookAtRules(
  answer: Answer<unknown>,
  { expected, installed }: Built,
  age: number,
): Look<RulesStatus> & { readonly folder: string | null } {
  if (!answer.ok) return { ...nothing(answer.trouble), folder: null };
  const running = readRules(answer.value);
  if (running.kind === 'unreadable') return { ...nothing(`answers with ${running.reason}`), folder: null };
  const { drift, asBuilt, foreign, folder } = compareRules(expected.rules, running.value, installed);
  const isWaiting = (one: Drift): boolean =>
    one.kind === 'rule-not-evaluated' && age <= one.intervalSeconds + LENIENCE_SECONDS;
  const waiting = drift.filter(isWaiting).length;
  return {
    status: { asBuilt, foreign, waiting },
    drift: drift.filter((one) => !isWaiting(one)),
    trouble: null,
    folder,
  };
}

/** Prometheus hands what it has discovered on every 5 seconds. */
const DISCOVERY_SECONDS = 5;

function lookAtTargets(answer: Answer<unknown>, { expected }: Built, age: number): Look<TargetsStatus> {
  if (!answer.ok) return nothing(answer.trouble);
  const running = readTargets(answer.value);
  if (running.kind === 'unreadable') return nothing(`answers with ${running.reason}`);
  const { drift, asBuilt, foreign, down } = compareTargets(expected.targets, running.value);
  const isWaiting = (one: Drift): boolean =>
    one.kind === 'target-not-scraped' && !one.dropped && age <= DISCOVERY_SECONDS + LENIENCE_SECONDS;
  const left = drift.filter((one) => !isWaiting(one));
  const waiting = drift.length - left.length;
  return { status: { asBuilt, waiting, foreign, down, elsewhere: 0 }, drift: left, trouble: null };
}

function lookAtConfig(answer: Answer<string>, { files }: Built, isOwn: boolean): Look<never> {
  const built = files.get(PROMETHEUS_CONFIG);
  if (!answer.ok) return nothing(answer.trouble);
  if (!isOwn || built === undefined) return nothing(null);
  const compared = compareConfig('prometheus', built, answer.value);
  return compared.kind === 'read'
    ? { status: null, drift: compared.value, trouble: null }
    : nothing(`cannot be compared: ${compared.reason}`);
}
