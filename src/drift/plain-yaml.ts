import { parseDocument } from 'yaml';

/**
 * YAML with every scalar as the text that is written, as Prometheus and Alertmanager take most of them: a label `yes` is
 * no boolean. undefined: no YAML.
 */
export function readPlain(text: string): unknown {
  try {
    const document = parseDocument(text, { schema: 'failsafe', merge: true, prettyErrors: false, logLevel: 'silent' });
    const value: unknown = document.errors.length > 0 ? undefined : document.toJS();
    return value;
  } catch {
    // A bomb of aliases, or nested so deeply that the stack is exhausted.
    return undefined;
  }
}
