import { compareSnapshots } from '../diff/compare.js';
import { snapshotsOfOutputs } from '../diff/of-output.js';
import type { Json } from '../model/types.js';
import { digestFolder } from '../output/inspect.js';
import { type FileDigest, type Manifest, sha256 } from '../output/manifest.js';
import { changesBetween } from '../output/plan.js';
import type { OutputFiles } from '../output/read.js';
import { type Contents, contentsOf } from './contents.js';
import { deployedNumber, type Generation, generationFolder, type LiveFolder, readLiveFolder } from './generations.js';
import { isOlder, type Removal, removals, tooMany } from './guards.js';
import { editedByHand } from './install.js';
import type { DeployPlan, LostState, PlacePlan } from './outcome.js';
import { filesOfPart, type LivePlace, pathInBuild } from './parts.js';
import { confirmedOf, textsOf } from './places.js';
import type { DeploySettings } from './settings.js';

/** A live folder, what lies in it, and what is to lie in it. */
export interface PlacePreview {
  readonly place: LivePlace;
  readonly live: LiveFolder;
  readonly plan: PlacePlan;
  /** By path in the generation. */
  readonly files: ReadonlyMap<string, string>;
  readonly digests: ReadonlyMap<string, FileDigest>;
  /** What servers find now, and what they are to find, by path in the build. */
  readonly before: ReadonlyMap<string, string>;
  readonly after: ReadonlyMap<string, string>;
}

/** What a deploy would do to a live folder. */
export function previewPlace(place: LivePlace, output: OutputFiles, manifest: Manifest): PlacePreview {
  const live = readLiveFolder(place.folder);
  const { deployed } = live;
  const files = filesOfPart(output, place.part);
  const digests = new Map<string, FileDigest>();
  for (const [path, text] of files) digests.set(path, digestOf(path, text, manifest));
  const changes = changesBetween(filesOf(place.folder, deployed), digests);
  const edited = deployed === null ? [] : editedByHand(place.folder, deployed);
  const interrupted = live.unconfirmed !== null && live.unconfirmed.to === deployed?.number;
  const same =
    deployed !== null &&
    changes.added.length + changes.changed.length + changes.removed.length === 0 &&
    JSON.stringify(deployed.source) === JSON.stringify(manifest.source);
  const newest = Math.max(live.generations[0]?.number ?? 0, deployedNumber(place.folder) ?? 0);
  const to = same ? deployed.number : newest + 1;
  return {
    ...{ place, live, files, digests },
    plan: { ...place, from: deployed?.number ?? null, to, changes, edited, interrupted },
    before: textsOf(place.folder, deployed),
    after: new Map([...files].map(([path, text]) => [pathInBuild(path), text])),
  };
}

const digestOf = (path: string, text: string, { files }: Manifest): FileDigest =>
  files.get(pathInBuild(path)) ?? { sha256: sha256(text), size: Buffer.byteLength(text) };

/** What really lies there, by its path in the generation. */
function filesOf(folder: string, generation: Generation | null): ReadonlyMap<string, FileDigest> {
  if (generation === null) return new Map();
  const files = digestFolder(generationFolder(folder, generation.number));
  files.delete('aami-generation.json');
  return files;
}

/** All live folders together. */
export async function planDeploy(
  previews: readonly PlacePreview[],
  manifest: Manifest,
  warnings: readonly string[],
): Promise<DeployPlan> {
  const deployed = previews.flatMap(({ live }) => live.deployed ?? []);
  return {
    source: manifest.source,
    replaces: deployed[0]?.source ?? null,
    places: previews.map(({ plan }) => plan),
    removals: worstRemovals(previews),
    stateLost: await stateLost(previews),
    warnings: [...warnings, ...sourceWarnings(manifest, deployed), ...placeWarnings(previews)],
  };
}

