// A home through a virtual week of drops, restarts and moves: its heap after each day, which must not grow. In a process of its own.
//   npm run bench -- week
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** At most so many times the heap of the third day, by which all that is bounded is full. */
const MOST = 1.1;
const mb = (bytes) => bytes / 1e6;

const live = `
  const { runnerImport } = await import('vite');
  const { module: { liveAWeek } } = await runnerImport(${JSON.stringify(fileURLToPath(new URL('../test/core/home/week.ts', import.meta.url)))}, { configFile: false });
  const { days } = await liveAWeek(() => (gc(), process.memoryUsage().heapUsed));
  console.log(JSON.stringify(days));`;

export async function week() {
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', '--input-type=module', '-e', live], { cwd: new URL('..', import.meta.url) });
  const days = JSON.parse(stdout);
  const [first, third, last] = [days[0], days[2], days.at(-1)];
  const homes = days.reduce((sum, day) => sum + day.homes, 0);
  return [
    { name: `heap after a virtual week, ${homes} homes`, value: mb(last.heapBytes), unit: 'MB', against: 'after its third day', other: mb(third.heapBytes), ratio: last.heapBytes / third.heapBytes, most: MOST },
    { name: 'the same', value: mb(last.heapBytes), unit: 'MB', against: 'after its first day', other: mb(first.heapBytes), ratio: last.heapBytes / first.heapBytes },
    { name: 'timers and connections, at most', value: Math.max(...days.map(({ sleeping, open }) => sleeping + open)), unit: '', against: 'on the first day', other: first.sleeping + first.open, ratio: Math.max(...days.map(({ sleeping, open }) => sleeping + open)) / (first.sleeping + first.open), most: 2 },
  ];
}

if (import.meta.filename === process.argv[1]) console.table(await week());
