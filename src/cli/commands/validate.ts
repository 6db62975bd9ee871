import { repoCache } from '../../cache/folder.js';
import { amount } from '../../diagnostics/amounts.js';
import type { Finding } from '../../diagnostics/finding.js';
import { dueFindings } from '../../diagnostics/later.js';
import { sortFindings } from '../../diagnostics/sort.js';
import { readRepo } from '../../source/read.js';
import { complain } from '../complain.js';
import { documentsIn } from '../documents-in.js';
import { EXIT, type ExitCode } from '../exit.js';
import type { Io } from '../io.js';
import { locateRepo, type Place, pathInRepo } from '../locate.js';
import type { FindingsOptions } from '../options.js';
import { findingsInShort, isError, reportFindings } from '../report.js';
import { describeCounts } from '../summary.js';
import { judge } from '../verdict.js';

/** Judges the whole repo; with paths, shows in full what concerns them and the errors elsewhere in short. */
export async function validate(paths: readonly string[], options: FindingsOptions, io: Io): Promise<ExitCode> {
  const place = locateRepo(options, io);
  const wanted = place === null ? null : wantedPaths(paths, place, io);
  if (place === null || wanted === null) return EXIT.usage;

  const cache = repoCache(place.root, io.env, io.cwd);
  const sources = await readRepo(place.root, documentsIn(cache));
  const { findings: lasting, later, counts, remembered } = await judge(sources, cache);
  const findings = [...lasting, ...dueFindings(later, io.clock())];
  const pretty = options.format === 'pretty';
  // Programs get everything: they can look at the paths themselves.
  const shown = pretty ? findings.filter((finding) => concerns(finding, wanted)) : findings;
  io.stdout.write(await reportFindings(shown, sources.texts, options.format, io.stdout, io.env, place.root));
  if (pretty) {
    const elsewhere = sortFindings(findings.filter((finding) => !shown.includes(finding)));
    io.stdout.write(describeElsewhere(elsewhere, sources.texts));
    if (findings.length === 0) io.stdout.write(`No findings: ${describeCounts(counts)}\n`);
  }
  if (!remembered) io.keepCode?.();
  return findings.some(isError) ? EXIT.findings : EXIT.fine;
}

/** The paths of the command line as the repo sees them; null after a complaint. None: the whole repo. */
function wantedPaths(paths: readonly string[], place: Place, io: Io): string[] | null {
  const found: string[] = [];
  for (const path of paths) {
    const inRepo = pathInRepo(path, place);
    if (inRepo.kind === 'inside') found.push(inRepo.path);
    else if (inRepo.kind === 'missing') complain(io, `there is no file or folder ${path}`);
    else complain(io, `${path} lies outside of the repo`, 'Give paths of this repo, or another repo with -C.');
  }
  return found.length < paths.length ? null : found;
}

/** Findings about the repo as a whole concern every file. */
function concerns({ span, related }: Finding, wanted: readonly string[]): boolean {
  if (wanted.length === 0 || span === null) return true;
  const files = [span.file, ...related.map((place) => place.span.file)];
  return wanted.some((path) => path === '' || files.some((file) => file === path || file.startsWith(`${path}/`)));
}

/** Errors fail the command, so they are named; the rest is counted. */
function describeElsewhere(elsewhere: readonly Finding[], texts: ReadonlyMap<string, string>): string {
  const errors = elsewhere.filter(isError);
  const others = elsewhere.length - errors.length;
  const named = errors.length === 0 ? '' : `In other files:\n${findingsInShort(errors, texts)}`;
  return others === 0 ? named : `${named}${amount(others, 'warning')} in other files; \`aami validate\` shows all.\n`;
}
