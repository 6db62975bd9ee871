import { printableJson } from '../../diagnostics/reporters/printable-json.js';
import type { CheckRun } from '../types.js';

/** For programs. Values are numbers, but for those that JSON does not have. */
export function json({ milliseconds, samples, ...run }: CheckRun): string {
  const metrics = samples.map(({ metric, labels, value, type, help }) => {
    const number = Number(value);
    return { metric, labels: Object.fromEntries(labels), value: Number.isFinite(number) ? number : value, type, help };
  });
  return printableJson({ ...run, milliseconds: Math.round(milliseconds), metrics });
}
