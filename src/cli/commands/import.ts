import { existsSync, readdirSync } from 'node:fs';
import { basename, relative, resolve } from 'node:path';
import { compile } from '../../compile.js';
import { amount } from '../../diagnostics/amounts.js';
import { printableJson } from '../../diagnostics/reporters/printable-json.js';
import { FORMATS } from '../../import/formats.js';
import { importFiles } from '../../import/import.js';
import { exporterOf } from '../../import/read/csv.js';
import { type ImportReport, reportOf } from '../../import/report.js';
import { importAsJson } from '../../import/reporters/json.js';
import { importInWords } from '../../import/reporters/pretty.js';
import type { SeverityMap } from '../../import/rules/classify.js';
import type { Loss, SourceHost } from '../../import/types.js';
import { SEVERITIES } from '../../model/types.js';
import { projectName } from '../../scaffold/starter.js';
import { writeScaffold } from '../../scaffold/write.js';
import { shippedLibraries } from '../../source/libraries.js';
import { memoryTree } from '../../source/memory-tree.js';
import { readTree } from '../../source/read.js';
import { complain } from '../complain.js';
import { EXIT, type ExitCode } from '../exit.js';
import { type InputPath, readInputFiles } from '../import-inputs.js';
import { type Io, progressOn, wantsColour } from '../io.js';
import { isFolder } from '../locate.js';
import type { CommonOptions } from '../options.js';
import { findingsInShort, isError } from '../report.js';

export interface ImportOptions extends CommonOptions {
  readonly output?: string;
  readonly from: string;
  readonly groupLabel?: string;
  readonly exporter?: readonly string[];
  readonly severity?: readonly string[];
  readonly dryRun?: boolean;
  readonly format: 'pretty' | 'json';
}

/** Makes a repo of the files of other systems, proves it, writes it, and says what has become of everything. */
export async function importRepo(paths: readonly string[], options: ImportOptions, io: Io): Promise<ExitCode> {
  const base = resolve(io.cwd, options.C ?? '.');
  const inputs = inputPaths(paths, base, io);
  const severities = severitiesOf(options.severity ?? [], io);
  const folder = options.output === undefined ? null : resolve(base, options.output);
  const exporters = exportersOf(options.exporter ?? [], io);
  if (inputs === null || severities === null || exporters === null || !isUsable(folder, options, io)) return EXIT.usage;

  const progress = progressOn(io.stderr, io.env);
  progress.show('Reading');
  const read = readInputFiles(inputs);
  progress.show('Importing');
  const made = await importFiles(
    read.files,
    {
      name: projectName(basename(folder ?? base)),
      format: FORMATS.find((format) => format === options.from) ?? null,
      groupLabel: options.groupLabel ?? null,
      severities,
      exporters,
    },
    (files) => compile(readTree(memoryTree(files), shippedLibraries())),
  );
  progress.clear();
  const report = reportOf({
    ...made,
    losses: [...read.losses, ...made.losses],
    imported: { ...made.imported, errors: [...read.errors, ...made.imported.errors] },
  });
  if (report.errors.length > 0) return refuse(report, options, io);

  if (isEmpty(report)) {
    io.stdout.write(
      options.format === 'json' ? importAsJson(report, null) : importInWords(report, wantsColour(io.stdout, io.env)),
    );
    complain(io, 'nothing of this can be imported; nothing was written');
    return EXIT.findings;
  }
  const findings = made.compilation?.findings ?? [];
  if (findings.some(isError)) {
    io.stderr.write(findingsInShort(findings.filter(isError), made.repo.texts));
    complain(
      io,
      'the repo that was made of these files does not compile; nothing was written',
      'This is a bug of aami, please report it.',
    );
    return EXIT.findings;
  }
  const written = folder !== null && options.dryRun !== true ? write(folder, made.repo.texts, io) : null;
  if (written === 'failed') return EXIT.environment;
  const shown = written === 'written' ? (options.output ?? null) : null;
  io.stdout.write(
    options.format === 'json' ? importAsJson(report, shown) : importInWords(report, wantsColour(io.stdout, io.env)),
  );
  if (options.format === 'pretty')
    io.stdout.write(
      shown === null
        ? '\nNothing was written.\n'
        : `\nWrote ${amount(made.repo.texts.size, 'file')} to ${shown}. Next: aami validate -C ${shown}\n`,
    );
  io.keepCode?.();
  return EXIT.fine;
}

