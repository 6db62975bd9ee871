/** What a filter or operator says about a value that it cannot take; the expression adds the position. */
export interface Refusal {
  readonly refused: string;
}

// Known by identity: a value of a parameter must never be taken for a refusal, whatever keys it has.
const refusals = new WeakSet<object>();

export function refusal(refused: string): Refusal {
  const made = { refused };
  refusals.add(made);
  return made;
}

export function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'object' && value !== null && refusals.has(value);
}
