import type { Drift, TargetPlace } from '../drift/index.js';
import type { Reached, ServerStatus } from './types.js';

/**
 * Several servers may share the targets among them, by a configuration of somebody else: what one of them leaves to
 * another is no drift.
 */
export function withoutThoseElsewhere(servers: readonly ServerStatus[]): readonly ServerStatus[] {
  const shards = servers.filter(isShard);
  if (shards.length < 2) return servers;
  const missing = shards.map((shard) => new Set(shard.drift.flatMap(keyOfMissing)));
  return servers.map((server) => {
    if (!isShard(server) || server.config !== 'foreign' || server.targets === null) return server;
    const others = missing.filter((_, at) => shards[at] !== server);
    const drift = server.drift.filter((one) => keyOfMissing(one).every((key) => others.every((keys) => keys.has(key))));
    const elsewhere = server.drift.length - drift.length;
    return { ...server, drift, targets: { ...server.targets, elsewhere } };
  });
}

/** A Prometheus that has told of its targets. */
const isShard = (server: ServerStatus): server is Reached => server.state === 'reached' && server.targets !== null;

const keyOfMissing = (drift: Drift): readonly string[] =>
  drift.kind === 'target-not-scraped' ? [keyOf(drift.target)] : [];

const keyOf = ({ job, address }: TargetPlace): string => JSON.stringify([job, address]);
