import type { Span } from '../../diagnostics/finding.js';
import type { ScriptTemplate } from '../../model/types.js';
import { below, spanInScalar } from '../../source/positions.js';
import { namedScript, scriptKey } from '../../source/scripts.js';

/** The script of a template, with its places: in its own file, or in the YAML around it. */
export interface LintedScript {
  readonly template: ScriptTemplate;
  readonly text: string;
  readonly spanOf: (start: number, end: number) => Span;
}

export function lintedScript(template: ScriptTemplate): LintedScript {
  const { document } = template.origin;
  const named = namedScript(document);
  const text = template.content;
  if (named === null) {
    const origin = below(template.origin, 'script', 'inline');
    return { template, text, spanOf: (start, end) => spanInScalar(origin, start, end) };
  }
  const file = scriptKey(document.file, named);
  return { template, text, spanOf: (start, end) => ({ file, start, end }) };
}

export const isShell = ({ language }: ScriptTemplate): boolean => language === 'bash' || language === 'sh';
