import type { Labels } from '../../model/types.js';
import type { Loss, Place, SourceGroup, SourceHost } from '../types.js';

/** An inventory as both of its formats tell it. */
export interface Inventory {
  /** In the order in which groups come. */
  readonly groups: ReadonlyMap<string, InventoryGroup>;
  readonly hosts: ReadonlyMap<string, InventoryHost>;
}

export interface InventoryGroup {
  readonly place: Place;
  readonly children: readonly string[];
  readonly hosts: readonly string[];
  readonly vars: Labels;
}

export interface InventoryHost {
  readonly place: Place;
  readonly vars: Labels;
}

/** Names of hosts that Ansible gives a meaning; they are no labels. */
const ADDRESS = ['ansible_host', 'ansible_ssh_host'];
/** What all hosts are in. */
const EVERY = new Set(['all', 'ungrouped']);
const LABEL = /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/;

/**
 * Hosts with their groups: those that list a host itself, in order of the inventory. `children` are descendants; a
 * group that is a child of several has the first of them as its parent, and its hosts are in the others as well.
 */
export function inventoryHosts(
  { groups, hosts }: Inventory,
  losses: Loss[],
): { hosts: SourceHost[]; groups: SourceGroup[] } {
  const parents = new Map<string, string[]>();
  for (const [name, group] of groups) {
    if (EVERY.has(name)) continue;
    for (const child of group.children) {
      if (child !== name && !leadsTo(groups, child, name)) parents.set(child, [...(parents.get(child) ?? []), name]);
      else
        losses.push({
          place: group.place,
          what: `the child ${child} of the group ${name}`,
          why: 'the groups lead in a circle',
        });
    }
  }
  const made: SourceGroup[] = [...groups].flatMap(([name, { place }]) =>
    EVERY.has(name)
      ? []
      : [{ name, label: null, id: null, parent: parents.get(name)?.[0] ?? null, namespace: null, place }],
  );
  const found = [...hosts].map(([hostname, host]): SourceHost => {
    const own = [...groups].flatMap(([name, group]) =>
      !EVERY.has(name) && group.hosts.includes(hostname) ? [name] : [],
    );
    const others = own.flatMap((name) => (parents.get(name) ?? []).slice(1));
    const vars = { ...inherited(own, groups, parents), ...host.vars };
    return {
      hostname,
      id: null,
      address: ADDRESS.map((name) => vars[name]).find((address) => address !== undefined) ?? null,
      groups: [...new Set([...own, ...others])],
      labels: labelsOf(vars, host.place, losses),
      exporters: [],
      active: true,
      place: host.place,
    };
  });
  return { hosts: found, groups: made };
}

function leadsTo(groups: Inventory['groups'], from: string, to: string, seen = new Set<string>()): boolean {
  if (seen.has(from)) return false;
  seen.add(from);
  const children = groups.get(from)?.children ?? [];
  return children.includes(to) || children.some((child) => leadsTo(groups, child, to, seen));
}

/** Variables of the groups of a host: those of parents first, so that those of children win. */
function inherited(
  own: readonly string[],
  groups: Inventory['groups'],
  parents: ReadonlyMap<string, readonly string[]>,
): Labels {
  const vars: Record<string, string> = { ...groups.get('all')?.vars };
  const add = (name: string): void => {
    for (const parent of parents.get(name) ?? []) add(parent);
    Object.assign(vars, groups.get(name)?.vars);
  };
  for (const name of own) add(name);
  return vars;
}

/** What Ansible itself reads is left out, and what may be a secret or is computed. */
function labelsOf(vars: Labels, place: Place, losses: Loss[]): Labels {
  const labels: Record<string, string> = {};
  for (const [name, value] of Object.entries(vars)) {
    if (name.startsWith('ansible_')) continue;
    const why = SECRET.test(name)
      ? 'it may be a secret'
      : value.includes('{{') || value.startsWith('$ANSIBLE_VAULT')
        ? 'its value is computed by Ansible'
        : !LABEL.test(name) || value.length > 200 || value.includes('\n')
          ? 'it cannot be a label'
          : null;
    if (why === null) labels[name] = value;
    else losses.push({ place, what: `the variable ${name}`, why });
  }
  return labels;
}

const SECRET = /pass(?:wd|word|phrase)?|secret|token|credential|private|api_?key|vault/i;

/** `node[01:10].example` as the names that it stands for, at most `most` of them; `[a:f]` counts letters. */
export function expandHosts(pattern: string, most = 10_000): string[] | null {
  const range = /^(.*?)\[(\w+):(\w+)(?::(\d+))?\](.*)$/.exec(pattern);
  if (range === null) return /[[\]]/.test(pattern) ? null : [pattern];
  const [, before = '', from = '', to = '', step = '1', after = ''] = range;
  const rest = expandHosts(after, most);
  const middle = steps(from, to, Number(step), most);
  if (rest === null || middle === null || rest.length * middle.length > most) return null;
  return middle.flatMap((part) => rest.map((ending) => before + part + ending));
}

function steps(from: string, to: string, step: number, most: number): string[] | null {
  const letters = /^[A-Za-z]$/.test(from) && /^[A-Za-z]$/.test(to);
  if (!letters && !(/^\d{1,9}$/.test(from) && /^\d{1,9}$/.test(to))) return null;
  const [first, last] = letters ? [from.charCodeAt(0), to.charCodeAt(0)] : [Number(from), Number(to)];
  if (last < first || step < 1 || (last - first) / step >= most) return null;
  const made: string[] = [];
  for (let n = first; n <= last; n += step)
    made.push(
      letters ? String.fromCharCode(n) : from.startsWith('0') ? String(n).padStart(from.length, '0') : String(n),
    );
  return made;
}
