import type { Compilation } from '../compile.js';
import { ruleFilePath } from '../emit/rules/index.js';
import type { AlertLayer, AlertTemplate, CheckSettings, Group, ScriptTemplate } from '../model/types.js';
import { type BoundEntries, indexEntries } from '../resolve/layers.js';
import { type Ownerships, resolveOwnerships } from '../resolve/ownership.js';
import type { RegexRegions } from '../resolve/regex-regions.js';
import { regexRegionsFor } from '../resolve/resolve.js';
import type { ResolvedModel, ResolvedRule } from '../resolve/types.js';
import { type Teller, tellerOf } from '../rules/told.js';
import type { EmittedRule, GroupRef } from './types.js';

/** A compiled repo, with what every explanation looks up. */
export interface ExplainContext {
  readonly model: ResolvedModel;
  readonly alerts: ReadonlyMap<AlertTemplate, BoundEntries<AlertTemplate, AlertLayer>>;
  readonly checks: ReadonlyMap<ScriptTemplate, BoundEntries<ScriptTemplate, CheckSettings>>;
  readonly rulesOf: ReadonlyMap<AlertTemplate, readonly ResolvedRule[]>;
  readonly emitted: ReadonlyMap<ResolvedRule, EmittedRule>;
  /** Text of each output file, by path. */
  readonly files: ReadonlyMap<string, string>;
  readonly regexes: RegexRegions | null;
  /** null, like the ownerships: no alertmanager.yml is made. */
  readonly teller: Teller | null;
  readonly ownerships: Ownerships | null;
}

export async function explainContext(compilation: Compilation, model: ResolvedModel): Promise<ExplainContext> {
  const rulesOf = new Map<AlertTemplate, ResolvedRule[]>();
  for (const rule of model.rules) {
    const list = rulesOf.get(rule.template);
    if (list === undefined) rulesOf.set(rule.template, [rule]);
    else list.push(rule);
  }
  return {
    model,
    alerts: indexEntries(model.repo.alertPolicies),
    checks: indexEntries(model.repo.scriptPolicies),
    rulesOf,
    emitted: emittedRules(compilation),
    files: new Map(compilation.files.map(({ path, content }) => [path, content])),
    regexes: await regexRegionsFor(model.repo),
    teller: tellerOf(model.repo),
    ownerships: resolveOwnerships(model.repo),
  };
}

function emittedRules({ ruleFiles }: Compilation): Map<ResolvedRule, EmittedRule> {
  const emitted = new Map<ResolvedRule, EmittedRule>();
  for (const { scope, groups } of ruleFiles) {
    const file = ruleFilePath(scope);
    for (const { name, rules } of groups) {
      for (const { alert, expr, for: duration, keepFiringFor, labels, annotations, resolved } of rules) {
        const rule = { alert, expr, for: duration, keep_firing_for: keepFiringFor, labels, annotations };
        emitted.set(resolved, { file, group: name, ...rule });
      }
    }
  }
  return emitted;
}

export const groupRef = ({ id, name }: Group): GroupRef => ({ id, name });
