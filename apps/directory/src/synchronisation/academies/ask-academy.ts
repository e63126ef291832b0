import {
  type AcademyDirectories,
  type LdapReading,
  refusesSearch,
} from '../../sources/sources.module.js';
import { changesSince } from '../domain/academy-reading.js';
import type { OpenImport } from '../open-import.pg.js';

type Academy = Awaited<ReturnType<AcademyDirectories['of']>>;

/**
 * Reads an academy's directory, whole or what has changed since the last reading. Where it cannot be read to its end,
 * nothing is kept (LdapIncident). False when it was stopped: it begins again.
 */
export async function askAcademy(
  academies: Pick<AcademyDirectories, 'of'>,
  open: OpenImport,
  stopping: () => boolean,
): Promise<boolean> {
  const { delivery, work } = open;
  await delivery.begin();
  const academy = await academies.of(work.source.sourceCode);
  let upTo: Date | undefined;
  for await (const reading of readingsOf(open, academy, new Date())) {
    await delivery.stage(reading.records.filter(({ kind }) => kind !== 'structure'));
    upTo = reading.upTo;
    if (stopping()) return false;
  }
  await delivery.keep({ states: ['staff'], ...(upTo ? { readUpTo: upTo } : {}) });
  return true;
}

/** What was asked for as changes is read whole where there is nothing to begin at, or the server cannot be asked so. */
async function* readingsOf(
  open: OpenImport,
  academy: Academy,
  startedAt: Date,
): AsyncGenerator<LdapReading> {
  if (open.work.extent === 'DELTA') {
    const since = changesSince(await open.appliedUpTo(), startedAt);
    try {
      if (since) return yield* academy.readChanges(since, startedAt);
    } catch (error) {
      if (!refusesSearch(error)) throw error;
    }
    await open.becomeFull();
  }
  yield* academy.read(startedAt);
}
