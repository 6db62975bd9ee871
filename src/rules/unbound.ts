import { notifyOf, timingsOf } from '../model/notify.js';
import type { AlertTemplate, Group, Repo } from '../model/types.js';
import { outcomes, templateSettings } from '../resolve/effective.js';
import { merge } from '../resolve/merge.js';
import { isComplete } from '../resolve/parameters.js';
import type { ResolvedRule } from '../resolve/types.js';

/**
 * A template that no policy binds makes no rule, but its author wants to hear of its mistakes: the rules that it would
 * make with its defaults. Templates of shipped libraries are left out, and so are those that cannot do without a policy.
 */
export function unboundRules(repo: Repo, bound: ReadonlySet<AlertTemplate>): ResolvedRule[] {
  return [...repo.alertTemplates.values()]
    .filter((template) => !bound.has(template) && isOwn(template))
    .flatMap((template) => {
      const values = outcomes(merge(templateSettings(template), []));
      return values.flatMap(({ level, effective }) => {
        if (effective === null || !isComplete(template.params, effective.config)) return [];
        const scope = { kind: template.aggregate ? 'subtree' : 'group', group: anyGroup(template) } as const;
        return [
          {
            template,
            scope,
            level,
            override: null,
            effective,
            scopeMatchers: [],
            pieces: [{ target: [], series: [] }],
            targets: [],
            boundBy: [],
            narrowings: [],
          },
        ];
      });
    });
}

const isOwn = (template: AlertTemplate): boolean => !template.origin.document.file.includes(':');

const anyGroup = (template: AlertTemplate): Group => ({
  id: 'any',
  name: 'any',
  ancestors: [],
  namespace: null,
  labels: {},
  notify: notifyOf(undefined, template.origin),
  timings: timingsOf(undefined),
  origin: template.origin,
});
