import { isPair, isSeq, parseDocument, visit } from 'yaml';
import type { Span } from '../diagnostics/finding.js';
import { below, spanOf } from '../source/positions.js';
import type { Origin } from '../source/types.js';
import type { BlamedRepo } from './blame.js';
import type { Complaint } from './complaint.js';

/**
 * What of the source a complaint about alertmanager.yml goes back to. amtool gives a line for what it does not know, and
 * may quote a value that it cannot read. Of the rest, `path` says which integration it is about.
 */
export function alertmanagerSource(content: string, complaint: Complaint, repo: BlamedRepo): Span {
  const { line, reason } = complaint;
  const path = line === null ? null : pathAt(content, line);
  const placed = path === null ? null : sourceOfPath(path, repo);
  if (placed !== null) return spanOf(placed, /^field .* not found/.test(reason) ? 'key' : 'value');
  const part = complaint.path === undefined ? null : sourceOfPath(complaint.path, repo);
  if (part !== null) return spanOf(quotedIn(reason, [part]) ?? part);
  const settings = below(repo.project.origin, 'alertmanager');
  return spanOf(quotedIn(reason, settingsOf(repo)) ?? settings);
}

type Path = NonNullable<Complaint['path']>;

/** The keys that lead to the last thing that begins on a line. */
function pathAt(content: string, line: number): Path | null {
  const starts = content.split('\n', line).slice(0, -1);
  const begin = starts.reduce((sum, text) => sum + text.length + 1, 0);
  const end = content.indexOf('\n', begin);
  let found: Path | null = null;
  visit(parseDocument(content), {
    Pair: (_, pair, ancestors) => {
      const start = (pair.key as { range?: readonly number[] | null }).range?.[0] ?? -1;
      if (start >= begin && start < end) found = pathTo([...ancestors, pair]);
    },
  });
  return found;
}

function pathTo(nodes: readonly unknown[]): Path {
  return nodes.flatMap((node, index): Path => {
    if (isPair(node)) return [String(node.key)];
    return isSeq(node) ? [node.items.indexOf(nodes[index + 1])] : [];
  });
}

/** Receivers are written as they stand in the repo, in order of name; `global` and `templates` as in the Project. */
function sourceOfPath([section, index, ...rest]: Path, { project, receivers }: BlamedRepo): Origin | null {
  if (section === 'receivers') {
    const receiver = [...receivers.values()][Number(index)];
    return receiver === undefined ? null : below(receiver.origin, ...rest);
  }
  if (section !== 'global' && section !== 'templates') return null;
  return below(project.origin, 'alertmanager', section, ...(index === undefined ? [] : [index, ...rest]));
}

/** Where something may stand that amtool does not take. */
function settingsOf({ receivers, routes, project, groups }: BlamedRepo): Origin[] {
  return [
    ...[...receivers.values(), ...routes].map(({ origin }) => origin),
    below(project.origin, 'alertmanager'),
    ...[...groups.values()].map(({ origin }) => below(origin, 'alertmanager')),
  ];
}

/** The first value that a complaint quotes. */
function quotedIn(reason: string, places: readonly Origin[]): Origin | null {
  const quoted = [...reason.matchAll(/"([^"]+)"|`([^`]+)`/g)].map(([, double, back]) => double ?? back ?? '');
  for (const wanted of quoted) {
    for (const holds of [(text: string) => text === wanted, (text: string) => text.startsWith(`${wanted}:`)]) {
      for (const place of places) {
        const found = find(valueAt(place), place, holds);
        if (found !== null) return found;
      }
    }
  }
  return null;
}

function find(value: unknown, origin: Origin, holds: (text: string) => boolean): Origin | null {
  if (typeof value === 'string') return holds(value) ? origin : null;
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, inner] of Object.entries(value)) {
    const found = find(inner, below(origin, Array.isArray(value) ? Number(key) : key), holds);
    if (found !== null) return found;
  }
  return null;
}

function valueAt({ document, path }: Origin): unknown {
  return path.reduce<unknown>(
    (value, step) => (typeof value === 'object' && value !== null ? Reflect.get(value, step) : null),
    document.value,
  );
}
