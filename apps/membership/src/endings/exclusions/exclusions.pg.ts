import { Injectable } from '@nestjs/common';
import { Database, insertRow, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { Recorded } from '#libs/trade';
import { documentOf } from '../../documents/documents.module.js';
import { type CourtDecision, exclusionGround } from './domain/court-decision.js';

export type ExclusionView = {
  readonly exclusionId: string;
  readonly membershipId: string;
  readonly organisationId: string;
  readonly organisationName: string;
  readonly ground: string;
  readonly decision: CourtDecision;
  readonly recordedOn: LocalDate;
  readonly status: 'PRONOUNCED' | 'IN_EFFECT';
};

const view = `
  select x.id as "exclusionId", x.membership_id as "membershipId", o.id as "organisationId", o.name as "organisationName",
         x.ground, x.decision_reference as reference, x.court, x.decided_on as "decidedOn", x.effective_on as "effectiveOn",
         x.sums_due_cents as "sumsDueCents", ${documentOf('x.document_id')} as document, x.recorded_on as "recordedOn",
         case m.status when 'ENDED' then 'IN_EFFECT' else 'PRONOUNCED' end as status
    from exclusion x join membership m on m.id = x.membership_id join organisation o on o.id = m.organisation_id`;

/** The decisions that were received: nothing of them changes afterwards. */
@Injectable()
export class Exclusions {
  constructor(private readonly database: Database) {}

  /** Needs the membership's lock. */
  async exists(tx: Transaction, membershipId: string): Promise<boolean> {
    const found = 'select 1 from exclusion where membership_id = $1';
    return (await tx.query(found, [membershipId])).rowCount === 1;
  }

  async add(
    tx: Transaction,
    exclusionId: string,
    membershipId: string,
    { reference, document, ...decision }: CourtDecision,
    { by, on }: Recorded,
  ): Promise<void> {
    await insertRow(tx, 'exclusion', {
      ...{ id: exclusionId, membershipId, ground: exclusionGround, ...decision },
      ...{ decisionReference: reference, documentId: document.documentId },
      ...{ recordedBy: by, recordedOn: on },
    });
  }

  async find(membershipId: string): Promise<ExclusionView | undefined> {
    const found = `${view} where x.membership_id = $1`;
    const row = await this.database.row<Row>(found, [membershipId]);
    return row && toView(row);
  }

  /** The newest first, after the row last seen. */
  async list(marketCode: string, after: readonly [string, string] | undefined, limit: number) {
    const rows = await this.database.rows<Row>(
      `${view} where m.market_code = $1 and ($2::date is null or (x.recorded_on, x.id) < ($2::date, $3))
        order by x.recorded_on desc, x.id desc limit $4`,
      [marketCode, after?.[0], after?.[1] ?? '', limit],
    );
    return rows.map(toView);
  }
}

type Row = Omit<ExclusionView, 'decision'> & CourtDecision;

function toView(row: Row): ExclusionView {
  const { reference, court, decidedOn, effectiveOn, sumsDueCents, document, ...exclusion } = row;
  const decision = { reference, court, decidedOn, effectiveOn, sumsDueCents, document };
  return { ...exclusion, decision };
}
