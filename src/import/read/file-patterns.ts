/**
 * Whether a pattern of prometheus.yml, such as `/etc/prometheus/sd/node-*.yml`, can be about a file. Where the server
 * has its files is not known here, so the names of the file and of the folder that it lies in decide.
 */
export function fileMatches(pattern: string, file: string): boolean {
  const [patternName = '', patternFolder] = pattern.split('/').reverse();
  const [name = '', folder] = file.split('/').reverse();
  if (!matchesName(patternName, name)) return false;
  return patternFolder === undefined || folder === undefined || patternFolder === '.' || folder === patternFolder;
}

/** With `*` for any characters, and `?` for one; nothing is looked up. */
function matchesName(pattern: string, name: string): boolean {
  const parts = pattern
    .split(/([*?])/)
    .map((part) => (part === '*' ? '[^/]*' : part === '?' ? '[^/]' : part.replace(/[\\.+()|[\]{}^$]/g, '\\$&')));
  return (pattern.match(/\*/g) ?? []).length <= 4 && new RegExp(`^${parts.join('')}$`).test(name);
}
