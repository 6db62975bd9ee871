import { isAbsolute, resolve } from 'node:path';
import type { DeployDocument, DeployServerDocument } from '../schema/documents.js';
import type { Credentials, ServerAccess, TlsFiles } from '../servers/access.js';
import { addressOf, withoutCredentials } from '../servers/address.js';
import { durationSeconds } from '../template/duration.js';

/** Where an output goes, and which servers are asked. All paths are absolute. */
export interface DeploySettings {
  readonly servers: readonly ServerSettings[];
  /** Folder of a web server, for check bundles and the agent. */
  readonly web: string | null;
  /** How many generations are kept, the deployed one among them. */
  readonly keep: number;
  /** Percent of the rules, targets or checks that may go without being asked for. */
  readonly maxRemovals: number;
}

export type ServerKind = 'prometheus' | 'alertmanager';

export interface ServerSettings {
  readonly kind: ServerKind;
  /** null: it is not asked, its files are only installed. */
  readonly access: ServerAccess | null;
  /** Its live folder; null: it is only asked. */
  readonly path: string | null;
  /** Whether it is reloaded, and asked whether all is well. */
  readonly reload: boolean;
  readonly reloadTimeoutMs: number;
  /** Where it can be told to reload by SIGHUP. */
  readonly pidFile: string | null;
  readonly validate: boolean;
  /** Whether older generations are kept once a new one is confirmed. */
  readonly backup: boolean;
}

/** As options of a command name them. */
export interface DeployFlags {
  readonly prometheusUrl?: readonly string[];
  readonly rulePath?: readonly string[];
  readonly prometheusPidFile?: readonly string[];
  readonly alertmanagerUrl?: readonly string[];
  readonly alertmanagerPath?: readonly string[];
  readonly alertmanagerPidFile?: readonly string[];
  readonly webRoot?: string;
  /** false by `--no-reload`; true says nothing. */
  readonly reload?: boolean;
  readonly reloadTimeout?: string;
  readonly validate?: boolean;
  readonly backup?: boolean;
  readonly keep?: number;
  readonly maxRemovals?: number;
}

export interface SettingsSources {
  readonly flags: DeployFlags;
  /** Of the Project, and the folder of its repo; null: there is none. */
  readonly project: { readonly deploy: DeployDocument; readonly root: string } | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What paths of options and of the environment are relative to. */
  readonly base: string;
}

export type SettingsRead =
  | { readonly ok: true; readonly settings: DeploySettings }
  | { readonly ok: false; readonly message: string; readonly hint: string | null };

const DEFAULT_TIMEOUT_MS = 60_000;
const DEFAULT_KEEP = 5;
const DEFAULT_MAX_REMOVALS = 20;

class Unusable extends Error {
  constructor(
    message: string,
    readonly hint: string | null = null,
  ) {
    super(message);
  }
}

/** What the options say, over `deploy` of the Project, over the environment. */
export function deploySettings(sources: SettingsSources): SettingsRead {
  const { flags, project, env, base } = sources;
  const at = (path: string): string => resolve(base, path);
  try {
    const web = flags.webRoot ?? env.AAMI_WEB_ROOT;
    const projectWeb = project?.deploy.web;
    const keep = flags.keep ?? project?.deploy.keep ?? wholeNumber(env, 'AAMI_KEEP_GENERATIONS');
    const removals = flags.maxRemovals ?? project?.deploy.max_removals ?? wholeNumber(env, 'AAMI_MAX_REMOVALS');
    return {
      ok: true,
      settings: {
        servers: [...serversOf('prometheus', sources), ...serversOf('alertmanager', sources)],
        web:
          flags.webRoot === undefined && project && projectWeb !== undefined
            ? resolve(project.root, projectWeb)
            : web
              ? at(web)
              : null,
        keep: Math.max(1, keep ?? DEFAULT_KEEP),
        maxRemovals: removals ?? DEFAULT_MAX_REMOVALS,
      },
    };
  } catch (error) {
    if (!(error instanceof Unusable)) throw error;
    return { ok: false, message: error.message, hint: error.hint };
  }
}

/** What one source says of a server: the keys of the Project, with absolute paths. */
type Said = DeployServerDocument;

