import { amount, thousands } from '../diagnostics/amounts.js';
import type { BuiltFrom } from '../output/manifest.js';
import type { OutputChanges } from '../output/plan.js';
import { type Counts, describeCounts, describeTime } from './summary.js';

/** What a build did. */
export interface BuildReport {
  /** The output folder, as it is shown. */
  readonly output: string;
  readonly counts: Counts;
  /** null: of no commit that is known. */
  readonly source: BuiltFrom | null;
  readonly files: OutputChanges;
  /** null: the bundles are not signed. */
  readonly signed: SignedBy | null;
  /** By promtool; null: by aami's own checks alone. */
  readonly verified: VerifiedBy | null;
  /** The same of alertmanager.yml, where there is one. */
  readonly amtool?: VerifiedBy | null;
  readonly milliseconds: number;
}

export interface SignedBy {
  readonly bundles: number;
  /** The number of the build that the signatures speak of. */
  readonly number: number;
  /** Fingerprint of the public key, in hex. */
  readonly key: string;
}

export interface VerifiedBy {
  readonly tool: string;
  readonly version: string;
  /** Files that the tool looked at now, and those that it is known to accept. */
  readonly checked: number;
  readonly remembered: number;
}

/** For people: what, where, what changed, who vouches for it. */
export function describeBuild(report: BuildReport): string {
  const { output, counts, source, files, signed, verified, amtool, milliseconds } = report;
  return [
    `Built ${output}: ${describeCounts(counts)}`,
    `  files     ${describeChanges(files)}`,
    ...(source === null ? [] : [`  from      ${describeSource(source)}`]),
    ...(signed === null ? [] : [`  signed    ${describeSigned(signed)}`]),
    `  verified  ${describeVerification(verified, amtool)}`,
    `  time      ${describeTime(milliseconds)}`,
    '',
  ].join('\n');
}

/** `1a2b3c4d5e, build 120` */
export function describeSource({ revision, number, dirty }: BuiltFrom): string {
  const parts = [revision?.slice(0, 10) ?? null, number === null ? null : `build ${number}`];
  const known = parts.filter((part) => part !== null).join(', ');
  return dirty ? `${known}, with changes that are not committed` : known;
}

const describeSigned = ({ bundles, number, key }: SignedBy): string =>
  `${amount(bundles, 'bundle')} as build ${number}, by key ${key.slice(0, 16)}`;

function describeChanges({ added, changed, removed, unchanged }: OutputChanges): string {
  const parts = [
    [added.length, 'added'],
    [changed.length, 'changed'],
    [removed.length, 'removed'],
    [unchanged, 'unchanged'],
  ] as const;
  const some = parts.filter(([count]) => count > 0).map(([count, what]) => `${thousands(count)} ${what}`);
  return some.length === 0 ? 'none' : some.join(', ');
}

function describeVerification(promtool: VerifiedBy | null, amtool: VerifiedBy | null | undefined): string {
  if (amtool === undefined) return promtool === null ? 'by aami alone, not by promtool' : describeOne(promtool);
  if (promtool === null && amtool === null) return 'by aami alone, not by promtool and amtool';
  return [
    promtool === null ? 'by aami alone, not by promtool' : describeOne(promtool),
    amtool === null ? 'alertmanager.yml by aami alone' : describeOne(amtool),
  ].join('; ');
}

function describeOne({ tool, version, checked, remembered }: VerifiedBy): string {
  const known = remembered === 0 ? '' : `, ${amount(remembered, 'file')} known to be good`;
  return `by ${tool} ${version}: ${amount(checked, 'file')} checked${known}`;
}
