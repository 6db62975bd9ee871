/** What came of a question: an answer, or why there is none, as a clause that goes behind the address. */
export type Answer<T> = { readonly ok: true; readonly value: T } | NoAnswer;

export interface NoAnswer {
  readonly ok: false;
  readonly trouble: string;
  /** The HTTP status of a server that said no; null: nothing answered. */
  readonly status: number | null;
}

export function noAnswer(trouble: string, status: number | null = null): NoAnswer {
  return { ok: false, trouble, status };
}

/** The answer as a reader understands it; null from the reader: it is not such an answer. */
export function understood<T>(answer: Answer<unknown>, as: string, reader: (value: unknown) => T | null): Answer<T> {
  if (!answer.ok) return answer;
  const value = reader(answer.value);
  return value === null ? noAnswer(`does not answer as ${as} does`) : { ok: true, value };
}
