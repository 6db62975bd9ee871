import { Option } from 'commander';

/** `--format` with what a command can print; the first is the default. */
export function formatOption(formats: readonly string[]): Option {
  return new Option('--format <format>', 'how results are printed').choices(formats).default(formats[0]);
}
