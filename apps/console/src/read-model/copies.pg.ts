import { Injectable } from '@nestjs/common';
import {
  AccountState,
  Profile,
  type AccountMoved,
  type AccountStateChanged,
  type EventSkipped,
  type InvoiceSummary,
  type MembershipAccepted,
  type MembershipActivated,
  type MembershipEnded,
  type MembershipProlonged,
  type Organisation,
  type PersonChanged,
  type PricesApproved,
  type SchoolFinanced,
  type SchoolFinancingEnded,
  type SeatLossForeseen,
  type SeatsAllotted,
  type StructureChanged,
  type SupplierAccountApproved,
} from '#libs/contracts';
import type { Transaction } from '#libs/persistence';
import { divisionsOf } from './divisions.js';
import { normalise, sortNameOf, wordsOf } from './normalise.js';

/**
 * The console's copy of the others' facts. Every method takes a run of events, oldest first, and writes it in one
 * statement per kind of fact: rows travel as one JSON document.
 */
@Injectable()
export class Copies {
  async structuresChanged(tx: Transaction, structures: readonly StructureChanged[]): Promise<void> {
    const rows = [...latest(structures, ({ uai }) => uai)].map((structure) => ({
      uai: structure.uai,
      name: structure.name,
      normalised: normalise(`${structure.name} ${structure.commune}`),
      commune: structure.commune,
      insee: structure.insee,
      postal_code: structure.postalCode,
      revision: structure.revision,
    }));
    await tx.query(
      `insert into school select * from jsonb_to_recordset($1) as r
         (uai text, name text, normalised text, commune text, insee text, postal_code text, revision bigint)
       on conflict (uai) do update set name = excluded.name, normalised = excluded.normalised,
         commune = excluded.commune, insee = excluded.insee, postal_code = excluded.postal_code,
         revision = excluded.revision
       where school.revision < excluded.revision`,
      [json(rows)],
    );
  }

  async structuresErased(tx: Transaction, uais: readonly string[]): Promise<void> {
    await tx.query('delete from school where uai = any($1)', [uais]);
  }

  async peopleChanged(tx: Transaction, people: readonly PersonChanged[]): Promise<void> {
    const states = [...latest(people, ({ personId }) => personId)];
    const { rows } = await tx.query<{ person_id: string }>(
      `insert into person select * from jsonb_to_recordset($1) as r
         (person_id text, last_name text, first_name text, birth_date date, child_ids text[], guardian_ids text[], revision bigint,
          further_uais text[], sort_name text)
       on conflict (person_id) do update set last_name = excluded.last_name, first_name = excluded.first_name,
         birth_date = excluded.birth_date, child_ids = excluded.child_ids, guardian_ids = excluded.guardian_ids,
         revision = excluded.revision, further_uais = excluded.further_uais, sort_name = excluded.sort_name
       where person.revision < excluded.revision
       returning person_id`,
      [json(states.map(personRow))],
    );
    const written = new Set(rows.map((row) => row.person_id));
    const changed = states.filter(({ personId }) => written.has(personId));
    const ids = [...written];
    await tx.query('delete from person_word where person_id = any($1)', [ids]);
    await tx.query('delete from enrolment where person_id = any($1)', [ids]);
    await tx.query(
      `insert into person_word select * from jsonb_to_recordset($1) as r
         (person_id text, word text, is_first_name boolean, sort_name text, birth_date date)`,
      [json(changed.flatMap(wordRows))],
    );
    await tx.query(
      `insert into enrolment select * from jsonb_to_recordset($1) as r
         (person_id text, position int, profile text, uai text, starts_on date, ends_on date, class_label text, level text,
          further_classes text[], groups text[], sort_name text)`,
      [json(changed.flatMap(enrolmentRows))],
    );
  }

  async peopleErased(tx: Transaction, personIds: readonly string[]): Promise<void> {
    await tx.query('delete from person where person_id = any($1)', [personIds]);
  }

  async accountsChanged(
    tx: Transaction,
    changes: readonly (AccountStateChanged | AccountMoved)[],
  ): Promise<void> {
    const rows = [...latest(changes, ({ accountId }) => accountId)].map((change) => {
      const moved = !('toState' in change);
      return {
        account_id: change.accountId,
        person_id: change.personId,
        profile: Profile[change.profile],
        state: AccountState[moved ? change.state : change.toState],
        since: change.effectiveOn,
        uai: change.uai,
        membership_id: change.membershipId,
        failure_code: moved ? '' : change.failureCode,
        sequence: change.sequence,
      };
    });
    await tx.query(
      `insert into account select * from jsonb_to_recordset($1) as r
         (account_id text, person_id text, profile text, state text, since date, uai text, membership_id text, failure_code text, sequence bigint)
       on conflict (account_id) do update set state = excluded.state,
         since = case when account.state = excluded.state then account.since else excluded.since end,
         uai = excluded.uai, membership_id = excluded.membership_id, failure_code = excluded.failure_code,
         sequence = excluded.sequence
       where account.sequence < excluded.sequence`,
      [json(rows)],
    );
  }

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

/** The last state of each key of a run: the others would only be overwritten. */
function latest<T>(run: readonly T[], keyOf: (one: T) => string): Iterable<T> {
  return new Map(run.map((one) => [keyOf(one), one])).values();
}

const personRow = (person: PersonChanged) => ({
  person_id: person.personId,
  last_name: person.lastName,
  first_name: person.firstName,
  birth_date: person.birthDate || null,
  child_ids: person.childIds,
  guardian_ids: person.guardianIds,
  revision: person.revision,
  further_uais: person.furtherSchools.flatMap(({ uai, period }) => (period?.endsOn ? [] : [uai])),
  sort_name: sortNameOf(person.lastName, person.firstName),
});

const wordRows = ({ personId, lastName, firstName, birthDate }: PersonChanged) => {
  const ofLastName = wordsOf(lastName);
  return wordsOf(`${lastName} ${firstName}`).map((word) => ({
    person_id: personId,
    word,
    is_first_name: !ofLastName.includes(word),
    sort_name: sortNameOf(lastName, firstName),
    birth_date: birthDate || null,
  }));
};

const enrolmentRows = ({ personId, lastName, firstName, enrolments, classLinks }: PersonChanged) =>
  enrolments.map((enrolment, position) => ({
    person_id: personId,
    position,
    profile: Profile[enrolment.profile],
    uai: enrolment.uai,
    starts_on: enrolment.period?.startsOn,
    ends_on: enrolment.period?.endsOn || null,
    class_label: enrolment.classLabel,
    level: enrolment.level,
    ...divisionsOf(enrolment, classLinks),
    sort_name: sortNameOf(lastName, firstName),
  }));

const json = (rows: readonly object[]): string =>
  JSON.stringify(rows, (_key, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
