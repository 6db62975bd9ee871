/** One thing that promtool or amtool says is wrong, as far as its text tells. */
export interface Complaint {
  readonly kind: 'error' | 'lint';
  /** The path as it was given to the tool; null when the text names none. */
  readonly file: string | null;
  /** From 1, in the generated file. */
  readonly line: number | null;
  readonly column: number | null;
  readonly group: string | null;
  /** From 1, within its group. */
  readonly rule: number | null;
  readonly reason: string;
  /** The keys that lead to what it is about, where that was found out without a line. */
  readonly path?: readonly (string | number)[];
}
