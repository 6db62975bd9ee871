import { isMapping, isText, textsOf } from '../diff/output/shape.js';
import { numberOr, read, readAll, textOrNull, unreadable } from './answer.js';
import type { Answer, RunningGroup, RunningRule } from './types.js';

/** @param data of `/api/v1/rules` */
export function readRules(data: unknown): Answer<readonly RunningGroup[]> {
  const groups: unknown = isMapping(data) ? data.groups : null;
  const all = Array.isArray(groups) ? readAll(groups, readGroup) : null;
  return all === null ? unreadable('a list of rules that is not as Prometheus writes it') : read(all);
}

function readGroup(value: unknown): RunningGroup | null {
  if (!isMapping(value) || !isText(value.file) || !isText(value.name) || !Array.isArray(value.rules)) return null;
  const rules = readAll(value.rules, readRule);
  if (rules === null || typeof value.interval !== 'number') return null;
  return {
    file: value.file,
    name: value.name,
    intervalSeconds: value.interval,
    limit: numberOr(value.limit, 0),
    evaluationSeconds: numberOr(value.evaluationTime, 0),
    rules,
  };
}

const TYPES: Readonly<Record<string, RunningRule['type']>> = { alerting: 'alert', recording: 'record' };

function readRule(value: unknown): RunningRule | null {
  if (!isMapping(value) || !isText(value.type) || !isText(value.name) || !isText(value.query)) return null;
  const type = TYPES[value.type];
  const [labels, annotations] = [textsOf(value.labels), textsOf(value.annotations)];
  if (type === undefined || labels === null || annotations === null) return null;
  return {
    type,
    name: value.name,
    expr: value.query,
    forSeconds: numberOr(value.duration, 0),
    keepFiringForSeconds: numberOr(value.keepFiringFor, 0),
    labels,
    annotations,
    health: healthOf(value.health, value.lastEvaluation),
    lastError: textOrNull(value.lastError),
  };
}

/** Go's zero time stands for never. */
const NEVER = '0001-01-01T00:00:00Z';

function healthOf(health: unknown, lastEvaluation: unknown): RunningRule['health'] {
  if (health === 'err') return 'failing';
  return health === 'ok' && lastEvaluation !== NEVER ? 'ok' : 'not-evaluated';
}
