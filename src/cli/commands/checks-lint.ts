import { repoCache } from '../../cache/folder.js';
import { lintCheck } from '../../checks/lint/index.js';
import { isShell, lintedScript } from '../../checks/lint/script.js';
import { compile } from '../../compile.js';
import { amount } from '../../diagnostics/amounts.js';
import { finding } from '../../diagnostics/codes.js';
import type { Finding } from '../../diagnostics/finding.js';
import { didYouMean } from '../../diagnostics/nearest.js';
import type { ScriptTemplate } from '../../model/types.js';
import { readRepo } from '../../source/read.js';
import { splitLibrary } from '../../source/scripts.js';
import { runShellcheck } from '../../verify/shellcheck.js';
import { findTool, type Tool } from '../../verify/tool.js';
import { complain } from '../complain.js';
import { documentsIn } from '../documents-in.js';
import { EXIT, type ExitCode } from '../exit.js';
import type { Io } from '../io.js';
import { locateRepo } from '../locate.js';
import type { FindingsOptions } from '../options.js';
import { isError, reportFindings } from '../report.js';

export interface ChecksLintOptions extends FindingsOptions {
  readonly shellcheck?: string;
}

/** Looks for the common mistakes of check scripts. Runs none of them. */
export async function checksLint(names: readonly string[], options: ChecksLintOptions, io: Io): Promise<ExitCode> {
  const place = locateRepo(options, io);
  if (place === null) return EXIT.usage;
  const cache = repoCache(place.root, io.env, io.cwd);
  const sources = await readRepo(place.root, documentsIn(cache));
  const { findings: broken, model } = await compile(sources);
  const print = async (findings: readonly Finding[]): Promise<ExitCode> => {
    const { root } = place;
    io.stdout.write(await reportFindings(findings, sources.texts, options.format, io.stdout, io.env, root));
    return findings.some(isError) ? EXIT.findings : EXIT.fine;
  };
  if (model === null) return await print(broken.filter(isError));
  const templates = chosen(names, model.repo.scriptTemplates, io);
  if (templates === null) return EXIT.usage;

  const explicit = options.shellcheck ?? (io.env.AAMI_SHELLCHECK || null);
  const found = await findTool({ name: 'shellcheck', explicit, searchPath: io.env.PATH ?? '', cache });
  if (found.kind === 'missing' && explicit !== null) {
    complain(io, found.message, 'Correct it, or leave it out to use the shellcheck on the PATH.');
    return EXIT.environment;
  }
  const tool = found.kind === 'found' ? found.tool : null;
  const linted = await Promise.all(templates.map((template) => lintOne(template, tool)));
  const findings = [...linted.flat(), ...(tool === null && templates.some(isShell) ? [withoutShellcheck()] : [])];
  const exit = await print(findings);
  if (findings.length === 0 && options.format === 'pretty')
    io.stdout.write(`No findings: ${amount(templates.length, 'check')}\n`);
  io.keepCode?.();
  return exit;
}

/** Those that are named, or those of the repo; null, after a complaint, where one is unknown. */
function chosen(
  names: readonly string[],
  known: ReadonlyMap<string, ScriptTemplate>,
  io: Io,
): readonly ScriptTemplate[] | null {
  const unknown = names.filter((name) => !known.has(name));
  for (const name of unknown) complain(io, `there is no check ${name}`, didYouMean(name, known.keys()));
  if (unknown.length > 0) return null;
  if (names.length > 0) return names.flatMap((name) => known.get(name) ?? []);
  return [...known.values()].filter(({ origin }) => splitLibrary(origin.document.file).library === '');
}

async function lintOne(template: ScriptTemplate, tool: Tool | null): Promise<readonly Finding[]> {
  const said = tool !== null && isShell(template) ? await runShellcheck(tool, lintedScript(template)) : null;
  return [...lintCheck(template, { shellcheck: said !== null }), ...(said ?? [])];
}

function withoutShellcheck(): Finding {
  return finding('verify/tool-missing', 'shellcheck is not installed: scripts were looked at by aami alone', null, {
    hint: 'Install shellcheck, or name it with --shellcheck or AAMI_SHELLCHECK.',
  });
}
