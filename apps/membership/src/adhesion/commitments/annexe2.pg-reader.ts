import { Injectable } from '@nestjs/common';
import { Database } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { ItemQuantity } from '#libs/trade';
import { Annexe2Reader, type Annexe2View } from './annexe2.reader.js';
import type { Annexe2Line } from './domain/annexe2.js';

type Transcribed = { membershipId: string; sha256: string };
// The same file may have been typed again after another one: the last of them.
const transcription = `(select max(id) from annexe2 where membership_id = $1 and sha256 = $2)`;

@Injectable()
export class PgAnnexe2Reader extends Annexe2Reader {
  constructor(private readonly database: Database) {
    super();
  }

  async find(membershipId: string): Promise<Annexe2View | undefined> {
    const { rows } = await this.database.query<Row>(
      `select m.id as membership_id, m.organisation_id, m.market_code, a.sha256, a.file_name, a.dated_on,
              a.imported_on, a.verified_on, a.signed_document_id, a.signed_sha256
         from membership m left join annexe2 a on a.membership_id = m.id
        where m.id = $1 order by a.id desc nulls last limit 1`,
      [membershipId],
    );
    return rows[0] && fromRow(rows[0]);
  }

  async lines(
    { membershipId, sha256 }: Transcribed,
    afterLine: number,
    limit: number,
  ): Promise<Annexe2Line[]> {
    const { rows } = await this.database.query<{
      line: number;
      beneficiary: string;
      item_code: string;
      quantity: bigint;
    }>(
      `select line, beneficiary, item_code, quantity from annexe2_line
        where annexe2_id = ${transcription} and line > $3 order by line limit $4`,
      [membershipId, sha256, afterLine, limit],
    );
    return rows.map(({ line, beneficiary, item_code, quantity }) => ({
      line,
      beneficiary,
      itemCode: item_code,
      quantity: Number(quantity),
    }));
  }

  async sums({ membershipId, sha256 }: Transcribed): Promise<ItemQuantity[]> {
    const { rows } = await this.database.query<{ item_code: string; quantity: string }>(
      `select item_code, sum(quantity)::text as quantity from annexe2_line
        where annexe2_id = ${transcription} group by item_code order by item_code`,
      [membershipId, sha256],
    );
    return rows.map(({ item_code, quantity }) => ({
      itemCode: item_code,
      quantity: Number(quantity),
    }));
  }
}

type Row = {
  membership_id: string;
  organisation_id: string;
  market_code: string;
  sha256: string | null;
  file_name: string;
  dated_on: LocalDate;
  imported_on: LocalDate;
  verified_on: LocalDate | null;
  signed_document_id: string | null;
  signed_sha256: string | null;
};

function fromRow(row: Row): Annexe2View {
  const { sha256, signed_document_id: documentId, signed_sha256: signedSha256 } = row;
  return {
    membershipId: row.membership_id,
    organisationId: row.organisation_id,
    marketCode: row.market_code,
    transcription:
      sha256 === null
        ? undefined
        : {
            sha256,
            fileName: row.file_name,
            datedOn: row.dated_on,
            importedOn: row.imported_on,
            verifiedOn: row.verified_on ?? undefined,
            signed:
              documentId === null || signedSha256 === null
                ? undefined
                : { documentId, sha256: signedSha256 },
          },
  };
}
