import { finding } from '../diagnostics/codes.js';
import type { Finding, Staged } from '../diagnostics/finding.js';
import { didYouMean } from '../diagnostics/nearest.js';
import { byCodeUnit } from '../diagnostics/order.js';
import type { ReceiverDocument, RouteDocument } from '../schema/documents.js';
import { below, spanOf } from '../source/positions.js';
import type { Origin, SourceDocument } from '../source/types.js';
import type { MayExist } from './broken.js';
import { receiverList, timingOf } from './notify.js';
import { sortedMap, uniqueBy } from './order.js';
import { routeMatchers } from './route-matchers.js';
import { inlineSecrets } from './secrets.js';
import type { ExtraRoute, Group, Json, JsonObject, Notify, Project, Receiver } from './types.js';

interface Raw<Document> {
  readonly document: SourceDocument;
  readonly value: Document;
}

/** Who is told. */
export function buildReceivers(raw: readonly Raw<ReceiverDocument>[]): Staged<ReadonlyMap<string, Receiver>> {
  const all = raw.map(receiverOf);
  const unique = uniqueBy(all, ({ name }) => name, duplicate('receiver'));
  const secrets = all.flatMap(({ integrations, origin }) => inlineSecrets(integrations, origin));
  return { value: sortedMap(unique.value), findings: [...unique.findings, ...secrets] };
}

function receiverOf({ document, value }: Raw<ReceiverDocument>): Receiver {
  const lists = Object.entries(value).filter(([key]) => key.endsWith('_configs'));
  const integrations = Object.fromEntries(lists.sort(([a], [b]) => byCodeUnit(a, b)) as [string, Json][]);
  return { name: value.name, integrations: integrations as JsonObject, origin: { document, path: [] } };
}

/** Hand-written routes, in order of name. */
export function buildRoutes(raw: readonly Raw<RouteDocument>[]): Staged<readonly ExtraRoute[]> {
  const findings: Finding[] = [];
  const all = raw.map(({ document, value }): ExtraRoute => {
    const { name, position = 'before', matchers, receiver } = value;
    const receivers = receiverList(receiver);
    const matches = routeMatchers(matchers, { document, path: ['matchers'] });
    findings.push(...matches.findings);
    const rest = { continues: value.continue ?? false, timing: timingOf(value), origin: { document, path: [] } };
    return { name, position, matchers, matches: matches.value, receivers, ...rest };
  });
  const unique = uniqueBy(all, ({ name }) => name, duplicate('route'));
  return { value: [...sortedMap(unique.value).values()], findings: [...findings, ...unique.findings] };
}

const duplicate =
  (what: 'receiver' | 'route') =>
  (first: Receiver | ExtraRoute, second: Receiver | ExtraRoute): Finding =>
    finding(
      what === 'receiver' ? 'reference/duplicate-receiver' : 'reference/duplicate-route',
      `The ${what} \`${second.name}\` is defined twice`,
      spanOf(below(second.origin, 'name')),
      { related: [{ span: spanOf(below(first.origin, 'name')), message: 'it is also defined here' }] },
    );

interface Owners {
  readonly project: Project;
  readonly groups: ReadonlyMap<string, Group>;
  readonly routes: readonly ExtraRoute[];
  readonly receivers: ReadonlyMap<string, Receiver>;
  readonly mayExist: MayExist;
}

/** Names of receivers that do not exist, wherever they are named. */
export function checkReceiverNames({ project, groups, routes, receivers, mayExist }: Owners): Finding[] {
  const { alertmanager } = project;
  const unknown = (name: string, origin: Origin): Finding[] => {
    if (receivers.has(name) || mayExist('Receiver', name)) return [];
    const hint = didYouMean(name, receivers.keys()) ?? 'Define it under `notifications/`, with `kind: Receiver`.';
    return [finding('reference/unknown-receiver', `There is no receiver \`${name}\``, spanOf(origin), { hint })];
  };
  const listed = (names: readonly string[], origin: Origin): Finding[] =>
    names.flatMap((name, index) => unknown(name, placeInList(origin, index)));
  const ofNotify = ({ receivers: byKey, origin }: Notify): Finding[] =>
    Object.entries(byKey).flatMap(([key, names]) => listed(names, below(origin, key)));
  const { defaultReceiver, origin } = alertmanager;
  const needsDefault = defaultReceiver === null && (receivers.size > 0 || routes.length > 0);
  return [
    ...(needsDefault ? [noDefault(project)] : []),
    ...(defaultReceiver === null ? [] : unknown(defaultReceiver, below(origin, 'default_receiver'))),
    ...[alertmanager.notify, ...alertmanager.namespaces.values()].flatMap(ofNotify),
    ...[...groups.values()].flatMap(({ notify }) => ofNotify(notify)),
    ...routes.flatMap((route) => listed(route.receivers, below(route.origin, 'receiver'))),
  ];
}

/** The `global` section of alertmanager.yml goes to the output as well. */
export function globalSecrets({ alertmanager: { global, origin } }: Project): Finding[] {
  return inlineSecrets(global, below(origin, 'global'));
}

/** A single name stands at the key itself. */
function placeInList(origin: Origin, index: number): Origin {
  const value = origin.path.reduce<unknown>(
    (node, step) =>
      typeof node === 'object' && node !== null ? (node as Readonly<Record<string, unknown>>)[step] : null,
    origin.document.value,
  );
  return Array.isArray(value) ? below(origin, index) : origin;
}

function noDefault({ origin }: Project): Finding {
  return finding(
    'reference/no-default-receiver',
    'There are receivers, but nobody is told of alerts that belong to nobody',
    spanOf(below(origin, 'alertmanager')),
    { hint: 'Name one as `alertmanager.default_receiver` in aami.yaml.' },
  );
}
