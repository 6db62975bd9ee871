// Preloaded into the measured process: leaves its peak memory, in KiB, in a file.
import { writeFileSync } from 'node:fs';

process.on('exit', () => {
  writeFileSync(process.env.AAMI_BENCH_RSS ?? '/dev/null', String(process.resourceUsage().maxRSS));
});
