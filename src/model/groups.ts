import { finding } from '../diagnostics/codes.js';
import type { Finding, Staged } from '../diagnostics/finding.js';
import { didYouMean } from '../diagnostics/nearest.js';
import { byCodeUnit } from '../diagnostics/order.js';
import type { GroupDocument } from '../schema/documents.js';
import { spanOf } from '../source/positions.js';
import type { Origin, SourceDocument } from '../source/types.js';
import type { MayExist } from './broken.js';
import { notifyOf, timingsOf } from './notify.js';
import { sortedMap, uniqueBy } from './order.js';
import type { Group, Labels } from './types.js';

/** A fleet-wide rule has no group; in its placeholders `group.id` is this word. */
const RESERVED_ID = 'global';

interface RawGroup {
  readonly document: SourceDocument;
  readonly value: GroupDocument;
}

/** The forest of groups: parents resolved, namespace and labels inherited. */
export function buildGroups(raw: readonly RawGroup[], mayExist: MayExist): Staged<ReadonlyMap<string, Group>> {
  const unique = uniqueBy(raw, ({ value }) => value.id, duplicateGroup);
  const findings: Finding[] = [...unique.findings];
  for (const group of unique.value.values()) {
    if (group.value.id === RESERVED_ID) findings.push(reservedId(group));
    findings.push(...unknownParent(group, unique.value, mayExist));
  }
  const cycles = findCycles(unique.value);
  findings.push(...cycles.map(cycleFinding));

  return { value: sortedMap(inherit(unique.value, new Set(cycles.flat()))), findings };
}

/** Builds every group after its parent. */
function inherit(raw: ReadonlyMap<string, RawGroup>, inCycle: ReadonlySet<RawGroup>): Map<string, Group> {
  const groups = new Map<string, Group>();
  for (const start of raw.values()) {
    const waiting: RawGroup[] = [];
    let next: RawGroup | undefined = start;
    while (next !== undefined && !groups.has(next.value.id)) {
      waiting.push(next);
      next = inCycle.has(next) ? undefined : raw.get(next.value.parent ?? '');
    }
    let parent = next === undefined ? null : (groups.get(next.value.id) ?? null);
    for (const one of waiting.reverse()) {
      parent = groupOf(one, parent);
      groups.set(parent.id, parent);
    }
  }
  return groups;
}

function groupOf({ document, value }: RawGroup, parent: Group | null): Group {
  const labels: Labels = { ...parent?.labels, ...value.labels };
  return {
    id: value.id,
    name: value.name ?? value.id,
    ancestors: parent === null ? [] : [...parent.ancestors, parent],
    namespace: value.namespace ?? parent?.namespace ?? null,
    labels,
    notify: notifyOf(value.notify, originOf(document, 'notify')),
    timings: timingsOf(value.alertmanager),
    origin: originOf(document),
  };
}

function originOf(document: SourceDocument, ...path: string[]): Origin {
  return { document, path };
}

function duplicateGroup(first: RawGroup, second: RawGroup): Finding {
  return finding(
    'reference/duplicate-group',
    `The group \`${second.value.id}\` is defined twice`,
    spanOf(originOf(second.document, 'id')),
    { related: [{ span: spanOf(originOf(first.document, 'id')), message: 'it is also defined here' }] },
  );
}

function reservedId({ document, value }: RawGroup): Finding {
  return finding(
    'schema/bad-value',
    `The id \`${value.id}\` is reserved for what has no group, such as fleet-wide rules`,
    spanOf(originOf(document, 'id')),
    { hint: 'Give the group another id.' },
  );
}

function unknownParent(
  { document, value }: RawGroup,
  groups: ReadonlyMap<string, RawGroup>,
  mayExist: MayExist,
): Finding[] {
  if (value.parent === undefined || groups.has(value.parent) || mayExist('Group', value.parent)) return [];
  return [unknownGroup(value.parent, originOf(document, 'parent'), groups.keys())];
}

/** Anything that names a group which is not there. */
export function unknownGroup(id: string, origin: Origin, known: Iterable<string>): Finding {
  return finding('reference/unknown-group', `There is no group \`${id}\``, spanOf(origin), {
    hint: didYouMean(id, [...known]),
  });
}

/** Every cycle of parents once, beginning at its least id. */
function findCycles(groups: ReadonlyMap<string, RawGroup>): RawGroup[][] {
  const done = new Set<RawGroup>();
  const cycles: RawGroup[][] = [];
  for (const start of groups.values()) {
    const path: RawGroup[] = [];
    const onPath = new Set<RawGroup>();
    let group: RawGroup | undefined = start;
    while (group !== undefined && !done.has(group) && !onPath.has(group)) {
      path.push(group);
      onPath.add(group);
      group = groups.get(group.value.parent ?? '');
    }
    if (group !== undefined && onPath.has(group)) cycles.push(fromLeastId(path.slice(path.indexOf(group))));
    for (const walked of path) done.add(walked);
  }
  return cycles;
}

function fromLeastId(cycle: RawGroup[]): RawGroup[] {
  const ids = cycle.map(({ value }) => value.id);
  const least = ids.indexOf([...ids].sort(byCodeUnit)[0] ?? '');
  return [...cycle.slice(least), ...cycle.slice(0, least)];
}

function cycleFinding(cycle: RawGroup[]): Finding {
  const [first, ...rest] = cycle;
  const ids = cycle.map(({ value }) => `\`${value.id}\``);
  const message =
    rest.length === 0
      ? `The group ${ids[0]} is its own parent`
      : `These groups are each other’s ancestors: ${[...ids, ids[0]].join(' → ')}`;
  return finding(
    'reference/group-cycle',
    message,
    first === undefined ? null : spanOf(originOf(first.document, 'parent')),
    {
      related: rest.map(({ document }) => ({
        span: spanOf(originOf(document, 'parent')),
        message: 'which has this parent',
      })),
      hint: 'Take the `parent` away from the one that is the root.',
    },
  );
}
