import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { digestFolder } from '../output/inspect.js';
import type { FileDigest } from '../output/manifest.js';
import { errorCode, type OutputTrouble, refused } from '../output/trouble.js';
import {
  deployedNumber,
  formatRecord,
  type Generation,
  generationFolder,
  generationsOf,
  journalPath,
  LIVE_NAME,
  recordPath,
  STORE_NAME,
  storeOf,
  type Unconfirmed,
} from './generations.js';
import type { LivePlace } from './parts.js';

/** Readable for all: Prometheus or a web server reads them as another user. What replaces a file keeps the mode of that. */
const FILE_MODE = 0o644;
const FOLDER_MODE = 0o755;
const STAGING_PREFIX = '.new-';
/** The link to what was before, ready to be put back: on a full disk it could not be made. */
const BACK_NAME = 'back';

/** Why aami will not touch a live folder; null: it may. */
export function checkLiveFolder({ folder }: LivePlace): OutputTrouble | null {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    return refused(`There is no live folder ${folder}`, 'Make it, readable for the server that looks into it.');
  for (const [name, isOurs] of [
    [LIVE_NAME, deployedNumber(folder) !== null],
    [STORE_NAME, lstatSync(storeOf(folder), { throwIfNoEntry: false })?.isDirectory() === true],
  ] as const) {
    if (isOurs || lstatSync(join(folder, name), { throwIfNoEntry: false }) === undefined) continue;
    return refused(
      `${join(folder, name)} is there already, and aami did not make it`,
      'Move it away, or name another live folder.',
    );
  }
  return null;
}

/** The store of a live folder, which may be new. */
export function prepareStore({ folder }: LivePlace): void {
  const owner = statSync(folder);
  for (const path of [storeOf(folder), generationsOf(folder)]) {
    // Another deploy may make it at this very moment.
    if (existsSync(path)) continue;
    mkdirSync(path, { recursive: true });
    adopt(path, owner, FOLDER_MODE);
  }
}

/** Removes what a deploy that was killed has left half made. Only under the lock. */
export function removeLeftovers({ folder }: LivePlace): void {
  const deployed = deployedNumber(folder);
  for (const name of ['link', BACK_NAME]) rmSync(join(storeOf(folder), name), { force: true });
  for (const name of readdirSync(generationsOf(folder))) {
    const number = Number(name);
    // What servers read stays, even if somebody has removed the record of it.
    const stays = Number.isInteger(number) && (number === deployed || existsSync(recordPath(folder, number)));
    if (!stays) rmSync(join(generationsOf(folder), name), { recursive: true, force: true });
  }
}

/** Files of the deployed generation that are not as they were installed. */
export function editedByHand(folder: string, generation: Generation): string[] {
  const now = digestFolder(generationFolder(folder, generation.number));
  now.delete(basename(recordPath(folder, generation.number)));
  const paths = new Set([...generation.files.keys(), ...now.keys()]);
  return [...paths].filter((path) => !sameFile(generation.files.get(path), now.get(path))).sort();
}

function sameFile(one: FileDigest | undefined, other: FileDigest | undefined): boolean {
  return one?.sha256 === other?.sha256 && one?.size === other?.size;
}

/**
 * Writes a generation, whole and safely on the disk, where nobody reads it yet. Owner and mode are those of the files
 * that it is to replace.
 */
export function writeGeneration(place: LivePlace, generation: Generation, files: ReadonlyMap<string, string>): void {
  const staging = join(generationsOf(place.folder), `${STAGING_PREFIX}${generation.number}`);
  try {
    fillStaging(staging, place, generation, files);
    renameSync(staging, generationFolder(place.folder, generation.number));
    syncFolder(generationsOf(place.folder));
  } catch (error) {
    rmSync(staging, { recursive: true, force: true });
    throw error;
  }
}

