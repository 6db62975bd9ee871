import { byCodeUnit } from '../diagnostics/order.js';
import type { ExtraRoute, Json } from '../model/types.js';
import { fieldChanges } from './fields.js';
import type { Places } from './places.js';
import type { Snapshot } from './snapshot.js';
import type { RouteChange } from './types.js';

/** Hand-written routes that come, go or differ. Whom they make to be told of which alerts is said as such. */
export function routeChanges(
  before: Snapshot,
  after: Snapshot,
  sides: { readonly before: Places; readonly after: Places },
): RouteChange[] {
  const byName = ({ model }: Snapshot) => new Map((model?.repo.routes ?? []).map((route) => [route.name, route]));
  const [old, now] = [byName(before), byName(after)];
  return [...new Set([...old.keys(), ...now.keys()])].sort(byCodeUnit).flatMap((name): RouteChange[] => {
    const [was, is] = [old.get(name), now.get(name)];
    const fields = fieldChanges(fieldsOf(was), fieldsOf(is));
    if (is !== undefined && was !== undefined) {
      return fields.length === 0 ? [] : [{ kind: 'changed', name, fields, at: sides.after.at(is.origin) }];
    }
    if (is !== undefined) return [{ kind: 'added', name, fields, at: sides.after.at(is.origin) }];
    return was === undefined ? [] : [{ kind: 'removed', name, fields, at: sides.before.at(was.origin) }];
  });
}

/** In the words of a Route document. */
function fieldsOf(route: ExtraRoute | undefined): Readonly<Record<string, Json>> {
  if (route === undefined) return {};
  const { matchers, receivers, continues, position, timing } = route;
  return {
    matchers,
    receiver: receivers,
    continue: continues,
    position,
    ...(timing as Readonly<Record<string, Json>>),
  };
}
