import { isDeepStrictEqual } from 'node:util';
import type { YamlMapping } from '../../emit/yaml.js';
import { idGiver } from '../names.js';
import type { JsonObject, Loss, ServerScript } from '../types.js';
import { aamiDocument, orNothing, type WrittenDocument, yamlFile } from '../write/yaml-file.js';

/** Check scripts of a config server: a policy binds the script that it is a copy of. */
export function convertChecks(
  templates: readonly ServerScript[],
  policies: readonly ServerScript[],
  groups: ReadonlySet<string>,
): { readonly files: ReadonlyMap<string, string>; readonly losses: readonly Loss[] } {
  const losses: Loss[] = [];
  const ids = idGiver('check');
  const known: { readonly id: string; readonly script: ServerScript }[] = [];
  const define = (script: ServerScript): string => {
    const same = known.find((one) => one.script.name === script.name && isSame(one.script, script));
    if (same !== undefined) return same.id;
    const drifted = known.some((one) => one.script.name === script.name);
    const id = ids.of(drifted ? `${script.name} of ${script.group ?? 'global'}` : script.name);
    if (drifted)
      losses.push({
        place: script.place,
        what: `the check ${script.name} is called ${id}`,
        why: 'its policy is no longer a copy of its template',
      });
    known.push({ id, script });
    return id;
  };
  for (const template of templates) define(template);
  const bindings = new Map<string | null, Record<string, YamlMapping>>();
  for (const policy of policies) {
    if (policy.group !== null && !groups.has(policy.group)) {
      losses.push({
        place: policy.place,
        what: `the policy of the check ${policy.name}`,
        why: 'its group is not there',
      });
      continue;
    }
    const entries = bindings.get(policy.group) ?? {};
    bindings.set(policy.group, entries);
    const config: JsonObject = Object.fromEntries(Object.entries(policy.config).filter(([name]) => isParam(name)));
    entries[define(policy)] = {
      ...(Object.keys(config).length === 0 ? {} : { config }),
      ...(policy.enabled ? {} : { enabled: false }),
    };
  }
  const files = new Map<string, string>();
  if (known.length > 0)
    files.set(
      'templates/checks.yaml',
      yamlFile(
        [],
        known.map(({ id, script }) => checkDocument(id, script, policies, losses)),
      ),
    );
  for (const [group, checks] of bindings) {
    const scope = group === null ? { scope: 'global' } : { group };
    files.set(
      `policies/checks-${group ?? 'global'}.yaml`,
      yamlFile([], [aamiDocument('ScriptPolicy', { ...scope, checks })]),
    );
  }
  return { files, losses };
}

const isParam = (name: string): boolean => /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name);

function isSame(a: ServerScript, b: ServerScript): boolean {
  return (
    a.content === b.content &&
    a.language === b.language &&
    a.version === b.version &&
    isDeepStrictEqual(a.defaults, b.defaults)
  );
}

/** Parameters are those of the template, and what policies set beside them. */
function checkDocument(
  id: string,
  script: ServerScript,
  policies: readonly ServerScript[],
  losses: Loss[],
): WrittenDocument {
  const set = policies.filter(({ name }) => name === script.name).flatMap(({ config }) => Object.keys(config));
  const names = [...new Set([...Object.keys(script.defaults), ...set])];
  for (const name of names.filter((one) => !isParam(one)))
    losses.push({
      place: script.place,
      what: `the setting ${name} of the check ${script.name}`,
      why: 'names of parameters are made of letters, digits and `_`',
    });
  const params = Object.fromEntries(names.filter(isParam).map((name) => [name, paramOf(script.defaults[name])]));
  return aamiDocument(
    'ScriptTemplate',
    {
      name: id,
      description: script.description ?? undefined,
      script_type: script.type,
      language: script.language,
      version: script.version,
      script: { inline: script.content },
      params: orNothing(params),
    },
    [`From ${script.place.file}:${script.place.line}.`, 'The script gets its parameters as JSON on standard input.'],
  );
}

/** A mapping is a schema unless it is given as a default. */
function paramOf(value: JsonObject[string] | undefined): YamlMapping[string] {
  if (value === undefined) return {};
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { default: value } : value;
}
