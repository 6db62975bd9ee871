import { isMapping, isText, type Mapping } from '../diff/output/shape.js';
import { differs } from './config-parts.js';
import { type IsDefault, matchersKey, valueDrift } from './config-values.js';
import { fieldDrift } from './fields.js';
import { pairUp } from './pairs.js';
import type { ConfigDrift } from './types.js';

/** Which routes of a tree are missing, which are more, and which differ. */
export function compareRoutes(built: unknown, running: unknown): readonly ConfigDrift[] {
  return compareRoute('route', isMapping(built) ? built : {}, isMapping(running) ? running : {});
}

const isDefault: IsDefault = (path, value) => path[0] === 'continue' && value === 'false';

function compareRoute(part: string, built: Mapping, running: Mapping): ConfigDrift[] {
  const { routes: children, ...own } = built;
  const { routes: others, ...live } = running;
  const { pairs, onlyBuilt, onlyRunning, reordered } = pairUp(routesOf(children), routesOf(others), [
    sameRoute,
    sameMatchers,
  ]);
  const title = (route: Mapping): string => `${part} ${titleOf(route)}`;
  return [
    ...differs(part, [
      ...valueDrift(own, live, isDefault),
      // The first route that fits is taken.
      ...(reordered ? fieldDrift('order of routes', 'as built', 'changed') : []),
    ]),
    ...pairs.flatMap(([one, other]) => compareRoute(title(one), one, other)),
    ...onlyBuilt.map((route): ConfigDrift => ({ kind: 'config-not-running', part: title(route) })),
    ...onlyRunning.map((route): ConfigDrift => ({ kind: 'config-not-built', part: title(route) })),
  ];
}

const routesOf = (value: unknown): readonly Mapping[] => (Array.isArray(value) ? value.filter(isMapping) : []);

/** Its matchers; the receiver tells routes with the same ones apart. */
function titleOf(route: Mapping): string {
  const matchers = Array.isArray(route.matchers) ? route.matchers.map(String).sort() : [];
  return `{${matchers.join(', ')}}${isText(route.receiver) ? ` to ${route.receiver}` : ''}`;
}

const sameMatchers = (route: Mapping): string => matchersKey(route.matchers);
const sameRoute = (route: Mapping): string => JSON.stringify([sameMatchers(route), route.receiver]);
