import { finding } from '../diagnostics/codes.js';
import type { LaterFinding } from '../diagnostics/later.js';
import type { Repo } from '../model/types.js';
import { below, spanOf } from '../source/positions.js';

/** Windows that will be over. */
export function expiries({ maintenances }: Repo): LaterFinding[] {
  return maintenances.flatMap(({ name, time, origin }) => {
    if (time.kind !== 'window') return [];
    const over = finding(
      'lint/expired-maintenance',
      `The window of \`${name}\` is over`,
      spanOf(below(origin, 'end')),
      { hint: 'Delete the document; git keeps it.' },
    );
    return [{ from: time.end, finding: over }];
  });
}
