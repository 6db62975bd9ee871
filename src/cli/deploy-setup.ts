import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { type DeployFlags, type DeploySettings, deploySettings } from '../deploy/settings.js';
import { complain } from './complain.js';
import { type DeployProject, deployProject } from './deploy-project.js';
import { EXIT, type ExitCode } from './exit.js';
import type { Io } from './io.js';
import { isFolder } from './locate.js';
import type { CommonOptions } from './options.js';
import { userOf } from './user.js';

export interface ServersOptions extends CommonOptions, DeployFlags {
  readonly format: 'pretty' | 'json';
}

export interface DeploySetup {
  readonly kind: 'setup';
  readonly settings: DeploySettings;
  /** null: the command was not started in a repo. */
  readonly project: DeployProject | null;
  /** What paths of options are relative to. */
  readonly base: string;
}

type Failed = { readonly kind: 'failed'; readonly exit: ExitCode };

/** What options, repo and environment say of the servers; after a complaint, the exit code. */
export async function deploySetup(options: ServersOptions, io: Io): Promise<DeploySetup | Failed> {
  const base = resolve(io.cwd, options.C ?? '.');
  if (!isFolder(base)) {
    complain(io, `there is no folder ${options.C ?? base}`);
    return { kind: 'failed', exit: EXIT.usage };
  }
  const project = await deployProject(options, io);
  if (typeof project === 'number') return { kind: 'failed', exit: project };
  const read = deploySettings({ flags: options, project, env: io.env, base });
  if (!read.ok) {
    complain(io, read.message, read.hint);
    return { kind: 'failed', exit: EXIT.usage };
  }
  return { kind: 'setup', settings: read.settings, project, base };
}

/** Complains where there is no live folder to install anything into. */
export function hasLiveFolder({ settings }: DeploySetup, io: Io): boolean {
  const without = settings.servers.find(({ path }) => path === null);
  if (without !== undefined) {
    const [option, variable] =
      without.kind === 'prometheus'
        ? ['--rule-path', 'PROMETHEUS_RULE_PATH']
        : ['--alertmanager-path', 'ALERTMANAGER_CONFIG_PATH'];
    complain(
      io,
      `where are the files of ${without.access?.address.shown ?? without.kind}?`,
      `Give its live folder with ${option}, as \`path\` under \`deploy\` in aami.yaml, or in ${variable}.`,
    );
    return false;
  }
  if (settings.servers.length > 0 || settings.web !== null) return true;
  complain(
    io,
    'where to?',
    'Give live folders with --rule-path, --alertmanager-path or --web-root, or under `deploy` in aami.yaml.',
  );
  return false;
}

/** Who deploys: as a pipeline says, or the user of this machine. */
export function deployer({ env }: Io): string {
  const given = env.AAMI_DEPLOYED_BY || env.GITHUB_ACTOR || env.GITLAB_USER_LOGIN;
  return given || `${userOf(env)}@${hostname()}`;
}
