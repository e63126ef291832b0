import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { ItemQuantity } from '#libs/trade';
import { Memberships } from '../memberships/register.module.js';
import {
  type Annexe2,
  type Annexe2Dossier,
  Annexes,
  type SignedAnnexe2,
} from './commitments.repository.js';
import type { Annexe2Line } from './domain/annexe2.js';

const annexe2Columns = 'id, sha256, file_name, dated_on, imported_by, verified_by';

@Injectable()
export class PgAnnexes extends Annexes {
  constructor(private readonly memberships: Memberships) {
    super();
  }

  async findForUpdate(tx: Transaction, membershipId: string): Promise<Annexe2Dossier | undefined> {
    const membership = await this.memberships.findForUpdate(tx, membershipId);
    if (!membership) return undefined;
    // After the lock, so that a transcription written meanwhile is seen.
    const annexes = await tx.query<AnnexeRow & { has_verified: boolean }>(
      `select ${annexe2Columns}, bool_or(verified_by is not null) over () as has_verified
         from annexe2 where membership_id = $1 order by id desc limit 1`,
      [membershipId],
    );
    const latest = annexes.rows[0];
    return {
      membershipId,
      organisationId: membership.organisation.organisationId,
      organisationKind: membership.organisation.kind,
      marketCode: membership.marketCode,
      status: membership.status,
      hasVerified: latest?.has_verified ?? false,
      ...(latest ? { latest: fromRow(latest) } : {}),
    };
  }

  async linesOf(tx: Transaction, annexe2Id: bigint): Promise<Annexe2Line[]> {
    const { rows } = await tx.query<LineRow>(
      'select line, beneficiary, item_code, quantity from annexe2_line where annexe2_id = $1 order by line',
      [annexe2Id],
    );
    return rows.map(({ line, beneficiary, item_code, quantity }) => ({
      line,
      beneficiary,
      itemCode: item_code,
      quantity: Number(quantity),
    }));
  }

  async inForce(tx: Transaction, membershipId: string) {
    const { rows } = await tx.query<AnnexeRow>(
      `select ${annexe2Columns} from annexe2
        where membership_id = $1 and verified_by is not null order by id desc limit 1`,
      [membershipId],
    );
    const row = rows[0];
    return row && { ...fromRow(row), lines: await this.linesOf(tx, row.id) };
  }

  async save(
    tx: Transaction,
    membershipId: string,
    annexe2: Omit<Annexe2, 'id' | 'verifiedBy'> & {
      importedOn: LocalDate;
      lines: readonly Annexe2Line[];
    },
  ): Promise<void> {
    const { lines } = annexe2;
    await tx.query(
      `with written as (
         insert into annexe2 (membership_id, sha256, file_name, dated_on, imported_by, imported_on)
         values ($1, $2, $3, $4, $5, $6) returning id)
       insert into annexe2_line (annexe2_id, line, beneficiary, item_code, quantity)
       select written.id, l.* from written,
              unnest($7::integer[], $8::text[], $9::text[], $10::bigint[]) as l (line, beneficiary, item_code, quantity)`,
      [
        membershipId,
        annexe2.sha256,
        annexe2.fileName,
        annexe2.datedOn,
        annexe2.importedBy,
        annexe2.importedOn,
        lines.map(({ line }) => line),
        lines.map(({ beneficiary }) => beneficiary),
        lines.map(({ itemCode }) => itemCode),
        lines.map(({ quantity }) => quantity),
      ],
    );
  }

  async markVerified(
    tx: Transaction,
    annexe2Id: bigint,
    { by, on, signed }: { by: string; on: LocalDate; signed?: SignedAnnexe2 | undefined },
  ): Promise<void> {
    await tx.query(
      `update annexe2 set verified_by = $2, verified_on = $3, signed_document_id = $4, signed_sha256 = $5
        where id = $1`,
      [annexe2Id, by, on, signed?.documentId ?? null, signed?.sha256 ?? null],
    );
  }

  async saveCommitment(
    tx: Transaction,
    membershipId: string,
    commitment: readonly ItemQuantity[],
  ): Promise<void> {
    await tx.query('delete from commitment where membership_id = $1', [membershipId]);
    await tx.query(
      `insert into commitment (membership_id, item_code, quantity)
       select $1, c.* from unnest($2::text[], $3::bigint[]) as c (item_code, quantity)`,
      [
        membershipId,
        commitment.map(({ itemCode }) => itemCode),
        commitment.map(({ quantity }) => quantity),
      ],
    );
  }
}

type AnnexeRow = {
  id: bigint;
  sha256: string;
  file_name: string;
  dated_on: LocalDate;
  imported_by: string;
  verified_by: string | null;
};
type LineRow = { line: number; beneficiary: string; item_code: string; quantity: bigint };

function fromRow(row: AnnexeRow): Annexe2 {
  return {
    id: row.id,
    sha256: row.sha256,
    fileName: row.file_name,
    datedOn: row.dated_on,
    importedBy: row.imported_by,
    ...(row.verified_by === null ? {} : { verifiedBy: row.verified_by }),
  };
}
