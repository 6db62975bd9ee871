import { byCodeUnit } from '../diagnostics/order.js';
import type { Places } from './places.js';
import type { Snapshot } from './snapshot.js';
import type { ReceiverChange } from './types.js';

/** Receivers that come, go or differ, by name alone: what they hold may be nobody's business. */
export function receiverChanges(
  before: Snapshot,
  after: Snapshot,
  sides: { readonly before: Places; readonly after: Places },
): ReceiverChange[] {
  if (before.model === null || after.model === null) return [];
  const [old, now] = [before.model.repo.receivers, after.model.repo.receivers];
  return [...new Set([...old.keys(), ...now.keys()])].sort(byCodeUnit).flatMap((name): ReceiverChange[] => {
    const [was, is] = [old.get(name), now.get(name)];
    if (is === undefined) return was === undefined ? [] : [{ kind: 'removed', name, at: sides.before.at(was.origin) }];
    const at = sides.after.at(is.origin);
    if (was === undefined) return [{ kind: 'added', name, at }];
    return sameJson(was.integrations, is.integrations) ? [] : [{ kind: 'changed', name, at }];
  });
}

/** In whatever order their keys are. */
function sameJson(one: unknown, other: unknown): boolean {
  return canonical(one) === canonical(other);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => byCodeUnit(a, b)))
      : inner,
  );
}
