import { finding } from '../diagnostics/codes.js';
import type { Json, JsonObject, Params } from '../model/types.js';
import { below, spanOf } from '../source/positions.js';
import type { Origin } from '../source/types.js';
import { validateParam } from '../template/index.js';
import type { Report } from './report.js';
import { isObject } from './settings.js';
import type { Provenance } from './types.js';

interface Parameterised {
  readonly name: string;
  readonly params: Params;
  readonly origin: Origin;
}

/** Whether every parameter of a template has a value: one without a default has to be set by some policy. */
export function isComplete(params: Params, config: JsonObject): boolean {
  return [...params.schemas.keys()].every((name) => Object.hasOwn(config, name));
}

/**
 * What can only be said of merged parameters: that one is missing, or that a mapping which several layers put together
 * does not fit its schema. Each layer's own values have been checked where they stand.
 * @param where what the values hold for, e.g. `gpu-node-001`
 */
export function checkParameters(
  template: Parameterised,
  config: JsonObject,
  provenance: Provenance,
  where: string,
  report: Report,
): void {
  for (const [name, schema] of template.params.schemas) {
    const value = config[name];
    if (value === undefined) reportMissing(template, name, where, report);
    else if (isObject(value)) reportMisfit(template, name, schema, value, provenance, report);
  }
}

function reportMissing(template: Parameterised, name: string, where: string, report: Report): void {
  const origin = below(template.origin, 'params', name);
  report.add(`unset ${template.name} ${name}`, () =>
    finding(
      'policy/bad-parameter',
      `${name} of ${template.name} has no default, and no policy sets it for ${where}`,
      spanOf(origin, 'key'),
      {
        hint: 'Set it in the policy that binds the template, or give it a default.',
      },
    ),
  );
}

function reportMisfit(
  template: Parameterised,
  name: string,
  schema: JsonObject,
  value: Json,
  provenance: Provenance,
  report: Report,
): void {
  for (const { path, message, hint } of validateParam(schema, value, { name })) {
    const origin = nearestOrigin(provenance, ['config', name, ...path]) ?? template.origin;
    report.add(`misfit ${template.name} ${name} ${path.join('/')}`, () =>
      finding('policy/bad-parameter', `Put together, ${message}`, spanOf(origin), { hint }),
    );
  }
}

/** The place of the value, of something in it, or of a neighbour. */
function nearestOrigin(provenance: Provenance, path: readonly (string | number)[]): Origin | null {
  for (let length = path.length; length > 1; length--) {
    const prefix = path.slice(0, length).join('/');
    for (const [key, origin] of provenance) if (key === prefix || key.startsWith(`${prefix}/`)) return origin;
  }
  return null;
}
