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

  async keepClass(uai: string, label: string, entId: string): Promise<void> {
    await this.database.query(
      `insert into ent_class (uai, label, ent_id) values ($1, $2, $3)
       on conflict (uai, label) do update set ent_id = excluded.ent_id`,
      [uai, label, entId],
    );
  }
}
