import { finding } from '../diagnostics/codes.js';
import type { Finding } from '../diagnostics/finding.js';
import { didYouMean } from '../diagnostics/nearest.js';
import { below, spanOf } from '../source/positions.js';
import type { Origin } from '../source/types.js';
import { validateParam } from '../template/params.js';
import type { AlertLayer, JsonObject, Params } from './types.js';
import { SEVERITIES } from './types.js';

/** What a layer and its levels set, against the parameters of the template. `origin` is that of the layer. */
export function checkLayer(layer: AlertLayer, params: Params, template: string, origin: Origin): Finding[] {
  return [...checkConfig(layer.config, params, template, origin), ...checkLevels(layer, params, template, origin)];
}

/** The levels alone: of a template, whose other values are the defaults of its own parameters. */
export function checkLevels({ levels }: AlertLayer, params: Params, template: string, origin: Origin): Finding[] {
  return SEVERITIES.flatMap((level) => {
    const at = below(origin, 'levels', level);
    return checkConfig(levels?.[level]?.config, params, template, at);
  });
}

/** `config` below `origin`. Values may be partial: layers merge key by key. */
export function checkConfig(
  config: JsonObject | undefined,
  params: Params,
  template: string,
  origin: Origin,
): Finding[] {
  if (config === undefined) return [];
  return Object.entries(config).flatMap(([name, value]) => {
    const at = below(origin, 'config', name);
    const schema = params.schemas.get(name);
    if (schema === undefined) return [unknownParameter(name, params, template, at)];
    return validateParam(schema, value, { partial: true, name: `\`${name}\`` }).map(({ path, message, hint }) =>
      finding('policy/bad-parameter', message, spanOf(below(at, ...path)), {
        hint,
      }),
    );
  });
}

function unknownParameter(name: string, params: Params, template: string, origin: Origin): Finding {
  const known = [...params.schemas.keys()];
  const list = known.length === 0 ? 'It has none.' : `It has ${known.map((one) => `\`${one}\``).join(', ')}.`;
  return finding('policy/unknown-parameter', `\`${template}\` has no parameter \`${name}\``, spanOf(origin, 'key'), {
    hint: didYouMean(name, known) ?? list,
  });
}
