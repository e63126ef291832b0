import { Injectable } from '@nestjs/common';
import { type Transaction, UnitOfWork } from '#libs/persistence';
import { final } from './domain/directory-import.js';
import { ImportTurn } from './import-turn.pg.js';
import { forgetDoubts } from './plans/steps/matching-steps.pg.js';
import { freeReservedKeys } from './plans/steps/resolving-steps.pg.js';
import { finishMerges, forgetSides } from './plans/sides.pg.js';

const rowsMax = 20_000;
/** So long it can be undone that an import took somebody for somebody else, as after a merge (SUP-4). */
const matchDays = 89;
/** So long a report says where its remarks stand, and how its files were called; then how many they were. */
const remarkDays = 30;

/**
 * What was delivered goes when nothing is to come of it any more, and what was planned, identifiers of people, when the
 * plan has expired too, and where remarks stand (SUP-4): so many rows at a time. The figures stay.
 */
@Injectable()
export class EndedImports {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly imports: ImportTurn,
  ) {}

  /** False when there was nothing to remove. */
  async removeSome(): Promise<boolean> {
    return this.unitOfWork.run(async (tx) => {
      const { rows } = await tx.query<{ import_id: string; source: string }>(
        `select import_id, source from directory_import where state = any($1) and delivered_on is not null
           and content_digest is not null order by started_at limit 1 for update skip locked`,
        [final],
      );
      if (!rows[0])
        return (
          (await this.removeChanges(tx)) ||
          (await this.removeMatches(tx)) ||
          (await this.removeRemarkLines(tx)) ||
          (await this.forgetFileNames(tx)) ||
          this.forgetFolders(tx)
        );
      const { import_id: importId, source } = rows[0];
      for (const table of [
        'delete from delivered_link where ctid = any(array(select ctid from delivered_link where import_id = $1 limit $2))',
        'delete from delivered_place where ctid = any(array(select ctid from delivered_place where import_id = $1 limit $2))',
        'delete from delivered_absence where ctid = any(array(select ctid from delivered_absence where import_id = $1 limit $2))',
        'delete from delivered_person where ctid = any(array(select ctid from delivered_person where import_id = $1 limit $2))',
        `delete from held_before where ctid = any(array(
           select b.ctid from held_before b join directory_import i on i.import_id = $1 and i.source = b.source
           where not exists (select from directory_import o where o.source = b.source and o.state not in ('COMPLETED', 'REFUSED'))
           limit $2))`,
        'delete from delivered_structure where ctid = any(array(select ctid from delivered_structure where import_id = $1 limit $2))',
      ]) {
        const gone = await tx.query(table, [importId, rowsMax]);
        if (gone.rowCount) return true;
      }
      await tx.query(freeReservedKeys, [source, importId]);
      await tx.query(forgetDoubts, [importId]);
      await tx.query('update directory_import set content_digest = null where import_id = $1', [
        importId,
      ]);
      return true;
    });
  }

  private async removeChanges(tx: Transaction): Promise<boolean> {
    const { rowCount } = await tx.query(
      `delete from plan_change where ctid = any(array(
         select c.ctid from plan p join directory_import i using (import_id) join plan_change c using (plan_id)
         where i.state = any($1) and p.expires_on <= platform.business_date() limit $2))`,
      [final, rowsMax],
    );
    return rowCount !== null && rowCount > 0;
  }

  /** Not beside whoever merges or imports, and keeps for it what nothing else needs any more. */
  private async removeMatches(tx: Transaction): Promise<boolean> {
    const old = 'by_import and merged_on <= platform.business_date() - $1::int';
    const some = await tx.query(`select from person_merge where ${old} limit 1`, [matchDays]);
    if (some.rowCount === 0 || !(await this.imports.take(tx))) return false;
    const { rows } = await tx.query<{ merge_id: string; pair_id: string; stands: boolean }>(
      `select merge_id, pair_id, undone_on is null as stands from person_merge
       where ${old} limit $2`,
      [matchDays, rowsMax],
    );
    const mergeIds = rows.map(({ merge_id }) => merge_id);
    for (const sql of finishMerges) await tx.query(sql, [mergeIds]);
    for (const sql of forgetSides) await tx.query(sql);
    const pairIds = rows.filter(({ stands }) => stands).map(({ pair_id }) => pair_id);
    await tx.query('delete from doubtful_pair where pair_id = any($1::uuid[])', [pairIds]);
    return rows.length > 0;
  }

  private async removeRemarkLines(tx: Transaction): Promise<boolean> {
    const { rowCount } = await tx.query(
      `delete from remark_line where ctid = any(array(
         select l.ctid from directory_import i
         cross join lateral (select ctid from remark_line where import_id = i.import_id limit $3) as l
         where i.state = any($1) and i.started_on + $2::int <= platform.business_date() limit $3))`,
      [final, remarkDays, rowsMax],
    );
    return rowCount !== null && rowCount > 0;
  }

  /** A file that nobody could read may be called after a person; what was wrong with it is still told. */
  private async forgetFileNames(tx: Transaction): Promise<boolean> {
    const { rowCount } = await tx.query(
      `update import_remark r set message = regexp_replace(message, ' \\(.*\\)\\. ', '. ')
       where (import_id, code) = any(array(
         select (r.import_id, r.code) from import_remark r join directory_import i using (import_id)
         where r.code = 'SOURCE_UNREADABLE' and r.message ~ ' \\(.*\\)\\. ' and i.state = any($1)
           and i.started_on + $2::int <= platform.business_date() limit $3))`,
      [final, remarkDays, rowsMax],
    );
    return rowCount !== null && rowCount > 0;
  }

  /** So may be what they lay in. An academy's LDAP has no files. */
  private async forgetFolders(tx: Transaction): Promise<boolean> {
    const { rowCount } = await tx.query(
      `update directory_import set folder = import_id::text
       where import_id = any(array(
         select i.import_id from directory_import i join declared_source d on d.source_code = i.source
         where i.state = any($1) and i.started_on + $2::int <= platform.business_date() and d.kind <> 'LDAP'
           and i.folder <> i.import_id::text limit $3))`,
      [final, remarkDays, rowsMax],
    );
    return rowCount !== null && rowCount > 0;
  }
}
