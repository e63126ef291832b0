import { Injectable } from '@nestjs/common';
import { Database } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { DocumentReference } from '#libs/trade';
import { ExclusionReader, type ExclusionView } from './exclusions.reader.js';

const exclusion = `
  select x.*, o.id as organisation_id, o.name, m.status as membership_status
    from exclusion x join membership m on m.id = x.membership_id join organisation o on o.id = m.organisation_id`;

@Injectable()
export class PgExclusionReader extends ExclusionReader {
  constructor(private readonly database: Database) {
    super();
  }

  async ownerOf(membershipId: string) {
    const { rows } = await this.database.query<{ organisation_id: string; market_code: string }>(
      'select organisation_id, market_code from membership where id = $1',
      [membershipId],
    );
    const row = rows[0];
    return row && { organisationId: row.organisation_id, marketCode: row.market_code };
  }

  async find(membershipId: string): Promise<ExclusionView | undefined> {
    const { rows } = await this.database.query<ExclusionRow>(
      `${exclusion} where x.membership_id = $1`,
      [membershipId],
    );
    return rows[0] && toView(rows[0]);
  }

  async list(
    marketCode: string,
    after: readonly [string, string] | undefined,
    limit: number,
  ): Promise<ExclusionView[]> {
    const { rows } = await this.database.query<ExclusionRow>(
      `${exclusion} where m.market_code = $1 and ($2::date is null or (x.recorded_on, x.id) < ($2::date, $3))
        order by x.recorded_on desc, x.id desc limit $4`,
      [marketCode, after?.[0] ?? null, after?.[1] ?? '', limit],
    );
    return rows.map(toView);
  }
}

type ExclusionRow = {
  id: string;
  membership_id: string;
  organisation_id: string;
  name: string;
  membership_status: string;
  ground: string;
  decision_reference: string;
  court: string;
  decided_on: LocalDate;
  effective_on: LocalDate;
  sums_due_cents: bigint;
  document: DocumentReference;
  recorded_on: LocalDate;
};

function toView(row: ExclusionRow): ExclusionView {
  return {
    exclusionId: row.id,
    membershipId: row.membership_id,
    organisationId: row.organisation_id,
    organisationName: row.name,
    ground: row.ground,
    decision: {
      reference: row.decision_reference,
      court: row.court,
      decidedOn: row.decided_on,
      effectiveOn: row.effective_on,
      sumsDueCents: row.sums_due_cents,
      document: row.document,
    },
    recordedOn: row.recorded_on,
    status: row.membership_status === 'ENDED' ? 'IN_EFFECT' : 'PRONOUNCED',
  };
}