function fillStaging(
  staging: string,
  { folder, part }: LivePlace,
  generation: Generation,
  files: ReadonlyMap<string, string>,
): void {
  const deployed = deployedNumber(folder);
  const old = deployed === null ? null : generationFolder(folder, deployed);
  const owner = statSync(folder);
  const statsOf = (path: string): Stats | undefined =>
    old === null ? undefined : statSync(join(old, path), { throwIfNoEntry: false });
  const folders = new Set<string>();
  const makeFolder = (path: string): void => {
    if (folders.has(path)) return;
    if (path !== '.') makeFolder(dirname(path));
    mkdirSync(join(staging, path));
    const replaced = statsOf(path);
    adopt(join(staging, path), replaced ?? owner, replaced === undefined ? FOLDER_MODE : replaced.mode & 0o777);
    folders.add(path);
  };
  makeFolder('.');
  // A part may be empty, and its folder is there nevertheless: the link leads to it.
  makeFolder(part);
  for (const [path, text] of files) {
    makeFolder(dirname(path));
    const replaced = statsOf(path);
    const mode = replaced === undefined ? FILE_MODE : replaced.mode & 0o777;
    writeDurably(join(staging, path), text, replaced ?? owner, mode);
  }
  writeDurably(join(staging, basename(recordPath(folder, 0))), formatRecord(generation), owner, FILE_MODE);
  for (const path of folders) syncFolder(join(staging, path));
}

export function removeGeneration(folder: string, number: number): void {
  // Without its record it is none, however much of it is left.
  rmSync(recordPath(folder, number), { force: true });
  rmSync(generationFolder(folder, number), { recursive: true, force: true });
}

/** Makes the servers find a generation, in one step; null: none, as before the first deploy. */
export function switchTo(place: LivePlace, number: number | null): void {
  const { folder, part } = place;
  const live = join(folder, LIVE_NAME);
  const before = deployedNumber(folder);
  if (number === null) {
    if (before !== null) unlinkSync(live);
  } else {
    renameSync(linkTo(number, place), live);
  }
  syncFolder(folder);
  if (before !== null && before !== number) knock(join(generationFolder(folder, before), part, 'sd'));
}

/** A link beside the live one, which is ready to replace it. */
function linkTo(number: number, { folder, part }: LivePlace): string {
  const target = join(STORE_NAME, 'generations', String(number), part);
  const back = join(storeOf(folder), BACK_NAME);
  if (lstatSync(back, { throwIfNoEntry: false }) !== undefined && readlinkSync(back) === target) return back;
  const link = join(storeOf(folder), 'link');
  symlinkSync(target, link);
  return link;
}

/** Sees to it that a generation can be put back whatever happens to the disk. */
export function prepareWayBack({ folder, part }: LivePlace, number: number | null): void {
  const back = join(storeOf(folder), BACK_NAME);
  rmSync(back, { force: true });
  if (number !== null) symlinkSync(join(STORE_NAME, 'generations', String(number), part), back);
}

/**
 * Prometheus watches the folders of targets, through the link, so it still watches those of the generation before. A
 * file that comes and goes there makes it look, through the link again.
 */
function knock(folder: string): void {
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (!entry.isDirectory()) continue;
      const path = join(folder, entry.name, '.aami-look');
      writeFileSync(path, '');
      rmSync(path, { force: true });
    }
  } catch (error) {
    // Then it looks when its refresh_interval is over.
    if (errorCode(error) === null) throw error;
  }
}

/** Says that a switch is under way, until it is confirmed or undone. */
export function noteUnconfirmed(folder: string, note: Unconfirmed): void {
  const path = journalPath(folder);
  const fresh = `${path}.new`;
  writeDurably(fresh, `${JSON.stringify(note)}\n`, statSync(folder), FILE_MODE);
  renameSync(fresh, path);
  syncFolder(storeOf(folder));
}

export function noteConfirmed(folder: string): void {
  rmSync(join(storeOf(folder), BACK_NAME), { force: true });
  rmSync(journalPath(folder), { force: true });
  syncFolder(storeOf(folder));
}

/** Removes the oldest beyond those to keep; never the deployed one. */
export function prune(folder: string, generations: readonly Pick<Generation, 'number'>[], keep: number): void {
  const deployed = deployedNumber(folder);
  const others = generations.filter(({ number }) => number !== deployed);
  try {
    for (const { number } of others.slice(Math.max(0, keep - 1))) removeGeneration(folder, number);
  } catch (error) {
    // What was deployed is confirmed; the next deploy removes the rest.
    if (errorCode(error) === null) throw error;
  }
}

function writeDurably(path: string, text: string, owner: Stats, mode: number): void {
  const fd = openSync(path, 'w', mode);
  try {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  adopt(path, owner, mode);
}

/** Only root can give files away; others keep what they make. */
function adopt(path: string, { uid, gid }: Stats, mode: number): void {
  if (process.getuid?.() === 0) chownSync(path, uid, gid);
  chmodSync(path, mode);
}

function syncFolder(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
