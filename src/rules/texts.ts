import { type FindingCode, finding } from '../diagnostics/codes.js';
import type { Finding, FindingSeverity } from '../diagnostics/finding.js';
import type { Report } from '../resolve/report.js';
import { spanInScalar } from '../source/positions.js';
import type { Origin } from '../source/types.js';
import {
  checkNames,
  parseTemplate,
  type RenderMap,
  renderTemplate,
  type TextTemplate,
  templateRange,
} from '../template/index.js';
import type { Placeholders } from './placeholders.js';

/** A text of a template or policy with its placeholders filled in. */
export interface RenderedText {
  readonly text: string;
  readonly map: RenderMap;
  readonly origin: Origin;
}

/** Something wrong at a range of a text. */
export interface TextProblem {
  readonly code: FindingCode;
  readonly message: string;
  readonly start: number;
  readonly end: number;
  readonly hint: string | null;
}

/** Fills in the placeholders of a text; null, with findings at the source, where that cannot be done. */
export function renderText(text: string, origin: Origin, scope: Placeholders, report: Report): RenderedText | null {
  const { template, problems } = parseTemplate(text);
  const unknown = problems.length > 0 || template.constant !== null ? problems : unknownNames(template, scope.names);
  const rendering = unknown.length > 0 ? null : renderTemplate(template, scope.values);
  const all = rendering?.problems ?? unknown;
  for (const problem of all)
    report.add(problemKey(problem, origin), () => at(problem, origin, problem.start, problem.end));
  return rendering === null || all.length > 0 ? null : { text: rendering.text, map: rendering.map, origin };
}

/** Reports a problem in a rendered text at the place in the source that it came from. */
export function reportInRendered(
  problem: TextProblem,
  rendered: RenderedText,
  report: Report,
  severity?: FindingSeverity,
): void {
  const { start, end } = templateRange(rendered.map, problem.start, problem.end);
  report.add(problemKey({ ...problem, start, end }, rendered.origin), () =>
    at(problem, rendered.origin, start, end, severity),
  );
}

function at(problem: TextProblem, origin: Origin, start: number, end: number, severity?: FindingSeverity): Finding {
  const { code, message, hint } = problem;
  return finding(code, message, spanInScalar(origin, start, end), { hint, ...(severity && { severity }) });
}

/** The same place in the same text is the same mistake, however many groups meet it. */
function problemKey(problem: TextProblem, origin: Origin): string {
  return [
    problem.code,
    origin.document.file,
    origin.document.yaml.range[0],
    origin.path.join('/'),
    problem.start,
    problem.end,
  ].join(' ');
}

const checked = new WeakMap<TextTemplate, WeakMap<ReadonlySet<string>, readonly TextProblem[]>>();

/** The same text with the same names is checked once, not once a group. */
function unknownNames(template: TextTemplate, names: ReadonlySet<string>): readonly TextProblem[] {
  const byNames = checked.get(template) ?? new WeakMap<ReadonlySet<string>, readonly TextProblem[]>();
  checked.set(template, byNames);
  const problems = byNames.get(names) ?? checkNames(template, names);
  byNames.set(names, problems);
  return problems;
}
