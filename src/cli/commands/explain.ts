import { repoCache } from '../../cache/folder.js';
import { compile } from '../../compile.js';
import { explainAlert } from '../../explain/alert.js';
import { explainAlertOnTarget } from '../../explain/alert-on-target.js';
import { explainCheckOnTarget } from '../../explain/check-on-target.js';
import { type ExplainContext, explainContext } from '../../explain/context.js';
import { type Found, findAlert, findGroup, findTarget, findTemplate } from '../../explain/find.js';
import { explainGroup } from '../../explain/group.js';
import { type ExplainFormat, loadExplainReporter } from '../../explain/reporters/index.js';
import { explainTarget } from '../../explain/target.js';
import type { Explanation } from '../../explain/types.js';
import { readRepo } from '../../source/read.js';
import { complain } from '../complain.js';
import { documentsIn } from '../documents-in.js';
import { EXIT, type ExitCode } from '../exit.js';
import { type Io, wantsColour } from '../io.js';
import { locateRepo } from '../locate.js';
import type { CommonOptions } from '../options.js';
import { isError, reportFindings } from '../report.js';

export interface ExplainOptions extends CommonOptions {
  readonly group?: string;
  readonly alert?: string;
  readonly format: ExplainFormat;
}

/** What is asked for. */
type Question =
  | { readonly kind: 'target'; readonly target: string; readonly name: string | null }
  | { readonly kind: 'group'; readonly group: string }
  | { readonly kind: 'alert'; readonly alert: string };

/** Says what holds for a target, a group or an alert, and which line of the repo made it so. */
export async function explain(
  target: string | undefined,
  name: string | undefined,
  options: ExplainOptions,
  io: Io,
): Promise<ExitCode> {
  const question = questionOf(target, name ?? null, options, io);
  const place = question === null ? null : locateRepo(options, io);
  if (question === null || place === null) return EXIT.usage;

  const sources = await readRepo(place.root, documentsIn(repoCache(place.root, io.env, io.cwd)));
  const compilation = await compile(sources);
  const { findings, model } = compilation;
  if (model === null || findings.some(isError)) {
    const sink = options.format === 'json' ? io.stdout : io.stderr;
    sink.write(await reportFindings(findings, sources.texts, options.format, sink, io.env, place.root));
    return EXIT.findings;
  }
  const explained = answer(await explainContext(compilation, model), question, io);
  if (explained === null) return EXIT.usage;
  const report = await loadExplainReporter(options.format);
  const { output } = model.repo.project;
  io.stdout.write(report(explained, { color: wantsColour(io.stdout, io.env), output }));
  io.keepCode?.();
  return EXIT.fine;
}

/** null, after a complaint, where the command line asks for nothing or for two things. */
function questionOf(
  target: string | undefined,
  name: string | null,
  { group, alert }: ExplainOptions,
  io: Io,
): Question | null {
  const asked: Question[] = [
    ...(target === undefined ? [] : [{ kind: 'target', target, name } as const]),
    ...(group === undefined ? [] : [{ kind: 'group', group } as const]),
    ...(alert === undefined ? [] : [{ kind: 'alert', alert } as const]),
  ];
  const [only, second] = asked;
  if (only !== undefined && second === undefined) return only;
  const message = only === undefined ? 'explain what?' : 'a target, --group and --alert are different questions';
  complain(io, message, 'Give a target, a target and an alert or check, --group <id>, or --alert <name>.');
  return null;
}

function answer(context: ExplainContext, question: Question, io: Io): Explanation | null {
  const taken = <T>(what: string, name: string, found: Found<T>): T | null => {
    switch (found.kind) {
      case 'found':
        return found.value;
      case 'ambiguous':
        complain(io, `there is more than one ${what} ${name}`, `Give the id: ${found.ids.join(', ')}.`);
        return null;
      case 'unknown':
        complain(io, `there is no ${what} ${name}`, found.hint);
        return null;
    }
  };
  if (question.kind === 'group') {
    const group = taken('group', question.group, findGroup(context, question.group));
    return group && explainGroup(context, group);
  }
  if (question.kind === 'alert') {
    const template = taken('alert', question.alert, findAlert(context, question.alert));
    return template && explainAlert(context, template);
  }
  const target = taken('target', question.target, findTarget(context, question.target));
  if (target === null || question.name === null) return target && explainTarget(context, target);
  const named = taken('alert or check', question.name, findTemplate(context, question.name));
  if (named === null) return null;
  return named.kind === 'alert'
    ? explainAlertOnTarget(context, target, named.template)
    : explainCheckOnTarget(context, target, named.template);
}
