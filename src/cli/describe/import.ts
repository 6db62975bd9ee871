import { type Command, Option } from 'commander';
import { FORMATS } from '../../import/formats.js';
import { formatOption } from './format.js';
import type { Describe } from './types.js';

export const describeImport: Describe = (program, { io, exitWith }) => {
  program
    .command('import')
    .argument(
      '<paths...>',
      'rule files, file_sd, prometheus.yml, inventories, CSV, exports of a config server; or folders',
    )
    .description('make a repo of what there is, and show that it means the same')
    .option('-o, --output <dir>', 'where the repo is written; a new or an empty folder')
    .addOption(new Option('--from <format>', 'what the files are').choices(['auto', ...FORMATS]).default('auto'))
    .option('--group-label <label>', 'the label of targets whose values become groups (default: a usual one)')
    .option('--exporter <job:port...>', 'what the hosts of an inventory run, where it does not say')
    .option('--severity <old=new...>', 'another severity for alerts that have none of critical, warning and info')
    .option('--dry-run', 'report only, write nothing')
    .addOption(formatOption(['pretty', 'json']))
    .addHelpText('after', NOTE)
    .action(async (paths: string[], _, command: Command) => {
      const { importRepo } = await import('../commands/import.js');
      exitWith(await importRepo(paths, command.optsWithGlobals<import('../commands/import.js').ImportOptions>(), io));
    });
};

const NOTE = `
Nothing is overwritten. Exit codes: 0 the repo was written, perhaps with things that it reports,
1 the files have errors.`;
