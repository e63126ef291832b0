import { Injectable } from '@nestjs/common';
import { arraysOf, rowWithoutNulls, type Transaction } from '#libs/persistence';
import type { SchoolTold } from './domain/school.js';

/** One school as the directory's event tells it. */
export type SchoolState = {
  readonly uai: string;
  /** Empty where the directory's source does not say it. */
  readonly insee: string;
  readonly isPublic: boolean;
  /** The directory's: copies compare themselves with the owner by it. */
  readonly revision: number;
};

/** This service's own copy of what the directory tells about schools: where they stand, whether they are public. */
@Injectable()
export class Schools {
  find(tx: Transaction, uai: string) {
    const told = 'select insee, is_public as "isPublic" from school where uai = $1';
    return rowWithoutNulls<SchoolTold>(tx, told, [uai]);
  }

  /** Each UAI once. An older state than the one that is known changes nothing. */
  async replace(tx: Transaction, schools: readonly SchoolState[]): Promise<void> {
    await tx.query(
      `insert into school (uai, insee, is_public, revision)
       select uai, nullif(insee, ''), is_public, revision
         from unnest($1::text[], $2::text[], $3::boolean[], $4::bigint[]) as s (uai, insee, is_public, revision)
       on conflict (uai) do update
         set insee = excluded.insee, is_public = excluded.is_public, revision = excluded.revision
         where school.revision <= excluded.revision`,
      [...arraysOf(schools, 'uai', 'insee', 'isPublic', 'revision')],
    );
  }

  async remove(tx: Transaction, uais: readonly string[]): Promise<void> {
    await tx.query('delete from school where uai = any($1)', [uais]);
  }
}
