import { writeYaml, type YamlMapping } from '../../emit/yaml.js';
import { slug } from '../names.js';
import type { Carried, TranslatedRule } from '../rules/types.js';
import type { SourceRule, SourceRuleFile } from '../types.js';

/** A file of `rules/` with the rules that it holds, in order. */
export interface StaticFile {
  readonly path: string;
  readonly text: string;
  readonly rules: readonly SourceRule[];
}

/** What is carried through of each rule file. A file that is carried as a whole stays as it is. */
export function staticFiles(files: readonly SourceRuleFile[], carried: readonly Carried[]): StaticFile[] {
  const byRule = new Map<SourceRule, TranslatedRule>(
    carried.map(({ rule, mark }) => [rule.source, marked(rule, mark)]),
  );
  const written: StaticFile[] = [];
  const taken = new Set<string>();
  for (const file of files) {
    const rules = file.groups.flatMap((group) => group.rules);
    const kept = rules.filter((rule) => byRule.has(rule));
    if (kept.length === 0) continue;
    const path = freePath(file.path, taken);
    taken.add(path);
    const unchanged =
      file.intact && kept.length === rules.length && kept.every((rule) => isUnchanged(byRule.get(rule)));
    written.push({ path, text: unchanged ? file.text : ruleFile(file, byRule), rules: kept });
  }
  return written;
}

function marked(rule: TranslatedRule, mark: string | null): TranslatedRule {
  return mark === null ? rule : { ...rule, labels: { ...rule.labels, imported_rule: mark } };
}

function isUnchanged(rule: TranslatedRule | undefined): boolean {
  if (rule === undefined) return false;
  const { source, expr, labels, annotations } = rule;
  return (
    expr.text === source.expr &&
    JSON.stringify([labels, annotations]) === JSON.stringify([source.labels, source.annotations])
  );
}

function ruleFile(file: SourceRuleFile, kept: ReadonlyMap<SourceRule, TranslatedRule>): string {
  const names = new Map<string, number>();
  const groups = file.groups.flatMap(({ name, settings, rules }): YamlMapping[] => {
    const mappings = rules.flatMap((rule) => {
      const made = kept.get(rule);
      return made === undefined ? [] : [ruleMapping(made)];
    });
    if (mappings.length === 0) return [];
    // Prometheus refuses a file that names one group twice.
    const count = (names.get(name) ?? 0) + 1;
    names.set(name, count);
    return [{ name: count === 1 ? name : `${name}-${count}`, ...numbers(settings), rules: mappings }];
  });
  return `# Carried through from ${file.path.replace(/[\u0000-\u001f\u007f\u0085\u2028\u2029]/g, ' ')}.\n${writeYaml({ groups })}`;
}

/** `limit` is a number. */
function numbers(settings: SourceRule['groupSettings']): YamlMapping {
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [
      key,
      key === 'limit' && Number.isInteger(Number(value)) ? Number(value) : value,
    ]),
  );
}

function ruleMapping({ source, expr, labels, annotations }: TranslatedRule): YamlMapping {
  const some = (texts: Readonly<Record<string, string>>): YamlMapping | undefined =>
    Object.keys(texts).length === 0 ? undefined : texts;
  return {
    [source.kind]: source.name,
    expr: expr.text,
    for: source.for ?? undefined,
    keep_firing_for: source.keepFiringFor ?? undefined,
    labels: some(labels),
    annotations: source.kind === 'alert' ? some(annotations) : undefined,
  };
}

/** The file's own name below `rules/`, with as much of its folders as keeps it unique. */
function freePath(path: string, taken: ReadonlySet<string>): string {
  const steps = path.split('/').filter((step) => step !== '' && step !== '.' && step !== '..');
  const base = slug((steps.pop() ?? 'rules').replace(/\.(?:ya?ml|rules|json)$/i, ''), 'rules');
  const folder = steps.at(-1);
  const candidates = [
    `rules/${base}.yml`,
    ...(folder === undefined ? [] : [`rules/${slug(folder, 'rules')}-${base}.yml`]),
  ];
  for (let n = 2; ; n++) {
    const free = candidates.find((candidate) => !taken.has(candidate));
    if (free !== undefined) return free;
    candidates.push(`rules/${base}-${n}.yml`);
  }
}