function serversOf(kind: ServerKind, sources: SettingsSources): ServerSettings[] {
  const layers = [ofFlags(kind, sources), ofProject(kind, sources), ofEnvironment(kind, sources)];
  const named = layers.find((layer) => layer.some(({ url, path }) => url !== undefined || path !== undefined));
  return (named ?? []).map((_, index, { length }) => {
    const merged: Said = {};
    for (const layer of [...layers].reverse())
      Object.assign(merged, defined(partner(layer, named?.[index] ?? {}, index, length)));
    return serverOf(kind, merged);
  });
}

/** What a layer says of a server that another layer names: by its URL, by its place in the list, or of all. */
function partner(layer: readonly Said[], { url }: Said, index: number, length: number): Said {
  const same = layer.find((one) => one.url !== undefined && one.url === url);
  if (same !== undefined) return same;
  const [only] = layer;
  if (layer.length === 1 && only !== undefined && (only.url === undefined || url === undefined)) return only;
  const other = layer.length === length ? layer[index] : undefined;
  return other !== undefined && (other.url === undefined || url === undefined) ? other : {};
}

const defined = (said: Said): Said =>
  Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));

function serverOf(kind: ServerKind, said: Said): ServerSettings {
  return {
    kind,
    access: said.url === undefined ? null : accessOf(said.url, said),
    path: said.path ?? null,
    reload: said.reload ?? true,
    reloadTimeoutMs:
      said.reload_timeout === undefined ? DEFAULT_TIMEOUT_MS : milliseconds(said.reload_timeout, 'reload_timeout'),
    pidFile: said.pid_file ?? null,
    validate: said.validate ?? true,
    backup: said.backup ?? true,
  };
}

function accessOf(url: string, said: Said): ServerAccess {
  const address = addressOf(url);
  if (address === null) throw new Unusable(`${withoutCredentials(url)} is no URL`, 'E.g. http://prometheus:9090.');
  return { address, credentials: credentialsOf(said), tls: tlsOf(said) };
}

function credentialsOf({ bearer_token_file: token, basic_auth_file: basic }: Said): Credentials | null {
  if (token !== undefined && basic !== undefined)
    throw new Unusable('A server has either a bearer_token_file or a basic_auth_file');
  if (token !== undefined) return { kind: 'bearer', tokenFile: token };
  return basic === undefined ? null : { kind: 'basic', passwordFile: basic };
}

function tlsOf({ ca_file: ca, cert_file: cert, key_file: key, server_name: serverName }: Said): TlsFiles | null {
  if ([ca, cert, key, serverName].every((one) => one === undefined)) return null;
  return { ca: ca ?? null, cert: cert ?? null, key: key ?? null, serverName: serverName ?? null };
}

function ofProject(kind: ServerKind, { project }: SettingsSources): Said[] {
  if (project === null) return [];
  return (project.deploy[kind] ?? []).map((said) => withPaths(said, project.root));
}

const PATHS = [
  'path',
  'pid_file',
  'bearer_token_file',
  'basic_auth_file',
  'ca_file',
  'cert_file',
  'key_file',
] as const satisfies readonly (keyof Said)[];

function withPaths(said: Said, base: string): Said {
  const paths = PATHS.flatMap((key) => {
    const path = said[key];
    return path === undefined ? [] : [[key, isAbsolute(path) ? path : resolve(base, path)]];
  });
  return { ...said, ...Object.fromEntries(paths) };
}

function ofFlags(kind: ServerKind, { flags, base }: SettingsSources): Said[] {
  const [urls, paths, pidFiles] =
    kind === 'prometheus'
      ? [flags.prometheusUrl, flags.rulePath, flags.prometheusPidFile]
      : [flags.alertmanagerUrl, flags.alertmanagerPath, flags.alertmanagerPidFile];
  const common: Said = defined({
    ...(flags.reload === false && { reload: false }),
    ...(flags.validate === false && { validate: false }),
    ...(flags.backup === false && { backup: false }),
    ...(flags.reloadTimeout !== undefined && { reload_timeout: flags.reloadTimeout }),
  });
  if (flags.reloadTimeout !== undefined) milliseconds(flags.reloadTimeout, '--reload-timeout');
  const names =
    kind === 'prometheus' ? ['--prometheus-url', '--rule-path'] : ['--alertmanager-url', '--alertmanager-path'];
  return zip({ urls: urls ?? [], paths: paths ?? [], pidFiles: pidFiles ?? [] }, names.join(' and '), common, base);
}

