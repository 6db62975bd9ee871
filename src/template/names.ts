import { didYouMean } from '../diagnostics/nearest.js';
import type { TemplateName } from './compilation.js';
import type { TemplateProblem } from './problem.js';
import type { TextTemplate } from './text-template.js';

/** The names that a template uses, in the order of its text. */
export function templateNames(template: TextTemplate): readonly TemplateName[] {
  return template.names;
}

/** Names that a template uses and nobody knows. `known` holds names and paths: `threshold`, `group.id`. */
export function checkNames(template: TextTemplate, known: ReadonlySet<string>): TemplateProblem[] {
  return template.names.flatMap((name) => {
    const problem = checkName(name, known);
    return problem === null ? [] : [problem];
  });
}

function checkName(name: TemplateName, known: ReadonlySet<string>): TemplateProblem | null {
  const path = name.path.join('.');
  // `paths.x.y` is known when `paths` is: what lies in a parameter is its schema's business.
  if (name.path.some((_, index) => known.has(name.path.slice(0, index + 1).join('.')))) return null;
  const below = [...known].filter((other) => other.startsWith(`${path}.`));
  if (below.length > 0 && name.open) return null;
  const hint = below.length > 0 ? `There are ${below.join(', ')}.` : (didYouMean(path, known) ?? listed(known));
  return {
    code: 'template/unknown-name',
    message: `There is no "${path}" here`,
    start: name.start,
    end: name.end,
    hint,
  };
}

function listed(known: ReadonlySet<string>): string | null {
  return known.size === 0 || known.size > 20 ? null : `There are ${[...known].join(', ')}.`;
}
