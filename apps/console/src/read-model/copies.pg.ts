import { Injectable } from '@nestjs/common';
import type {
  EventSkipped,
  InvoiceSummary,
  MembershipAccepted,
  MembershipActivated,
  MembershipEnded,
  MembershipProlonged,
  Organisation,
  PricesApproved,
  SchoolFinanced,
  SchoolFinancingEnded,
  SeatLossForeseen,
  SeatsAllotted,
  SupplierAccountApproved,
} from '#libs/contracts';
import type { Transaction } from '#libs/persistence';
import { json, latest } from './copied-rows.js';

/** What the console copies of memberships, their seats, schools financed, invoices and agreements. Written as `PeopleCopies` is. */
@Injectable()
export class Copies {
  async seatsAllotted(tx: Transaction, allotments: readonly SeatsAllotted[]): Promise<void> {
    const rows = [...latest(allotments, (seats) => `${seats.membershipId} ${seats.itemCode}`)];
    await tx.query(
      `insert into seats select * from jsonb_to_recordset($1) as r
         (membership_id text, item_code text, on_day date, ordered bigint, held bigint, waiting bigint)
       on conflict (membership_id, item_code) do update set on_day = excluded.on_day,
         ordered = excluded.ordered, held = excluded.held, waiting = excluded.waiting`,
      [
        json(
          rows.map((seats) => ({
            membership_id: seats.membershipId,
            item_code: seats.itemCode,
            on_day: seats.on,
            ordered: seats.ordered,
            held: seats.held,
            waiting: seats.waiting,
          })),
        ),
      ],
    );
  }

  /** Each fact replaces what was foreseen of its day; no school: taken back. */
  async seatLossesForeseen(tx: Transaction, losses: readonly SeatLossForeseen[]): Promise<void> {
    const rows = [
      ...latest(losses, ({ membershipId, itemCode, on }) => `${membershipId} ${itemCode} ${on}`),
    ].map((loss) => ({
      membership_id: loss.membershipId,
      item_code: loss.itemCode,
      on_day: loss.on,
      schools: loss.schools.map(({ uai, seats }) => ({ uai, seats })),
    }));
    await tx.query(
      `delete from seat_loss l using jsonb_to_recordset($1) as r (membership_id text, item_code text, on_day date)
       where (l.membership_id, l.item_code, l.on_day) = (r.membership_id, r.item_code, r.on_day)`,
      [json(rows)],
    );
    await tx.query(
      `insert into seat_loss (membership_id, item_code, on_day, uai, seats)
       select r.membership_id, r.item_code, r.on_day, s.uai, s.seats
       from jsonb_to_recordset($1) as r (membership_id text, item_code text, on_day date, schools jsonb),
         jsonb_to_recordset(r.schools) as s (uai text, seats bigint)`,
      [json(rows)],
    );
  }

  async invoicesChanged(tx: Transaction, invoices: readonly InvoiceSummary[]): Promise<void> {
    const rows = [...latest(invoices, ({ invoiceId }) => invoiceId)].map((invoice) => ({
      invoice_id: invoice.invoiceId,
      membership_id: invoice.membershipId,
      status: invoice.status,
      number: invoice.number,
      starts_on: invoice.period?.startsOn,
      ends_on: invoice.period?.endsOn,
      issued_on: invoice.issuedOn || null,
      contestable_until: invoice.contestableUntil || null,
      total_cents: invoice.totalCents,
      answer: invoice.answer,
    }));
    await tx.query(
      `insert into invoice select * from jsonb_to_recordset($1) as r
         (invoice_id text, membership_id text, status text, number text, starts_on date, ends_on date, issued_on date, contestable_until date, total_cents bigint, answer text)
       on conflict (invoice_id) do update set status = excluded.status, number = excluded.number,
         issued_on = excluded.issued_on, contestable_until = excluded.contestable_until, total_cents = excluded.total_cents,
         answer = excluded.answer`,
      [json(rows)],
    );
  }

  async pricesApproved(tx: Transaction, fact: PricesApproved): Promise<void> {
    const prices = fact.prices.map(({ label, effectiveFrom, unitPriceTenThousandths }) => ({
      ...{ label, effectiveFrom, unitPriceTenThousandths },
    }));
    await keepAgreement(tx, 'PRICES', fact, prices);
  }

