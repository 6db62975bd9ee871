import type { Generation, LiveFolder } from '../../deploy/generations.js';
import { printableJson } from '../../diagnostics/reporters/printable-json.js';
import type { Drift } from '../../drift/index.js';
import type { BuiltFrom } from '../../output/manifest.js';
import { type ServerStatus, verdictOf } from '../types.js';
import type { StatusReporter } from './types.js';

/** For programs. Names are those of Prometheus where it has one. */
export const json: StatusReporter = ({ status, build, folders }) =>
  printableJson({
    verdict: verdictOf(status).replace(' ', '-'),
    build: { folder: build.folder, ...sourceJson(build.source), unreadable: status.unreadable },
    servers: status.servers.map(serverJson),
    folders: folders.map(folderJson),
  });

function serverJson(server: ServerStatus) {
  const { kind, shown: url } = server;
  if (server.state === 'unreachable') return { kind, url, reachable: false, trouble: server.trouble };
  const { rules, targets } = server;
  return {
    kind,
    url,
    reachable: true,
    ready: server.notReady === null,
    version: server.version,
    reload_failed: server.reloadFailed,
    troubles: [...(server.notReady === null ? [] : [server.notReady]), ...server.troubles],
    rules: rules && { as_built: rules.asBuilt, not_evaluated_yet: rules.waiting, foreign: rules.foreign },
    targets: targets && {
      as_built: targets.asBuilt,
      not_scraped_yet: targets.waiting,
      elsewhere: targets.elsewhere,
      foreign: targets.foreign,
      down: targets.down.map(({ target, error }) => ({ ...target, error })),
    },
    config: server.config,
    drift: server.drift.map(driftJson),
  };
}

function driftJson(drift: Drift) {
  switch (drift.kind) {
    case 'rule-not-evaluated':
      return { kind: drift.kind, rule: drift.rule, interval_seconds: drift.intervalSeconds };
    case 'group-slow': {
      const { evaluationSeconds, intervalSeconds, ...rest } = drift;
      return { ...rest, evaluation_seconds: evaluationSeconds, interval_seconds: intervalSeconds };
    }
    default:
      return drift;
  }
}

function folderJson({ folder, deployed, generations, unconfirmed }: LiveFolder) {
  return {
    folder,
    deployed: deployed && generationJson(deployed),
    unconfirmed: unconfirmed?.to ?? null,
    generations: generations.map(generationJson),
  };
}

function generationJson({ number, source, deployedAt, deployedBy, counts }: Generation) {
  return {
    generation: number,
    ...sourceJson(source),
    deployed_at: new Date(deployedAt).toISOString(),
    deployed_by: deployedBy,
    counts,
  };
}

const sourceJson = (source: BuiltFrom | null) => ({
  revision: source?.revision ?? null,
  number: source?.number ?? null,
  dirty: source?.dirty ?? false,
});