/** A live folder that nothing was deployed to has nothing to lose. */
function worstRemovals(previews: readonly PlacePreview[]): readonly Removal[] {
  const known = new Map<string, Contents>();
  const all = previews
    .filter(({ live }) => live.deployed !== null)
    .map(({ before, after }) => removals(contentsOf(before), cached(known, after)));
  const [first, ...rest] = all;
  return (first ?? []).map((one, at) =>
    rest.reduce((worst, other) => {
      const candidate = other[at] ?? worst;
      return share(candidate) > share(worst) ? candidate : worst;
    }, one),
  );
}

const share = ({ before, removed }: Removal): number => (before === 0 ? 0 : removed / before);

function cached(known: Map<string, Contents>, files: ReadonlyMap<string, string>): Contents {
  const key = [...files.keys()].join('\n');
  const contents = known.get(key) ?? contentsOf(files);
  known.set(key, contents);
  return contents;
}

/** Of the first Prometheus: those of one deploy get the same. */
async function stateLost(previews: readonly PlacePreview[]): Promise<readonly LostState[]> {
  const prometheus = previews.find(({ place, live }) => place.part === 'prometheus' && live.deployed !== null);
  if (prometheus === undefined || prometheus.plan.from === prometheus.plan.to) return [];
  const { before, after } = snapshotsOfOutputs(prometheus.before, prometheus.after, new Map());
  const found = await compareSnapshots(before.snapshot, after.snapshot);
  return [
    ...found.stateLost.map(({ alerts, because, count }) => ({
      alerts,
      because: because
        .map(({ path, before: old, after: now }) => `${path} is ${shown(now)} instead of ${shown(old)}`)
        .join(', '),
      targets: count,
    })),
    ...found.staticRules
      .filter((one) => one.stateLost)
      .map(({ name, file }) => ({
        alerts: [name],
        because: `its labels or its place in rules/${file}`,
        targets: null,
      })),
  ];
}

const shown = (value: Json): string =>
  typeof value === 'string' ? value : value === null ? 'not set' : JSON.stringify(value);

function sourceWarnings({ source }: Manifest, deployed: readonly Generation[]): string[] {
  return [
    ...(source === null
      ? ['The build does not say of which commit it is, so nobody can tell whether it is older.']
      : []),
    ...(source?.dirty ? ['The build was made from files that were not committed.'] : []),
    ...(source !== null && deployed.some((one) => isOlder(source, one.source) === null)
      ? ['Nobody can tell whether the build is older than what is deployed: one of them has no number.']
      : []),
  ];
}

function placeWarnings(previews: readonly PlacePreview[]): string[] {
  return previews.flatMap(({ place, plan, live }) => [
    ...(plan.interrupted
      ? [
          `Generation ${plan.from} in ${place.folder} was never confirmed: a deploy was cut off. If this one fails, ${
            confirmedOf(live) === null ? 'nothing' : `generation ${confirmedOf(live)?.number}`
          } is what is gone back to.`,
        ]
      : []),
    ...plan.edited.map(
      (path) =>
        `${path} in ${place.folder} was changed by hand since it was deployed; what it holds stays in generation ${plan.from}.`,
    ),
  ]);
}

/** Why a deploy is refused; null: it is not. */
export function guardOf(
  plan: DeployPlan,
  deployed: readonly Generation[],
  { maxRemovals }: DeploySettings,
  { allowRemovals, force }: { readonly allowRemovals: boolean; readonly force: boolean },
): { readonly message: string; readonly hint: string } | null {
  const newer = deployed.find(({ source }) => isOlder(plan.source, source) === true);
  if (newer !== undefined && !force) {
    return {
      message: `The build has number ${plan.source?.number}, and number ${newer.source?.number} is deployed: it is older`,
      hint: 'Build anew, go back with `aami rollback`, or say --force.',
    };
  }
  const removed = plan.removals.filter((one) => tooMany(one, maxRemovals));
  if (removed.length === 0 || allowRemovals) return null;
  const parts = removed.map(({ of, before, removed: gone }) => `${gone} of ${before} ${of}`);
  return {
    message: `The build would remove ${parts.join(', ')}: more than ${maxRemovals} %`,
    hint: 'If that is meant, say --allow-removals.',
  };
}
