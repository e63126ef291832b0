import type { Transaction } from '#libs/persistence';

/**
 * What reads facts of several sources before it decides, and must therefore not run beside what brings them:
 * at READ COMMITTED neither would see the other, and nobody would look again. A turn lasts until the
 * transaction ends, and what is read after it was taken is all that others have committed.
 */
const turns = {
  assessment: 1,
  allotment: 2,
  families: 3,
  /** Repairs of a night, whose limits count together; before the others. */
  looks: 4,
} as const;

export type Turn = keyof typeof turns;

/** False: somebody else has it; there will be another round. */
export async function tryTurn(tx: Transaction, turn: Turn): Promise<boolean> {
  const { rows } = await tx.query<{ mine: boolean }>(
    'select pg_try_advisory_xact_lock(7272, $1) as mine',
    [turns[turn]],
  );
  return rows[0]?.mine === true;
}

/** Waits for each in the order given: always looks before assessment before allotment before families. */
export async function takeTurns(tx: Transaction, ...wanted: readonly Turn[]): Promise<void> {
  for (const turn of wanted) {
    await tx.query('select pg_advisory_xact_lock(7272, $1)', [turns[turn]]);
  }
}
