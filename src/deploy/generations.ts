import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type BuiltFrom, type FileDigest, formatManifest, parseManifest } from '../output/manifest.js';
import { errorCode } from '../output/trouble.js';
import { asObject } from '../silence/read.js';

/** The name in a live folder under which the deployed generation is found: a link, which is replaced in one step. */
export const LIVE_NAME = 'aami';
/** The folder beside it that holds the generations. */
export const STORE_NAME = '.aami';

export const storeOf = (folder: string): string => join(folder, STORE_NAME);
export const generationsOf = (folder: string): string => join(storeOf(folder), 'generations');
export const generationFolder = (folder: string, number: number): string => join(generationsOf(folder), String(number));

/** Something that was deployed to a live folder. */
export interface Generation {
  /** Counts up in each live folder. */
  readonly number: number;
  /** The build that it came from; null: that is not known. */
  readonly source: BuiltFrom | null;
  readonly inputs: string;
  readonly counts: Readonly<Record<string, number>>;
  /** Milliseconds since 1970. */
  readonly deployedAt: number;
  readonly deployedBy: string;
  /** By path in the folder of the generation. */
  readonly files: ReadonlyMap<string, FileDigest>;
}

/** What aami knows of a live folder. */
export interface LiveFolder {
  readonly folder: string;
  /** The newest first. */
  readonly generations: readonly Generation[];
  /** The one that the servers find. */
  readonly deployed: Generation | null;
  /** A deploy that was cut off before it was confirmed, or undone. */
  readonly unconfirmed: Unconfirmed | null;
}

export interface Unconfirmed {
  readonly to: number;
  /** The last that was confirmed; null: there was none. */
  readonly from: number | null;
  /** Whether `to` was made for this, and is nothing without it. */
  readonly fresh: boolean;
}

/** Never fails: what cannot be read is not there. */
export function readLiveFolder(folder: string): LiveFolder {
  const generations = numbersIn(folder)
    .flatMap((number) => readGeneration(folder, number) ?? [])
    .sort((a, b) => b.number - a.number);
  const live = deployedNumber(folder);
  return {
    folder,
    generations,
    deployed: generations.find(({ number }) => number === live) ?? null,
    unconfirmed: readUnconfirmed(folder),
  };
}

/** The number of the generation that the link leads to; null: there is no link of ours. */
export function deployedNumber(folder: string): number | null {
  try {
    const match = /^\.aami\/generations\/([1-9]\d{0,14})\/[a-z]+$/.exec(readlinkSync(join(folder, LIVE_NAME)));
    return match === null ? null : Number(match[1]);
  } catch (error) {
    if (errorCode(error) === null) throw error;
    return null;
  }
}

function numbersIn(folder: string): number[] {
  try {
    return readdirSync(generationsOf(folder)).flatMap((name) => (/^[1-9]\d{0,14}$/.test(name) ? [Number(name)] : []));
  } catch (error) {
    if (errorCode(error) === null) throw error;
    return [];
  }
}

export const recordPath = (folder: string, number: number): string =>
  join(generationFolder(folder, number), 'aami-generation.json');

/** Written as a manifest is, with when and by whom before it. */
export function formatRecord({ number, deployedAt, deployedBy, ...manifest }: Generation): string {
  const head = { generation: number, deployed_at: new Date(deployedAt).toISOString(), deployed_by: deployedBy };
  const lines = Object.entries(head).map(([key, value]) => `  "${key}": ${JSON.stringify(value)},\n`);
  return formatManifest(manifest).replace(/^\{\n/, `{\n${lines.join('')}`);
}

function readGeneration(folder: string, number: number): Generation | null {
  try {
    const text = readFileSync(recordPath(folder, number), 'utf8');
    const manifest = parseManifest(text);
    if (manifest === null) return null;
    const { deployed_at: at, deployed_by: by } = asObject(JSON.parse(text));
    const deployedAt = typeof at === 'string' ? Date.parse(at) : Number.NaN;
    return {
      number,
      ...manifest,
      deployedAt: Number.isNaN(deployedAt) ? 0 : deployedAt,
      deployedBy: typeof by === 'string' ? by : '',
    };
  } catch (error) {
    if (errorCode(error) === null) throw error;
    return null;
  }
}

export const journalPath = (folder: string): string => join(storeOf(folder), 'unconfirmed.json');

function readUnconfirmed(folder: string): Unconfirmed | null {
  try {
    const { to, from, fresh } = asObject(JSON.parse(readFileSync(journalPath(folder), 'utf8')));
    if (!Number.isSafeInteger(to)) return null;
    return { to: Number(to), from: Number.isSafeInteger(from) ? Number(from) : null, fresh: fresh === true };
  } catch {
    return null;
  }
}
