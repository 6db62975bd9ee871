import { existsSync, mkdirSync } from 'node:fs';
import { digestFolder, readManifest } from './inspect.js';
import { acquireLock } from './lock.js';
import type { FileDigest } from './manifest.js';
import { loadNative, type NativeFileSystem } from './native.js';
import { checkOwnership, checkPlace, type OutputPlace, outputPlace } from './place.js';
import { changesBetween, type OutputChanges, type OutputPlan } from './plan.js';
import { recoverPrevious, removeQuietly, replaceOutput } from './replace.js';
import { createStaging, removeStaleStaging, writeStaging } from './staging.js';
import { type OutputTrouble, systemTrouble } from './trouble.js';

export interface ApplyRequest {
  /** The output folder, absolute. */
  readonly folder: string;
  /** The repo, absolute. */
  readonly repo: string;
  /** Folders, relative to the repo, that must not be written to and must not be replaced. */
  readonly sourceFolders: readonly string[];
  readonly plan: OutputPlan;
  /** Looks at the whole output in the folder where it is staged; false: it must not go out. */
  readonly verify?: ((folder: string) => Promise<boolean>) | undefined;
  /** How long to wait for another build; default 10 minutes. */
  readonly lockTimeoutMs?: number | undefined;
  /** Called once, when another build has to end first. */
  readonly onWait?: (() => void) | undefined;
  /** Ends the waiting for another build. */
  readonly signal?: AbortSignal | undefined;
  /** Default: the addon, if it loads. */
  readonly native?: NativeFileSystem | null | undefined;
}

export type ApplyResult =
  | { readonly kind: 'written'; readonly changes: OutputChanges }
  /** The output was already so, to the byte: it was not touched. */
  | { readonly kind: 'unchanged'; readonly changes: OutputChanges }
  /** `verify` said no: the previous output stands. */
  | { readonly kind: 'rejected' }
  | OutputTrouble;

const LOCK_TIMEOUT_MS = 10 * 60 * 1000;

/** Replaces the output folder by what is planned: whole or not at all, whenever the process ends. */
export async function applyOutput(request: ApplyRequest): Promise<ApplyResult> {
  const place = outputPlace(request.folder);
  try {
    const trouble = checkPlace(place, request.repo, request.sourceFolders);
    if (trouble !== null) return trouble;
    mkdirSync(place.parent, { recursive: true });
    const native = request.native === undefined ? loadNative() : request.native;
    const timeoutMs = request.lockTimeoutMs ?? LOCK_TIMEOUT_MS;
    const lock = await acquireLock(place.lock, native, { timeoutMs, onWait: request.onWait, signal: request.signal });
    if (lock.kind !== 'locked') return lock;
    try {
      return await applyLocked(request, place, native);
    } finally {
      lock.release();
    }
  } catch (error) {
    const trouble = systemTrouble(error, 'write the output');
    if (trouble === null) throw error;
    return trouble;
  }
}

async function applyLocked(
  { plan, verify }: ApplyRequest,
  place: OutputPlace,
  native: NativeFileSystem | null,
): Promise<ApplyResult> {
  recoverPrevious(place);
  removeStaleStaging(place);
  const trouble = checkOwnership(place);
  if (trouble !== null) return trouble;

  const before = currentFiles(place.folder, plan);
  const changes = changesBetween(before.files, plan.manifest.files);
  if (before.sameManifest && changes.unchanged === plan.files.length && changes.removed.length === 0) {
    const accepted = (await verify?.(place.folder)) ?? true;
    return accepted ? { kind: 'unchanged', changes } : { kind: 'rejected' };
  }

  const staging = createStaging(place);
  try {
    writeStaging(staging, plan, { folder: place.folder, files: before.files });
    const accepted = (await verify?.(staging)) ?? true;
    if (!accepted) return { kind: 'rejected' };
    replaceOutput(place, staging, native);
    return { kind: 'written', changes };
  } finally {
    removeQuietly(staging);
  }
}

interface CurrentFiles {
  readonly files: ReadonlyMap<string, FileDigest>;
  readonly sameManifest: boolean;
}

/** A manifest that differs is reason enough to write, and tells the changes; one that does not must be held against the files. */
function currentFiles(folder: string, plan: OutputPlan): CurrentFiles {
  if (!existsSync(folder)) return { files: new Map(), sameManifest: false };
  const known = readManifest(folder);
  const sameManifest = known?.text === plan.manifestText;
  if (known !== null && !sameManifest) return { files: known.manifest.files, sameManifest };
  return { files: digestFolder(folder), sameManifest };
}
