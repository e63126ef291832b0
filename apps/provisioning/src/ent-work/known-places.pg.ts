import { Injectable } from '@nestjs/common';
import { Database } from '#libs/persistence';

/** Identifiers that the ENT gave to schools and classes. */
@Injectable()
export class KnownPlaces {
  constructor(private readonly database: Database) {}

  async structureId(uai: string): Promise<string | undefined> {
    const { rows } = await this.database.query<{ ent_id: string }>(
      'select ent_id from ent_structure where uai = $1',
      [uai],
    );
    return rows[0]?.ent_id;
  }

  async keepStructure(uai: string, entId: string): Promise<void> {
    await this.database.query(
      'insert into ent_structure (uai, ent_id) values ($1, $2) on conflict (uai) do update set ent_id = excluded.ent_id',
      [uai, entId],
    );
  }

  async classId(uai: string, label: string): Promise<string | undefined> {
    const { rows } = await this.database.query<{ ent_id: string }>(
      'select ent_id from ent_class where uai = $1 and label = $2',
      [uai, label],
    );
    return rows[0]?.ent_id;
  }

  /** Our schools and labels of these classes, those alone that we made or took over. */
  async placesOf(
    classIds: readonly string[],
  ): Promise<{ uai: string; label: string; classId: string }[]> {
    const { rows } = await this.database.query<{ uai: string; label: string; classId: string }>(
      'select uai, label, ent_id as "classId" from ent_class where ent_id = any($1) order by 1, 2',
      [classIds],
    );
    return rows;
  }

  async keepClass(uai: string, label: string, entId: string): Promise<void> {
    await this.database.query(
      `insert into ent_class (uai, label, ent_id) values ($1, $2, $3)
       on conflict (uai, label) do update set ent_id = excluded.ent_id`,
      [uai, label, entId],
    );
  }

  /** Who was in the class that is gone is in none, and is behind. */
  async replaceClass(
    uai: string,
    label: string,
    { goneId, entId }: { goneId: string; entId: string },
  ): Promise<void> {
    await this.keepClass(uai, label, entId);
    if (goneId === entId) return;
    await this.database.query(
      `with stray as (delete from ent_place where ent_class_id = $1 returning account_id)
       insert into ent_task (account_id, priority)
       select distinct account_id, case profile when 'STUDENT' then 1 when 'RELATIVE' then 2 else 0 end
       from stray join account using (account_id)
       where state in ('PROVISIONED', 'ACTIVATED', 'SUSPENDED') order by account_id
       on conflict (account_id) do update set not_before = least(ent_task.not_before, now())`,
      [goneId],
    );
  }
}
