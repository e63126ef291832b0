import type pg from 'pg';

/** A life of a database, as its records bear it. */
export type Incarnation = {
  readonly epoch: string;
  /** Its ancestors, the nearest first: `parent:branch`, what the parent sent below it is stated here too. */
  readonly lineage: string;
};

/** Who reads after more restores than these without a record in between stops, and a person decides. */
export const ancestorsMax = 16;

/**
 * The newest incarnation of this database; a new one where it is no longer the one that the newest was: another server,
 * another timeline (restored to a point in time, a replica promoted), another database (restored from a dump), or a
 * generation raised by hand. Rows on their way go under their old numbers first: who sent them once already sent these.
 * The timeline is that of the log being written: the last checkpoint's may be that of before the promotion.
 */
export async function beginIncarnation(client: pg.Client, fence: string): Promise<Incarnation> {
  await client.query('select platform.begin_incarnation($1)', [fence]);
  return newestIncarnation(client);
}

export async function newestIncarnation(client: pg.Client): Promise<Incarnation> {
  const { rows } = await client.query<{
    epoch: string;
    parent_epoch: string | null;
    branch_seq: string;
  }>(
    `select epoch::text, parent_epoch::text, branch_seq::text
       from platform.incarnation order by epoch desc limit ${ancestorsMax}`,
  );
  const [newest] = rows;
  if (!newest) throw new Error('this database has had no relay yet');
  const lineage = rows
    .filter(({ parent_epoch }) => parent_epoch !== null)
    .map(({ parent_epoch, branch_seq }) => `${parent_epoch}:${branch_seq}`);
  return { epoch: newest.epoch, lineage: lineage.join(' ') };
}
