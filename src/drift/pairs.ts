export interface Pairs<Built, Running> {
  /** In the order of the build. */
  readonly pairs: readonly (readonly [built: Built, running: Running])[];
  readonly onlyBuilt: readonly Built[];
  readonly onlyRunning: readonly Running[];
  /** Whether those that are on both sides run in another order. */
  readonly reordered: boolean;
}

/**
 * Which thing that runs is which that was built: those that are alike in the first respect go together before those that
 * are alike in the next one only. Equal ones go by their order.
 */
export function pairUp<Built, Running>(
  built: readonly Built[],
  running: readonly Running[],
  likenesses: readonly ((one: Built | Running) => string)[],
): Pairs<Built, Running> {
  const partner = new Map<number, number>();
  const taken = new Set<number>();
  for (const likeness of likenesses) {
    const free = new Map<string, number[]>();
    for (const [at, thing] of running.entries()) {
      if (taken.has(at)) continue;
      const key = likeness(thing);
      const known = free.get(key);
      if (known === undefined) free.set(key, [at]);
      else known.push(at);
    }
    for (const [at, thing] of built.entries()) {
      const found = partner.has(at) ? undefined : free.get(likeness(thing))?.shift();
      if (found === undefined) continue;
      partner.set(at, found);
      taken.add(found);
    }
  }
  const pairs: (readonly [Built, Running])[] = [];
  let [last, reordered] = [-1, false];
  for (const [at, one] of built.entries()) {
    const place = partner.get(at);
    const other = place === undefined ? undefined : running[place];
    if (place === undefined || other === undefined) continue;
    pairs.push([one, other]);
    reordered ||= place < last;
    last = place;
  }
  return {
    pairs,
    onlyBuilt: built.filter((_, at) => !partner.has(at)),
    onlyRunning: running.filter((_, at) => !taken.has(at)),
    reordered,
  };
}
