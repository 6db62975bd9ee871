import { parse } from 'yaml';
import type { Compilation } from '../../src/compile.js';
import { ALERTMANAGER_CONFIG } from '../../src/emit/alertmanager/index.js';

/** Alertmanager's route tree as its documentation describes it, read from the file that was compiled. */

export type Labels = Readonly<Record<string, string>>;

export interface RouteNode {
  readonly receiver?: string;
  readonly matchers?: readonly string[];
  readonly continue?: boolean;
  readonly group_by?: readonly string[];
  readonly group_wait?: string;
  readonly group_interval?: string;
  readonly repeat_interval?: string;
  readonly mute_time_intervals?: readonly string[];
  readonly routes?: readonly RouteNode[];
}

/** One notification: who gets it, and when. */
export interface Told {
  readonly receiver: string;
  readonly group_by: readonly string[];
  readonly group_wait: string;
  readonly group_interval: string;
  readonly repeat_interval: string;
}

export function routeOf({ files, findings }: Compilation): RouteNode {
  const file = files.find(({ path }) => path === ALERTMANAGER_CONFIG);
  if (file === undefined) throw new Error(`no ${ALERTMANAGER_CONFIG}: ${JSON.stringify(findings)}`);
  return (parse(file.content) as { route: RouteNode }).route;
}

/** What a tree does with an alert. */
export function toldOf(route: RouteNode, labels: Labels): Told[] {
  return walk(route, labels, { receiver: '', group_by: [], group_wait: '', group_interval: '', repeat_interval: '' });
}

/** By which schedules what is told of an alert is kept back: those of each notification, which no node has from above. */
export function mutesOf(node: RouteNode, labels: Labels): (readonly string[])[] {
  if (!(node.matchers ?? []).every((matcher) => holds(matcher, labels))) return [];
  const all: (readonly string[])[] = [];
  for (const child of node.routes ?? []) {
    const found = mutesOf(child, labels);
    all.push(...found);
    if (found.length > 0 && child.continue !== true) break;
  }
  return all.length > 0 ? all : [node.mute_time_intervals ?? []];
}

function walk(node: RouteNode, labels: Labels, above: Told): Told[] {
  if (!(node.matchers ?? []).every((matcher) => holds(matcher, labels))) return [];
  const { receiver, group_by, group_wait, group_interval, repeat_interval } = { ...above, ...node };
  const own: Told = { receiver, group_by, group_wait, group_interval, repeat_interval };
  const all: Told[] = [];
  for (const child of node.routes ?? []) {
    const found = walk(child, labels, own);
    all.push(...found);
    if (found.length > 0 && child.continue !== true) break;
  }
  return all.length > 0 ? all : [own];
}

export function holds(matcher: string, labels: Labels): boolean {
  const [, name = '', op, text = ''] = /^([a-zA-Z_]\w*)(=~|!~|!=|=)"((?:[^"\\]|\\["\\n])*)"$/s.exec(matcher) ?? [];
  if (op === undefined) throw new Error(`not a matcher that all versions of Alertmanager read alike: ${matcher}`);
  const wanted = text.replace(/\\(.)/gs, (_, char: string) => (char === 'n' ? '\n' : char));
  const value = labels[name] ?? '';
  const equal = op.endsWith('~') ? new RegExp(`^(?:${wanted})$`, 's').test(value) : value === wanted;
  return equal === (op === '=' || op === '=~');
}
