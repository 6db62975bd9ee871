import { finding } from '../diagnostics/codes.js';
import type { Repo } from '../model/types.js';
import { spanOf } from '../source/positions.js';
import { templateSettings } from './effective.js';
import type { Report } from './report.js';
import { flatten } from './settings.js';

/** A policy that sets a common value which every level of the template sets for itself changes nothing. */
export function checkShadowed(repo: Repo, report: Report): void {
  for (const policy of repo.alertPolicies) {
    for (const { template, layer, origin } of policy.entries) {
      const levels = Object.keys(template.settings.levels ?? {});
      if (levels.length === 0) continue;
      const below = templateSettings(template);
      const own = flatten(layer, origin);
      for (const [path, leaf] of own) {
        if (path === 'enabled' || path.startsWith('levels/')) continue;
        const setBy = (level: string): boolean =>
          below.has(`levels/${level}/${path}`) || own.has(`levels/${level}/${path}`);
        if (path !== 'severity' && !levels.every(setBy)) continue;
        const place = spanOf(leaf.origin);
        report.add(`shadowed ${place.file}:${place.start}`, () =>
          finding(
            'policy/shadowed-by-level',
            `${path.replace('/', '.')} has no effect: each level of ${template.name} has its own`,
            place,
            { hint: `Set it below \`levels\`: ${levels.join(', ')}.` },
          ),
        );
      }
    }
  }
}
