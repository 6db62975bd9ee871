/** Longest argument list that every system takes, with room for the environment. */
const MAX_ARGUMENT_BYTES = 96 * 1024;
/** Small enough to show progress, large enough that the start of a process (30 ms) does not count. */
const MAX_FILES = 250;

export interface Sized {
  readonly path: string;
  readonly content: string;
}

/** Splits files into batches for so many processes at a time, about equal in size of content. */
export function batches<T extends Sized>(files: readonly T[], parallel: number): T[][] {
  const total = files.reduce((sum, file) => sum + file.content.length + 1, 0);
  const share = Math.ceil(total / Math.max(1, parallel));
  const made: T[][] = [];
  let current: T[] = [];
  let size = 0;
  let argumentBytes = 0;
  for (const file of files) {
    const bytes = Buffer.byteLength(file.path) + 1;
    if (
      current.length > 0 &&
      (size >= share || current.length >= MAX_FILES || argumentBytes + bytes > MAX_ARGUMENT_BYTES)
    ) {
      made.push(current);
      current = [];
      size = 0;
      argumentBytes = 0;
    }
    current.push(file);
    size += file.content.length + 1;
    argumentBytes += bytes;
  }
  if (current.length > 0) made.push(current);
  return made;
}

/** Runs the jobs, so many at a time; results in the order of the jobs. */
export async function inParallel<T, R>(
  items: readonly T[],
  parallel: number,
  job: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [at, item] of queue) results[at] = await job(item);
  };
  await Promise.all(Array.from({ length: Math.min(parallel, items.length) }, worker));
  return results;
}