function isEmpty({ counts, rules }: ImportReport): boolean {
  return rules.length === 0 && counts.hosts + counts.groups + counts.templates + counts.checks === 0;
}

function inputPaths(paths: readonly string[], base: string, io: Io): InputPath[] | null {
  const found = paths.map((shown) => ({
    shown,
    absolute: resolve(base, shown),
    isFolder: isFolder(resolve(base, shown)),
  }));
  const missing = found.find(({ absolute }) => !existsSync(absolute));
  if (missing === undefined) return found;
  complain(io, `there is no ${missing.shown}`);
  return null;
}

/** A folder that is new, or holds nothing but a git repo. */
function isUsable(folder: string | null, { output, dryRun }: ImportOptions, io: Io): boolean {
  if (folder === null) {
    if (dryRun === true) return true;
    complain(
      io,
      'it is not said where the repo goes',
      'Name a new folder with -o <dir>, or ask for a report alone with --dry-run.',
    );
    return false;
  }
  if (existsSync(folder) && !isFolder(folder)) {
    complain(io, `${output} is not a folder`);
    return false;
  }
  if (!existsSync(folder) || readdirSync(folder).every((name) => name === '.git')) return true;
  complain(io, `${output} is not empty; nothing was written`, 'An import goes to a new or an empty folder.');
  return false;
}

function exportersOf(written: readonly string[], io: Io): SourceHost['exporters'] | null {
  const read = written.map((text) => ({ text, exporters: exporterOf(text) }));
  const wrong = read.find(({ exporters }) => exporters === null);
  if (wrong === undefined) return read.flatMap(({ exporters }) => exporters ?? []);
  complain(io, `--exporter ${wrong.text} is not of the form job:port`, 'As in --exporter node_exporter:9100');
  return null;
}

function severitiesOf(written: readonly string[], io: Io): SeverityMap | null {
  const map = new Map<string, (typeof SEVERITIES)[number]>();
  for (const pair of written) {
    const at = pair.lastIndexOf('=');
    const severity = SEVERITIES.find((one) => one === pair.slice(at + 1));
    if (at < 0 || severity === undefined) {
      complain(
        io,
        `--severity ${pair} is not of the form old=new`,
        'New is one of critical, warning and info: --severity page=critical',
      );
      return null;
    }
    map.set(pair.slice(0, at), severity);
  }
  return map;
}

function write(folder: string, files: ReadonlyMap<string, string>, io: Io): 'written' | 'failed' {
  const outcome = writeScaffold(
    folder,
    [...files].map(([path, content]) => ({ path, content })),
  );
  if (outcome.kind === 'written') return 'written';
  const message =
    outcome.kind === 'failed'
      ? outcome.message
      : `${relative(io.cwd, folder)} has changed meanwhile; nothing was written`;
  complain(
    io,
    message,
    outcome.kind === 'failed' && outcome.left.length > 0 ? `This was left behind: ${outcome.left.join(', ')}` : null,
  );
  return 'failed';
}

function refuse({ errors }: ImportReport, options: ImportOptions, io: Io): ExitCode {
  const said = errors.map(({ place, what, why }: Loss) => `${place.file}:${place.line}: ${what}: ${why}`);
  if (options.format === 'json') io.stdout.write(printableJson({ output: null, errors }));
  for (const sentence of said) complain(io, sentence);
  return EXIT.findings;
}
