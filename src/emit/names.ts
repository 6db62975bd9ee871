/** Longest part of a file name that comes from a name the user chose; file systems stop at 255 bytes. */
const LONGEST = 100;

/** A name as a part of a file name: [A-Za-z0-9_.-] only, never hidden and never a way up. */
export function fileNamePart(name: string): string {
  const safe = name.replace(/[^A-Za-z0-9_.-]+/g, '_').slice(0, LONGEST);
  return safe === '' || safe.startsWith('.') ? `_${safe.slice(1)}` : safe;
}
