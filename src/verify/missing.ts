import { finding } from '../diagnostics/codes.js';
import type { Finding } from '../diagnostics/finding.js';

export type ToolName = 'promtool' | 'amtool';

/** A tool that cannot be used. */
export interface Absence {
  readonly name: ToolName;
  /** Why not. */
  readonly message: string;
  /** By which setting it was asked for, or null. */
  readonly setting: string | null;
}

const ABOUT: Record<ToolName, { readonly looksAt: string; readonly getIt: string; readonly of: string }> = {
  promtool: {
    looksAt: 'rule files, prometheus.yml and service discovery',
    of: 'Prometheus',
    getIt:
      'promtool is part of every Prometheus release: put it on the PATH, or name it with --promtool or AAMI_PROMTOOL.',
  },
  amtool: {
    looksAt: 'alertmanager.yml',
    of: 'Alertmanager',
    getIt: 'amtool is part of every Alertmanager release: put it on the PATH, or name it with --amtool or AAMI_AMTOOL.',
  },
};

/** What missing tools mean: said plainly, because an unverified output looks just like a verified one. */
export function toolsMissing(absences: readonly Absence[]): Finding {
  const about = absences.map(({ name }) => ABOUT[name]);
  const owners = about.map(({ of }) => `${of}'s`).join(' and ');
  const message = `${absences.map((one) => one.message).join('; ')}: ${about
    .map(({ looksAt }) => looksAt)
    .join(', and ')} were checked by aami alone, not by ${owners} own tool${about.length === 1 ? '' : 's'}`;
  const hint = `${about.map(({ getIt }) => getIt).join(' ')} \`--verify off\` says that you do without.`;
  return finding('verify/tool-missing', message.replace(/(: alertmanager\.yml) were/, '$1 was'), null, { hint });
}

/** The same where nothing goes on without the tool. */
export function toolRequired({ name, message, setting }: Absence): { message: string; hint: string } {
  return {
    message: `${message}, so nothing was compiled or checked`,
    hint:
      setting === null
        ? `${ABOUT[name].getIt} \`--verify auto\` goes on without it.`
        : `${setting} names it: correct it, or leave it out to use the ${name} on the PATH.`,
  };
}
