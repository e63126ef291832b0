import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { CommitteeAlreadyEstablished, type Committee, type Seat } from './domain/committee.js';
import { Committees } from './committees.repository.js';

export const committeeColumns = 'id, market_code, kind, department, seats, version';

@Injectable()
export class PgCommittees extends Committees {
  async add(tx: Transaction, committee: Committee, on: LocalDate): Promise<void> {
    const { committeeId, marketCode, kind, department } = committee;
    const { rowCount } = await tx.query(
      `insert into committee (id, market_code, kind, department, established_on)
       values ($1, $2, $3, $4, $5) on conflict (market_code, kind, department) do nothing`,
      [committeeId, marketCode, kind, department, on],
    );
    if (rowCount === 1) return;
    throw new CommitteeAlreadyEstablished(
      'Cette instance existe déjà : modifiez sa composition ou prévoyez ses réunions.',
      { kind, department },
    );
  }

  async findForUpdate(tx: Transaction, committeeId: string) {
    const { rows } = await tx.query<CommitteeRow>(
      `select ${committeeColumns} from committee where id = $1 for update`,
      [committeeId],
    );
    return rows[0] && toCommittee(rows[0]);
  }

  async save(tx: Transaction, { committeeId, seats, version }: Committee): Promise<void> {
    await tx.query('update committee set seats = $2, version = $3 where id = $1', [
      committeeId,
      JSON.stringify(seats),
      version,
    ]);
  }

  async unknownOrganisations(
    tx: Transaction,
    marketCode: string,
    organisationIds: readonly string[],
  ): Promise<string[]> {
    const { rows } = await tx.query<{ id: string }>(
      `select wanted.id from unnest($2::text[]) as wanted (id)
        where not exists (select 1 from membership m where m.organisation_id = wanted.id and m.market_code = $1)`,
      [marketCode, organisationIds],
    );
    return rows.map(({ id }) => id);
  }
}

export type CommitteeRow = {
  id: string;
  market_code: string;
  kind: Committee['kind'];
  department: string;
  seats: Seat[];
  version: number;
};

export function toCommittee(row: CommitteeRow): Committee {
  return {
    committeeId: row.id,
    marketCode: row.market_code,
    kind: row.kind,
    department: row.department,
    seats: row.seats,
    version: row.version,
  };
}
