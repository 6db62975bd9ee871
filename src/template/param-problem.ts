/** What is wrong with a value, or with the schema of a parameter; the path leads to it from what was checked. */
export interface ParamProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly hint: string | null;
}

const MAX_SHOWN = 60;

/** A value as a sentence quotes it. */
export function shown(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? 'nothing');
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

/** `paths[1]`, `limits.cpu`: what a sentence is about. */
export function subject(name: string, path: readonly (string | number)[]): string {
  return path.reduce<string>((text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}.${key}`), name);
}
