import { writeFileSync } from 'node:fs';

/** Loaded into a measured process with `--import`: leaves what it used in the file that BENCH_USAGE names. */
process.once('exit', () => {
  const file = process.env['BENCH_USAGE'];
  if (file === undefined) return;
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  writeFileSync(file, JSON.stringify({ cpuS: (userCPUTime + systemCPUTime) / 1e6, peakMb: maxRSS / 1024 }));
});
