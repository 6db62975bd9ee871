import { isMapping, isText, textsOf } from '../diff/output/shape.js';
import type { Labels } from '../model/types.js';
import { read, readAll, textOrNull, unreadable } from './answer.js';
import { visible } from './built-targets.js';
import type { Answer, RunningTarget, Target } from './types.js';

export interface RunningTargets {
  readonly active: readonly RunningTarget[];
  /** Discovered, and dropped by a relabelling: their labels are those before. */
  readonly dropped: readonly Target[];
}

/** @param data of `/api/v1/targets` */
export function readTargets(data: unknown): Answer<RunningTargets> {
  const { activeTargets, droppedTargets } = isMapping(data) ? data : {};
  const active = Array.isArray(activeTargets) ? readAll(activeTargets, readActive) : null;
  const dropped = readAll(Array.isArray(droppedTargets) ? droppedTargets : [], readDropped);
  if (active === null || dropped === null) return unreadable('a list of targets that is not as Prometheus writes it');
  return read({ active, dropped });
}

function readActive(value: unknown): RunningTarget | null {
  if (!isMapping(value)) return null;
  const [discovered, final] = [textsOf(value.discoveredLabels), textsOf(value.labels)];
  if (discovered === null || final === null) return null;
  // The pool is the job by its name in prometheus.yml, whatever a relabelling makes of the label.
  const job = isText(value.scrapePool) ? value.scrapePool : (discovered.job ?? '');
  return {
    ...targetOf(job, discovered, final),
    relabelled: new Set(Object.keys(final).filter((name) => !Object.hasOwn(discovered, name))),
    health: value.health === 'up' || value.health === 'down' ? value.health : 'unknown',
    lastError: textOrNull(value.lastError),
  };
}

function readDropped(value: unknown): Target | null {
  const discovered = isMapping(value) ? textsOf(value.discoveredLabels) : null;
  return discovered === null ? null : targetOf(discovered.job ?? '', discovered, visible(discovered));
}

function targetOf(job: string, discovered: Labels, labels: Labels): Target {
  return {
    job,
    address: discovered.__address__ ?? '',
    scheme: discovered.__scheme__ ?? 'http',
    metricsPath: discovered.__metrics_path__ ?? '/metrics',
    labels,
  };
}
