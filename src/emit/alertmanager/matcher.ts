import type { Matcher } from '../../model/types.js';

/**
 * A matcher as every version of Alertmanager reads it: the older ones know three escapes, and take all others,
 * which PromQL has, for the text itself.
 */
export function alertmanagerMatcher({ label, op, value }: Matcher): string {
  const escaped = value.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n');
  return `${label}${op}"${escaped}"`;
}
