import type { Repo } from '../model/types.js';
import { coveredBy } from '../resolve/maintenance.js';
import { AAMI, markedComment, markFor, markOf, nameIn } from './marker.js';
import { matchersOf, sameMatchers } from './matchers.js';
import type { NewSilence, Silence } from './types.js';

/** What is to be done about one silence of a maintenance. */
export type SyncStep =
  | { readonly kind: 'create'; readonly name: string; readonly silence: NewSilence }
  /** Alertmanager keeps the id unless the silence is for other alerts, or was active and is to begin later. */
  | { readonly kind: 'change'; readonly name: string; readonly silence: NewSilence; readonly from: Silence }
  | { readonly kind: 'expire'; readonly name: string; readonly silence: Silence }
  | { readonly kind: 'keep'; readonly name: string; readonly silence: Silence };

/** The silences of the windows of a repo that are not over, by what they are marked with. */
export function wantedSilences(repo: Repo, now: number): ReadonlyMap<string, NewSilence> {
  const wanted = new Map<string, NewSilence>();
  for (const maintenance of repo.maintenances) {
    const { name, time } = maintenance;
    if (time.kind !== 'window' || time.end <= now) continue;
    for (const [index, matchers] of matchersOf(coveredBy(maintenance, repo)).entries()) {
      const mark = markFor(name, index);
      const comment = markedComment(maintenance.comment ?? `Maintenance ${name}`, repo.project.name, mark);
      wanted.set(mark, { matchers, startsAt: time.start, endsAt: time.end, createdBy: AAMI, comment });
    }
  }
  return wanted;
}

/**
 * How to get from the silences that are there to those that are wanted: in order of name, and what expires last. Only
 * silences that aami made for this project are looked at. A second one with the same mark expires.
 */
export function planSync(
  wanted: ReadonlyMap<string, NewSilence>,
  existing: readonly Silence[],
  project: string,
  now: number,
): readonly SyncStep[] {
  const living = new Map<string, Silence>();
  const spare: SyncStep[] = [];
  for (const silence of [...existing].sort((a, b) => b.endsAt - a.endsAt)) {
    const mark = silence.state === 'expired' ? null : markOf(silence, project);
    if (mark === null) continue;
    if (living.has(mark) || !wanted.has(mark)) spare.push({ kind: 'expire', name: nameIn(mark), silence });
    else living.set(mark, silence);
  }
  const steps = [...wanted].map(([mark, silence]): SyncStep => {
    const name = nameIn(mark);
    const from = living.get(mark);
    if (from === undefined) return { kind: 'create', name, silence };
    const next = alreadyBegun(silence, from, now) ? { ...silence, startsAt: from.startsAt } : silence;
    return isSame(next, from) ? { kind: 'keep', name, silence: from } : { kind: 'change', name, silence: next, from };
  });
  return [...steps, ...spare];
}

/** What began in the past begins, for Alertmanager, when it was made. */
function alreadyBegun(wanted: NewSilence, from: Silence, now: number): boolean {
  return wanted.startsAt <= now && from.startsAt <= now;
}

function isSame(a: NewSilence, b: NewSilence): boolean {
  return (
    a.startsAt === b.startsAt &&
    a.endsAt === b.endsAt &&
    a.comment === b.comment &&
    sameMatchers(a.matchers, b.matchers)
  );
}
