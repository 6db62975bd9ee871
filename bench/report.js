// The figures of a run, each with the limit that the design sets it.
export const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

const rows = [];
/** `limit`: that of the design, or null for a figure that only goes with another. */
export function report(what, value, limit, unit = '') {
  const verdict = limit === null ? ['–', ''] : [`≤ ${limit}${unit}`, value <= limit ? 'met' : 'MISSED'];
  rows.push([what, `${value.toFixed(2)}${unit}`, ...verdict]);
  process.stderr.write(`${what}: ${value.toFixed(2)}${unit}\n`);
}

export function printReport() {
  const width = Math.max(...rows.map(([what]) => what.length));
  for (const [what, value, limit, verdict] of rows) {
    process.stdout.write(`${what.padEnd(width)}  ${value.padStart(11)}  ${limit.padStart(10)}  ${verdict}\n`);
  }
}