  async eventSkipped(tx: Transaction, fact: EventSkipped): Promise<void> {
    await tx.query(
      `insert into skipped_notice (service, proposal_id, membership_id, type, told_on, decided_on, reason)
       values ($1, $2, $3, $4, $5, $6, $7) on conflict (service, proposal_id, membership_id) do nothing`,
      [
        ...[fact.service, fact.proposalId, fact.membershipId, fact.type, fact.toldOn || null],
        ...[fact.decidedOn, fact.reason],
      ],
    );
  }

  async accountApproved(tx: Transaction, fact: SupplierAccountApproved): Promise<void> {
    const { iban, effectiveFrom } = fact;
    await keepAgreement(tx, 'SUPPLIER_ACCOUNT', fact, { iban, effectiveFrom });
  }

  async membershipAccepted(tx: Transaction, fact: MembershipAccepted): Promise<void> {
    await keepMembership(tx, fact.membershipId, fact.organisation, fact.marketCode, 'ACCEPTED');
  }

  async membershipActivated(tx: Transaction, fact: MembershipActivated): Promise<void> {
    const market = fact.market?.code ?? '';
    const { startsOn, endsOn } = fact.period ?? {};
    await keepMembership(
      tx,
      fact.membershipId,
      fact.organisation,
      market,
      'ACTIVE',
      startsOn,
      endsOn,
    );
  }

  async membershipEnded(tx: Transaction, fact: MembershipEnded): Promise<void> {
    await tx.query(
      `update membership set status = 'ENDED', ends_on = $2 where membership_id = $1`,
      [fact.membershipId, fact.endsOn],
    );
  }

  async membershipProlonged(tx: Transaction, fact: MembershipProlonged): Promise<void> {
    await tx.query('update membership set ends_on = $2 where membership_id = $1', [
      fact.membershipId,
      fact.endsOn,
    ]);
  }

  async schoolFinanced(tx: Transaction, fact: SchoolFinanced): Promise<void> {
    await tx.query(
      `insert into school_financed (uai, membership_id, starts_on, ends_on) values ($1, $2, $3, $4)
       on conflict (uai, membership_id, starts_on) do update set ends_on = excluded.ends_on`,
      [fact.uai, fact.membershipId, fact.period?.startsOn, fact.period?.endsOn || null],
    );
  }

  async schoolFinancingEnded(tx: Transaction, fact: SchoolFinancingEnded): Promise<void> {
    await tx.query(
      // A later link of the same membership is another one, and stays.
      `update school_financed set ends_on = $3
       where uai = $1 and membership_id = $2 and starts_on <= $3 and (ends_on is null or ends_on > $3)`,
      [fact.uai, fact.membershipId, fact.endedOn],
    );
  }
}

async function keepMembership(
  tx: Transaction,
  membershipId: string,
  organisation: Organisation | undefined,
  marketCode: string,
  status: string,
  startsOn = '',
  endsOn = '',
): Promise<void> {
  await tx.query(
    `insert into membership values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (membership_id) do update set organisation_name = excluded.organisation_name,
       status = excluded.status, starts_on = excluded.starts_on, ends_on = excluded.ends_on`,
    [
      membershipId,
      organisation?.organisationId ?? '',
      organisation?.name ?? '',
      organisation?.siren ?? '',
      marketCode,
      status,
      startsOn || null,
      endsOn || null,
    ],
  );
}

async function keepAgreement(
  tx: Transaction,
  kind: 'PRICES' | 'SUPPLIER_ACCOUNT',
  fact: PricesApproved | SupplierAccountApproved,
  content: object,
): Promise<void> {
  await tx.query(
    `insert into market_agreement (proposal_id, market_code, kind, approved_on, content, document_id)
     values ($1, $2, $3, $4, $5, $6) on conflict (proposal_id) do nothing`,
    [
      ...[fact.proposalId, fact.marketCode, kind, fact.approvedOn],
      ...[JSON.stringify(content), fact.documentId],
    ],
  );
}
