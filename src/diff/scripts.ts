import { structuredPatch } from 'diff';
import type { ScriptPair } from './checks.js';
import type { ScriptChange, ScriptHunk } from './types.js';

/** Lines around a change. */
const CONTEXT = 3;

/** What changes in the text of a check's script. */
export function scriptChange({ before, after, targets }: ScriptPair): ScriptChange {
  const { hunks } = structuredPatch('', '', before.script, after.script, undefined, undefined, { context: CONTEXT });
  return {
    check: after.name,
    count: targets.size,
    hunks: hunks.map(({ oldStart, newStart, lines }) => ({
      beforeLine: oldStart,
      afterLine: newStart,
      lines: lines.flatMap(scriptLine),
    })),
  };
}

function scriptLine(line: string): ScriptHunk['lines'] {
  const text = line.slice(1);
  switch (line[0]) {
    case '+':
      return [{ kind: 'added', text }];
    case '-':
      return [{ kind: 'removed', text }];
    case ' ':
      return [{ kind: 'same', text }];
    // "\ No newline at end of file" is no line.
    default:
      return [];
  }
}
