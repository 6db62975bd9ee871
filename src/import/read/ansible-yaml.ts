import type { Loss, SourceGroup, SourceHost } from '../types.js';
import { expandHosts, type InventoryGroup, type InventoryHost, inventoryHosts } from './ansible.js';
import { type Cursor, isMapping, keys, member, placeOf, text } from './cursor.js';

const GROUP_KEYS: ReadonlySet<string> = new Set(['hosts', 'children', 'vars']);

/** A mapping of groups, each of which has hosts or children. */
export function isAnsibleYaml(document: Cursor): boolean {
  const names = keys(document);
  return (
    names.length > 0 &&
    names.every((name) => {
      const group = member(document, name);
      const own = keys(group);
      const members = ['hosts', 'children'].some((key) => isMapping(member(group, key)));
      return members && own.every((key) => GROUP_KEYS.has(key));
    })
  );
}

/** An inventory in Ansible's YAML format. */
export function readAnsibleYaml(document: Cursor, losses: Loss[]): { hosts: SourceHost[]; groups: SourceGroup[] } {
  const groups = new Map<
    string,
    InventoryGroup & { children: string[]; hosts: string[]; vars: Record<string, string> }
  >();
  const hosts = new Map<string, InventoryHost & { vars: Record<string, string> }>();
  const add = (name: string, cursor: Cursor): void => {
    const group = groups.get(name) ?? { place: placeOf(cursor), children: [], hosts: [], vars: {} };
    groups.set(name, group);
    Object.assign(group.vars, variables(member(cursor, 'vars'), losses));
    const listed = member(cursor, 'hosts');
    for (const pattern of keys(listed)) {
      const host = member(listed, pattern);
      const names = expandHosts(pattern);
      if (names === null)
        losses.push({
          place: placeOf(host),
          what: `the host ${pattern}`,
          why: 'its range cannot be read, or is too large',
        });
      for (const one of names ?? []) {
        group.hosts.push(one);
        const known = hosts.get(one) ?? { place: placeOf(host), vars: {} };
        hosts.set(one, known);
        Object.assign(known.vars, variables(host, losses));
      }
    }
    const children = member(cursor, 'children');
    for (const child of keys(children)) {
      group.children.push(child);
      add(child, member(children, child));
    }
  };
  for (const name of keys(document)) add(name, member(document, name));
  return inventoryHosts({ groups, hosts }, losses);
}

function variables(cursor: Cursor, losses: Loss[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of keys(cursor)) {
    const value = member(cursor, name);
    const single = text(value);
    if (single !== null) found[name] = single;
    else if (value.value !== null)
      losses.push({ place: placeOf(value), what: `the variable ${name}`, why: 'it is no single value' });
  }
  return found;
}
