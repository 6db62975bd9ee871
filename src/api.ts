/** aami as a library: read a repo, compile it, do what you like with the files. */
export { type Compilation, compile } from './compile.js';
export { CODES, type FindingCode } from './diagnostics/codes.js';
export type { Finding, FindingSeverity, RelatedPlace, Span } from './diagnostics/finding.js';
export type { LaterFinding } from './diagnostics/later.js';
export { loadReporter, type ReportFormat } from './diagnostics/reporters/index.js';
export type { OutputFile, RuleOrigin } from './emit/types.js';
export type * from './model/types.js';
export type { EffectiveAlert, ResolvedCheck, ResolvedModel, ResolvedRule } from './resolve/types.js';
export type { ConcreteRule, RuleFile, RuleGroup } from './rules/types.js';
export { readRepo } from './source/read.js';
export type { Origin, SourceDocument, Sources } from './source/types.js';
