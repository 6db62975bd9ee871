import { parseDocument } from 'yaml';
import { didYouMean } from '../diagnostics/nearest.js';
import { singleBundle } from '../emit/checks/index.js';
import { findTarget } from '../explain/find.js';
import type { Json, JsonObject, ScriptTemplate, Target } from '../model/types.js';
import { checkByDefault } from '../resolve/checks.js';
import type { ResolvedCheck, ResolvedModel } from '../resolve/types.js';
import { validateParam } from '../template/index.js';

/** What a person wants to run. */
export interface RunRequest {
  readonly check: string;
  /** Id or host name; null: with the defaults of the template. */
  readonly target: string | null;
  /** `key=value`, stronger than every policy. */
  readonly config: readonly string[];
}

/** A check that can be run, as an agent gets it; or why there is none, in as many sentences as there are mistakes. */
export type ToRun =
  | {
      readonly kind: 'ready' /** Id. */;
      readonly target: string | null;
      readonly config: JsonObject;
      readonly bundle: string;
    }
  | { readonly kind: 'trouble'; readonly troubles: readonly Trouble[] };

export interface Trouble {
  readonly message: string;
  readonly hint: string | null;
}

export function checkToRun(model: ResolvedModel, { check, target, config }: RunRequest): ToRun {
  const template = model.repo.scriptTemplates.get(check);
  if (template === undefined)
    return trouble(`there is no check ${check}`, didYouMean(check, model.repo.scriptTemplates.keys()));
  const found = target === null ? byDefault(template) : onTarget(model, template, target);
  if ('kind' in found) return found;
  const given = config.map((text) => setting(template, text));
  const troubles = given.filter((one) => 'message' in one);
  if (troubles.length > 0) return { kind: 'trouble', troubles };
  const merged = {
    ...found.check.config,
    ...Object.fromEntries(given.flatMap((one) => ('name' in one ? [[one.name, one.value]] : []))),
  };
  const unset = [...template.params.schemas.keys()].filter((name) => !Object.hasOwn(merged, name));
  if (unset.length > 0) return { kind: 'trouble', troubles: unset.map((name) => withoutDefault(template, name)) };
  const { value: bundle, findings } = singleBundle({ ...found.check, config: merged }, found.target?.groups[0] ?? null);
  if (findings.length > 0)
    return { kind: 'trouble', troubles: findings.map(({ message, hint }) => ({ message, hint })) };
  return { kind: 'ready', target: found.target?.id ?? null, config: merged, bundle };
}

interface Chosen {
  readonly check: ResolvedCheck;
  readonly target: Target | null;
}

const byDefault = (template: ScriptTemplate): Chosen => ({ check: checkByDefault(template), target: null });

function onTarget(model: ResolvedModel, template: ScriptTemplate, name: string): Chosen | ToRun {
  const found = findTarget({ model }, name);
  if (found.kind !== 'found')
    return trouble(`there is no target ${name}`, found.kind === 'unknown' ? found.hint : null);
  const target = found.value;
  const check = model.checks.get(target)?.find((one) => one.template === template);
  if (check !== undefined) return { check, target };
  return trouble(
    `${template.name} does not run on ${target.id}`,
    `\`aami explain ${target.id} ${template.name}\` says why. Without --target it runs with the defaults of its template.`,
  );
}

/** The value is YAML, as it would stand in a policy. */
function setting(template: ScriptTemplate, text: string): { readonly name: string; readonly value: Json } | Trouble {
  const equals = text.indexOf('=');
  if (equals < 1) return { message: `--config ${text} is no setting`, hint: 'E.g. `--config paths=[/data]`.' };
  const name = text.slice(0, equals);
  const schema = template.params.schemas.get(name);
  if (schema === undefined) {
    const hint = didYouMean(name, template.params.schemas.keys());
    return { message: `${template.name} has no parameter ${name}`, hint };
  }
  const value = yamlValue(text.slice(equals + 1));
  if (value === undefined) return { message: `the value of ${name} is not YAML`, hint: null };
  const [problem] = validateParam(schema, value, { name });
  return problem === undefined ? { name, value } : { message: problem.message, hint: problem.hint };
}

/** undefined: it is none. */
function yamlValue(text: string): Json | undefined {
  const document = parseDocument(text, { version: '1.2', schema: 'core', prettyErrors: false, logLevel: 'silent' });
  return document.errors.length > 0 ? undefined : (document.toJS() as Json);
}

const withoutDefault = (template: ScriptTemplate, name: string): Trouble => ({
  message: `${name} of ${template.name} has no default`,
  hint: `Give it: \`--config ${name}=…\`, or take the values of a target with --target.`,
});

const trouble = (message: string, hint: string | null): ToRun => ({ kind: 'trouble', troubles: [{ message, hint }] });
