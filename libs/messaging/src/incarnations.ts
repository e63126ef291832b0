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
  await client.query(
    `with held as (
       select next_seq, ids, generation from platform.relay_state where fence = $1 for update),
     me as (
       select (select system_identifier::text from pg_control_system()) as system_identifier,
              left(pg_walfile_name(pg_current_wal_lsn()), 8) as timeline,
              (select oid::bigint from pg_database where datname = current_database()) as database_oid),
     newest as (select * from platform.incarnation order by epoch desc limit 1)
     insert into platform.incarnation
       (epoch, system_identifier, timeline, database_oid, generation, parent_epoch, branch_seq)
     select greatest(newest.epoch + 1, floor(extract(epoch from clock_timestamp()) * 1000)::bigint), me.*,
            held.generation, newest.epoch, held.next_seq
       from held cross join me left join newest on true
      where newest.epoch is null
         or held.ids is null
            and (newest.system_identifier, newest.timeline, newest.database_oid, newest.generation)
                is distinct from (me.system_identifier, me.timeline, me.database_oid, held.generation)`,
    [fence],
  );
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
