export type { Scope, TemplateName } from './compilation.js';
export { durationSeconds, isDuration } from './duration.js';
export { escapeGoTemplate, type GoTemplateInspection, inspectGoTemplate, type LabelUse } from './go-template.js';
export { checkNames, templateNames } from './names.js';
export type { ParamProblem } from './param-problem.js';
export { normaliseParams, validateParam } from './params.js';
export type { TemplateProblem } from './problem.js';
export {
  type ParsedTemplate,
  parseTemplate,
  type Rendering,
  type RenderMap,
  renderTemplate,
  type TextTemplate,
  templateRange,
} from './text-template.js';
