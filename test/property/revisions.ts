import fc from 'fast-check';
import type { AlertPolicy, AlertTemplate, Group, Labels, Repo, Target } from '../../src/model/types.js';
import { repoArbitrary } from './repos.js';

/** Two states of one repo. */
export interface Revision {
  readonly before: Repo;
  readonly after: Repo;
}

/** What an author says in a template's texts, in ways that come to the same and in ways that do not. */
const EXPRS = ['up > ${threshold}', 'up  >\n${threshold} # busy', 'up < ${threshold}', 'up > 80'];
const ANNOTATIONS: readonly Labels[] = [{}, { summary: 'for ${window}' }, { summary: 'for 5m' }];

interface Texts {
  readonly expr: string;
  readonly annotations: Labels;
  /** The first template may be called otherwise. */
  readonly name: string;
  readonly tier: string;
}

const textsArbitrary: fc.Arbitrary<Texts> = fc.record({
  expr: fc.oneof({ weight: 4, arbitrary: fc.constant('up > ${threshold}') }, fc.constantFrom(...EXPRS)),
  annotations: fc.constantFrom(...ANNOTATIONS),
  name: fc.oneof({ weight: 4, arbitrary: fc.constant('One') }, fc.constant('Uno')),
  tier: fc.oneof({ weight: 4, arbitrary: fc.constant('a') }, fc.constant('b')),
});

/** The first template may be an aggregate, on both sides. */
type Style = Texts & { readonly aggregate: boolean };

/** Which parts of the second repo stand in the first after the change. */
interface Choice {
  readonly groups: boolean;
  readonly texts: boolean;
  readonly templates: readonly boolean[];
  readonly policies: readonly boolean[];
  readonly targets: readonly boolean[];
}

const seldom = fc.integer({ min: 0, max: 3 }).map((one) => one === 3);
const flags = (length: number, one: fc.Arbitrary<boolean>): fc.Arbitrary<boolean[]> =>
  fc.array(one, { minLength: length, maxLength: length });
const choiceArbitrary = (one: fc.Arbitrary<boolean>): fc.Arbitrary<Choice> =>
  fc.record({
    groups: one,
    texts: one,
    templates: flags(2, one),
    policies: flags(7, one),
    targets: flags(8, one),
  });

/** A repo, and the same with some of its parts taken from another: from no change at all to two repos of their own. */
export const revisionArbitrary: fc.Arbitrary<Revision> = fc
  .record({
    one: repoArbitrary,
    other: repoArbitrary,
    aggregate: seldom,
    oldTexts: textsArbitrary,
    newTexts: textsArbitrary,
    choice: fc.oneof(
      { weight: 6, arbitrary: choiceArbitrary(seldom) },
      { weight: 1, arbitrary: choiceArbitrary(fc.constant(true)) },
    ),
  })
  .map(({ one, other, aggregate, oldTexts, newTexts, choice }) => ({
    before: assembled(one, one, { ...oldTexts, aggregate }, choice),
    after: assembled(one, other, { ...(choice.texts ? newTexts : oldTexts), aggregate }, choice),
  }));

function assembled(one: Repo, other: Repo, texts: Style, choice: Choice): Repo {
  const groups = labelled((choice.groups ? other : one).groups, texts.tier);
  const templates = new Map(
    picked([...one.alertTemplates.values()], [...other.alertTemplates.values()], choice.templates).map((template) => [
      template.name,
      rewritten(template, texts),
    ]),
  );
  return {
    ...one,
    groups,
    alertTemplates: new Map([...templates.values()].map((template) => [template.name, template])),
    alertPolicies: picked(one.alertPolicies, other.alertPolicies, choice.policies).map((policy) =>
      rehomed(policy, groups, templates),
    ),
    targets: picked(one.targets, other.targets, choice.targets).map((target): Target => {
      const own = known(target.groups, groups);
      return { ...target, groups: own as unknown as Target['groups'] };
    }),
  };
}

/** The same tree; a parent comes before its children. */
function labelled(tree: Repo['groups'], tier: string): Map<string, Group> {
  const groups = new Map<string, Group>();
  for (const [id, group] of tree) {
    const ancestors = group.ancestors.flatMap((ancestor) => groups.get(ancestor.id) ?? []);
    groups.set(id, { ...group, ancestors, labels: { tier, owner: id.slice(0, 1) } });
  }
  return groups;
}

/** Place by place: the other's where it is chosen, also where only one of them has something there. */
function picked<T>(one: readonly T[], other: readonly T[], flags: readonly boolean[]): T[] {
  return flags.flatMap((flag, index) => (flag ? other : one)[index] ?? []);
}

function rewritten(template: AlertTemplate, { expr, annotations, name, aggregate }: Style): AlertTemplate {
  return {
    ...template,
    name: template.name === 'One' ? name : template.name,
    aggregate: template.name === 'One' && aggregate,
    expr,
    settings: { ...template.settings, annotations },
  };
}

function rehomed(
  policy: AlertPolicy,
  groups: ReadonlyMap<string, Group>,
  templates: ReadonlyMap<string, AlertTemplate>,
): AlertPolicy {
  const { scope } = policy;
  const entries = policy.entries.map((entry) => ({
    ...entry,
    template: templates.get(entry.template.name) ?? entry.template,
  }));
  return {
    ...policy,
    scope: scope.kind === 'global' ? scope : { ...scope, groups: known(scope.groups, groups) },
    // What looks at many targets at once cannot be narrowed to some of them.
    ...(entries.some(({ template }) => template.aggregate) && { targets: [], series: [] }),
    entries,
  };
}

/** The groups of the same ids; the first of all where there is none. */
function known(list: readonly Group[], groups: ReadonlyMap<string, Group>): Group[] {
  const found = list.flatMap((group) => groups.get(group.id) ?? []);
  return found.length > 0 ? found : [...groups.values()].slice(0, 1);
}
