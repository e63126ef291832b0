import { Injectable } from '@nestjs/common';
import { arraysOf, Database, type Transaction } from '#libs/persistence';

/** One school as the directory's event tells it. */
export type SchoolState = {
  readonly uai: string;
  readonly name: string;
  /** The directory's: copies compare themselves with the owner by it. */
  readonly revision: number;
};

/** This service's own copy of what the directory tells about schools: their names. */
@Injectable()
export class SchoolNames {
  constructor(private readonly database: Database) {}

  /** By UAI; one that is not known has none. */
  async of(uais: readonly string[]): Promise<ReadonlyMap<string, string>> {
    if (uais.length === 0) return new Map();
    const { rows } = await this.database.query<{ uai: string; name: string }>(
      `select uai, name from school where uai = any($1) and name <> ''`,
      [[...new Set(uais)]],
    );
    return new Map(rows.map(({ uai, name }) => [uai, name]));
  }

  /** Each UAI once. A state that is no newer than the one that is known changes nothing. */
  async replace(tx: Transaction, schools: readonly SchoolState[]): Promise<void> {
    await tx.query(
      `insert into school (uai, name, revision)
       select * from unnest($1::text[], $2::text[], $3::bigint[])
       on conflict (uai) do update set name = excluded.name, revision = excluded.revision
       where school.revision < excluded.revision`,
      [...arraysOf(schools, 'uai', 'name', 'revision')],
    );
  }

  async remove(tx: Transaction, uais: readonly string[]): Promise<void> {
    await tx.query('delete from school where uai = any($1)', [uais]);
  }
}
