import { expandRange } from '../model/host-range.js';
import type { Candidate, Named } from './wanted.js';

/** More hosts than this are not spelt out: a key was pressed, and somebody waits. */
const MAX_HOSTS = 200_000;

/** The names in documents that nobody has checked. `begin` is what they are known to begin with, in any case. */
export function namesIn(values: Iterable<unknown>, of: readonly Named[], begin: string): Candidate[] {
  const names: Candidate[] = [];
  let room = MAX_HOSTS;
  const add = (name: unknown, description?: unknown): void => {
    // What begins with a dash would be taken for an option.
    if (typeof name === 'string' && !name.startsWith('-'))
      names.push({ word: name, description: typeof description === 'string' ? description : '' });
  };
  for (const value of values) {
    if (typeof value !== 'object' || value === null) continue;
    const { kind, id, name, hostname, hosts, description }: Readonly<Record<string, unknown>> = { ...value };
    if (kind === 'Group' && of.includes('group')) add(id, name);
    if (kind === 'AlertTemplate' && of.includes('alert')) add(name, description);
    if (kind === 'ScriptTemplate' && of.includes('check')) add(name, description);
    if (!of.includes('target')) continue;
    if (kind === 'Target') add(id ?? hostname);
    if (kind === 'TargetSet' && typeof hosts === 'string' && canBegin(hosts, begin) && room > 0) {
      const range = expandRange(hosts);
      if (range.ok) for (const host of range.names.slice(0, room)) add(host);
      if (range.ok) room -= range.names.length;
    }
  }
  return names;
}

/** Whether a name of the range may begin so; the numbers in brackets are not looked at. */
function canBegin(range: string, begin: string): boolean {
  const start = range.split('[', 1)[0]?.toLowerCase() ?? '';
  const wanted = begin.toLowerCase();
  return start.startsWith(wanted) || wanted.startsWith(start);
}