/** `PROMETHEUS_URL` and so on; the brothers of `PROMETHEUS_RULE_PATH` and `_VALIDATE_RULES` end in `_CONFIG_PATH` and `_VALIDATE_CONFIG`. */
function ofEnvironment(kind: ServerKind, { env, base }: SettingsSources): Said[] {
  const prefix = kind.toUpperCase();
  const what = kind === 'prometheus' ? ['RULE_PATH', 'VALIDATE_RULES'] : ['CONFIG_PATH', 'VALIDATE_CONFIG'];
  const [pathName, validateName] = what.map((name) => `${prefix}_${name}`);
  const text = (name: string): string | undefined => env[`${prefix}_${name}`]?.trim() || undefined;
  const timeout = text('RELOAD_TIMEOUT');
  if (timeout !== undefined) milliseconds(timeout, `${prefix}_RELOAD_TIMEOUT`);
  const entries = {
    reload: yesOrNo(env, `${prefix}_RELOAD_ENABLED`),
    reload_timeout: timeout,
    validate: yesOrNo(env, validateName ?? ''),
    backup: yesOrNo(env, `${prefix}_BACKUP_ENABLED`),
    bearer_token_file: text('BEARER_TOKEN_FILE'),
    basic_auth_file: text('BASIC_AUTH_FILE'),
    ca_file: text('CA_FILE'),
    cert_file: text('CERT_FILE'),
    key_file: text('KEY_FILE'),
    server_name: text('SERVER_NAME'),
  };
  const common = Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined));
  const lists = {
    urls: listed(env[`${prefix}_URL`]),
    paths: listed(env[pathName ?? '']),
    pidFiles: listed(env[`${prefix}_PID_FILE`]),
  };
  return zip(lists, `${prefix}_URL and ${pathName}`, common, base);
}

interface Lists {
  readonly urls: readonly string[];
  readonly paths: readonly string[];
  readonly pidFiles: readonly string[];
}

/** One of each for each server; a single path is that of all. */
function zip({ urls, paths, pidFiles }: Lists, names: string, common: Said, base: string): Said[] {
  const count = Math.max(urls.length, paths.length);
  const uneven = [urls, paths, pidFiles].some((list) => list.length > 1 && list.length !== count);
  if (uneven || (urls.length === 1 && paths.length > 1))
    throw new Unusable(`${names} name different numbers of servers`, 'Give one of each for each server.');
  const pick = (list: readonly string[], index: number): string | undefined =>
    list.length === 1 ? list[0] : list[index];
  const servers = Array.from({ length: count }, (_, index): Said => {
    const [url, path, pidFile] = [urls, paths, pidFiles].map((list) => pick(list, index));
    return {
      ...common,
      ...(url !== undefined && { url }),
      ...(path !== undefined && { path }),
      ...(pidFile !== undefined && { pid_file: pidFile }),
    };
  });
  const [pidFile] = pidFiles;
  const rest: Said = { ...common, ...(pidFile !== undefined && { pid_file: pidFile }) };
  // Without a server of its own, a layer speaks of those that another one names.
  const said = servers.length > 0 ? servers : Object.keys(rest).length > 0 ? [rest] : [];
  return said.map((one) => withPaths(one, base));
}

function listed(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** `30` is seconds, as the variable is known elsewhere. */
function milliseconds(text: string, name: string): number {
  const seconds = /^\d+$/.test(text) ? Number(text) : durationSeconds(text);
  if (seconds === null || seconds <= 0 || seconds > 24 * 3600)
    throw new Unusable(`${name} is no duration of at most a day: ${text.slice(0, 50)}`, 'E.g. 60s or 5m.');
  return seconds * 1000;
}

function yesOrNo(env: SettingsSources['env'], name: string): boolean | undefined {
  const text = env[name]?.trim().toLowerCase() ?? '';
  if (text === '') return undefined;
  if (['true', '1', 'yes', 'on'].includes(text)) return true;
  if (['false', '0', 'no', 'off'].includes(text)) return false;
  throw new Unusable(`${name} is neither true nor false: ${text.slice(0, 50)}`);
}

function wholeNumber(env: SettingsSources['env'], name: string): number | undefined {
  const text = env[name]?.trim() ?? '';
  if (text === '') return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new Unusable(`${name} is no whole number: ${text.slice(0, 50)}`);
  return Number(text);
}
