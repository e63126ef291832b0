import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { freshDatabase } from '#libs/testing';
import { localDate } from '#libs/time';
import { writeDeltaAaf, writeFullAaf } from '../support/generator/formats/aaf-days.js';
import { PopulationDays } from '../support/generator/school-years/population-days.js';
import { importFolder, keyEverybody } from './directory/one-import.js';
import { medianOf, round3 } from './orders/rates.js';

/**
 * A first full AAF-1D import of a source that delivers deltas, then what has changed in the seven weeks after it, which is
 * about one person in a hundred: arrivals, departures, moves, separations, corrections. `deltaOverFull` is the time of
 * the delta as a share of the time of the full import before it, and the same in CPU: of a small directory a delta waits
 * for some 250 statements rather than for what they do.
 */
const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '20000' },
    json: { type: 'boolean', default: false },
  },
});
const size = Number(values.size);
if (!Number.isSafeInteger(size) || size < 1) throw new RangeError('--size is a number of people');

const source = 'aaf1d-nantes';
const first = localDate('2025-10-01');
/** Three times seven weeks, of which the median counts. */
const days = [localDate('2025-11-22'), localDate('2026-01-13'), localDate('2026-03-07')];

const root = mkdtempSync(join(tmpdir(), 'bench-delta-'));
const fresh = await freshDatabase('directory');
try {
  const population = new PopulationDays({ seed: 1, size });
  const written = writeFullAaf(population, { folder: emptyFolder('full'), day: first });
  const people = written.pupils + written.guardians + written.staff;
  await onDay(first);
  await fresh.database.query(
    `insert into declared_source (source_code, kind, title, academy_code, priority, departments, uais, profiles, enabled, delivers_deltas)
     values ($1, 'AAF_1D', 'AAF', '17', 10, '{}', '{}', '{}', true, true)`,
    [source],
  );
  const full = await importFolder(fresh, { root, folder: 'full', source });
  if (full.report.peopleApplied !== people)
    throw new Error(`${full.report.peopleApplied} people instead of ${people}`);
  await keyEverybody(fresh);
  const deltas: { seconds: number; cpuSeconds: number; named: number; applied: number }[] = [];
  for (const [at, day] of days.entries()) {
    const folder = `delta-${at}`;
    const since = days[at - 1] ?? first;
    const delta = writeDeltaAaf(population, { folder: emptyFolder(folder), day, since });
    await onDay(day);
    const { seconds, cpuSeconds, report } = await importFolder(fresh, { root, folder, source });
    await keyEverybody(fresh);
    const named = delta.pupils + delta.guardians + delta.staff;
    if (report.peopleApplied === 0) throw new Error(`${folder} changed nobody`);
    deltas.push({ seconds, cpuSeconds, named, applied: report.peopleApplied });
  }
  const over = (kind: 'seconds' | 'cpuSeconds') =>
    round3(medianOf(deltas.map((delta) => delta[kind] / full[kind])));
  const result = {
    name: 'directory-delta',
    size,
    rate: Math.round(people / full.seconds),
    unit: 'people/s',
    people,
    full: { seconds: round3(full.seconds), cpuSeconds: round3(full.cpuSeconds) },
    deltas: deltas.map(({ seconds, cpuSeconds, named, applied }) => ({
      ...{ seconds: round3(seconds), cpuSeconds: round3(cpuSeconds) },
      ...{ share: round3(named / people), named, applied },
    })),
    ratios: { deltaOverFull: over('seconds'), deltaOverFullInCpu: over('cpuSeconds') },
    peakRssMb: { bench: Math.round(process.resourceUsage().maxRSS / 1_024) },
  };
  console.log(values.json ? JSON.stringify(result) : result);
} finally {
  await fresh.drop();
  rmSync(root, { recursive: true });
}

function emptyFolder(name: string): string {
  const folder = join(root, name);
  mkdirSync(folder);
  return folder;
}

async function onDay(day: string): Promise<void> {
  await fresh.database.query('select platform.begin_day($1)', [day]);
}
