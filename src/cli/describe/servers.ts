import { type Command, InvalidArgumentError } from 'commander';

/** The options by which commands find servers and their live folders: over `deploy` of the Project, over the environment. */
export function placeOptions(command: Command): Command {
  return command
    .option('--prometheus-url <url...>', 'the Prometheus servers (else `deploy` of aami.yaml, then PROMETHEUS_URL)')
    .option('--rule-path <dir...>', 'their live folders, one each or one for all (… PROMETHEUS_RULE_PATH)')
    .option('--alertmanager-url <url...>', 'the Alertmanagers (… ALERTMANAGER_URL)')
    .option('--alertmanager-path <dir...>', 'their live folders (… ALERTMANAGER_CONFIG_PATH)');
}

/** Of commands that have the servers read their files again. */
export function serverOptions(command: Command): Command {
  return placeOptions(command)
    .option('--prometheus-pid-file <file...>', 'for SIGHUP where reload by HTTP is off (… PROMETHEUS_PID_FILE)')
    .option('--alertmanager-pid-file <file...>', 'for SIGHUP (… ALERTMANAGER_PID_FILE)')
    .option('--reload-timeout <duration>', 'for the reload of a server and for its confirmation (default: 60s)');
}

/** Of commands that change what lies in live folders. */
export function installOptions(command: Command): Command {
  return serverOptions(command)
    .option('--web-root <dir>', 'live folder of a web server, for checks and agent (… AAMI_WEB_ROOT)')
    .option('--no-reload', 'only install: neither reload nor confirm')
    .option('--no-validate', 'do not ask promtool and amtool before')
    .option('--no-backup', 'keep no older generations once the new one is confirmed')
    .option('--keep <n>', 'how many generations to keep (default: 5)', wholeNumber)
    .option('--dry-run', 'say what would be done, and do nothing');
}

export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) throw new InvalidArgumentError('It is not a whole number.');
  return value;
}
