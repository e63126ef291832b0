import { Injectable } from '@nestjs/common';
import { MembershipEndedSchema } from '#libs/contracts';
import { Outbox } from '#libs/messaging';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { DocumentReference, Letter } from '#libs/trade';
import type { Organisation } from '../../organisations/organisations.reader.js';
import type { EndCause, MembershipStatus } from './domain/membership.js';
import { type MembershipFact, membershipFact } from './membership-fact.js';
import { type OrganisationColumns, toOrganisation } from './organisation-columns.pg.js';

/** What a decision about a membership depends on. */
export type Membership = {
  readonly membershipId: string;
  readonly organisation: Organisation;
  readonly marketCode: string;
  readonly status: MembershipStatus;
  /** `[startsOn, endsOn)`; absent before activation. */
  readonly startsOn?: LocalDate;
  readonly endsOn?: LocalDate;
  /** Absent while the membership ends with its market. */
  readonly endCause?: EndCause;
  readonly letter: Letter;
  readonly documents: readonly DocumentReference[];
};

/** A row that begins its life; it has told nothing yet. */
export type NewMembership = {
  readonly membershipId: string;
  readonly organisationId: string;
  readonly marketCode: string;
  readonly status: 'APPLIED' | 'REFUSED' | 'ACCEPTED';
  readonly reasons: readonly string[];
  readonly letter: Letter;
  readonly documents: readonly DocumentReference[];
  readonly appliedOn: LocalDate;
};

type Period = { readonly startsOn: LocalDate; readonly endsOn: LocalDate };

/**
 * The home of the membership: nobody else changes its row. Each change that others hear of raises the version by
 * one and tells its fact with it, so that a copy that missed one knows (BIL-5). Orders raise it in the database,
 * by the trigger that moves the head of their chain.
 */
@Injectable()
export class Memberships {
  constructor(private readonly outbox: Outbox) {}

  /** Locks several, always in the same order, so that two decisions about the same never wait for each other. */
  async lock(tx: Transaction, membershipIds: readonly string[]): Promise<void> {
    await tx.query('select from membership where id = any($1) order by id for no key update', [
      membershipIds,
    ]);
  }

  /** Locks the membership. */
  async findForUpdate(tx: Transaction, membershipId: string): Promise<Membership | undefined> {
    const { rows } = await tx.query<MembershipRow>(
      `select m.id, m.market_code, m.status, m.starts_on, m.ends_on, m.end_cause, m.letter_number, m.sent_on,
              m.received_on, m.documents,
              o.id as organisation_id, o.siren, o.name, o.kind, o.insee, o.communes, o.address, o.chorus_pro
         from membership m join organisation o on o.id = m.organisation_id
        where m.id = $1 for no key update of m`,
      [membershipId],
    );
    return rows[0] && fromRow(rows[0]);
  }

  async add(tx: Transaction, { letter, ...membership }: NewMembership): Promise<void> {
    await tx.query(
      `insert into membership (id, organisation_id, market_code, status, refusal_reasons, letter_number, sent_on,
                               received_on, documents, applied_on, accepted_on)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, case when $4 = 'ACCEPTED' then $10::date end)`,
      [
        membership.membershipId,
        membership.organisationId,
        membership.marketCode,
        membership.status,
        membership.reasons,
        letter.number,
        letter.sentOn,
        letter.receivedOn,
        JSON.stringify(membership.documents),
        membership.appliedOn,
      ],
    );
  }

  /** One more fact, beside what stands in the row itself. */
  tell(tx: Transaction, membershipId: string, fact: MembershipFact): Promise<void> {
    return this.change(tx, membershipId, '', [], fact);
  }

  accept(tx: Transaction, id: string, on: LocalDate, fact: MembershipFact): Promise<void> {
    return this.change(tx, id, `status = 'ACCEPTED', accepted_on = $2,`, [on], fact);
  }

  /** APPLIED becomes REFUSED with these reasons. Nothing is told: nobody else knows of it. */
  async refuse(tx: Transaction, membershipId: string, reasons: readonly string[]): Promise<void> {
    await tx.query(
      `update membership set status = 'REFUSED', refusal_reasons = $2 where id = $1 and status = 'APPLIED'`,
      [membershipId, reasons],
    );
  }

  /** One that is there already stays once. */
  async addDocument(tx: Transaction, id: string, document: DocumentReference): Promise<void> {
    await tx.query(
      'update membership set documents = documents || $2::jsonb where id = $1 and not documents @> $2::jsonb',
      [id, JSON.stringify([document])],
    );
  }

  activate(
    tx: Transaction,
    membershipId: string,
    { startsOn, endsOn }: Period,
    on: LocalDate,
    fact: MembershipFact,
  ): Promise<void> {
    const set = `status = 'ACTIVE', starts_on = $2, ends_on = $3, activated_on = $4,`;
    return this.change(tx, membershipId, set, [startsOn, endsOn, on], fact);
  }

  /** Without a cause it ends as its market does. */
  moveEnd(
    tx: Transaction,
    membershipId: string,
    { endsOn, cause }: { readonly endsOn: LocalDate; readonly cause?: EndCause },
    fact: MembershipFact,
  ): Promise<void> {
    const set = 'ends_on = $2, end_cause = $3,';
    return this.change(tx, membershipId, set, [endsOn, cause ?? null], fact);
  }

  /** Where it ends and why; `endDue` tells that it has ended. */
  async endBySuccession(tx: Transaction, membershipId: string, endsOn: LocalDate): Promise<void> {
    await tx.query(`update membership set ends_on = $2, end_cause = 'SUCCESSION' where id = $1`, [
      membershipId,
      endsOn,
    ]);
  }

  /** Moves the end of every active membership that ends with its market, and gives them, in the order of their ids. */
  async prolong(
    tx: Transaction,
    marketCode: string,
    to: LocalDate,
    fact: MembershipFact,
  ): Promise<string[]> {
    // Locked in one order, since orders lock memberships too.
    const { rows } = await tx.query<Versioned>(
      `with prolonged as (select id from membership
                           where market_code = $1 and status = 'ACTIVE' and end_cause is null and ends_on < $2
                           order by id for no key update)
       update membership m set ends_on = $2, version = m.version + 1
         from prolonged where m.id = prolonged.id returning m.id, m.version`,
      [marketCode, to],
    );
    const prolonged = rows.map(toTold).sort((a, b) => (a.membershipId < b.membershipId ? -1 : 1));
    await this.outbox.add(tx, ...prolonged.map(fact));
    return prolonged.map(({ membershipId }) => membershipId);
  }

  /** Ends what is due by `day`, for the cause that is kept, else with its market; of all memberships or of one. */
  async endDue(tx: Transaction, day: LocalDate, membershipId?: string): Promise<void> {
    // Locked in one order, since orders lock memberships too.
    const { rows } = await tx.query<Versioned & { ends_on: LocalDate; end_cause: EndCause }>(
      `with due as (select id from membership
                     where status = 'ACTIVE' and ends_on <= $1 and ($2::text is null or id = $2)
                     order by id for no key update)
       update membership m
          set status = 'ENDED', end_cause = coalesce(m.end_cause, 'END_OF_MARKET'), version = m.version + 1
         from due where m.id = due.id returning m.id, m.version, m.ends_on, m.end_cause`,
      [day, membershipId ?? null],
    );
    const ended = rows.map(({ ends_on: endsOn, end_cause: cause, ...row }) =>
      membershipFact(MembershipEndedSchema, { endsOn, cause })(toTold(row)),
    );
    await this.outbox.add(tx, ...ended);
  }

  private async change(
    tx: Transaction,
    membershipId: string,
    set: string,
    values: readonly unknown[],
    fact: MembershipFact,
  ): Promise<void> {
    const { rows } = await tx.query<Versioned>(
      `update membership set ${set} version = version + 1 where id = $1 returning id, version`,
      [membershipId, ...values],
    );
    if (!rows[0]) throw new RangeError(`membership ${membershipId} is gone`);
    await this.outbox.add(tx, fact(toTold(rows[0])));
  }
}

type Versioned = { id: string; version: bigint };
type MembershipRow = OrganisationColumns & {
  id: string;
  market_code: string;
  status: MembershipStatus;
  starts_on: LocalDate | null;
  ends_on: LocalDate | null;
  end_cause: EndCause | null;
  letter_number: string;
  sent_on: LocalDate;
  received_on: LocalDate;
  documents: DocumentReference[];
};

const toTold = ({ id, version }: Versioned) => ({
  membershipId: id,
  membershipVersion: Number(version),
});

function fromRow(row: MembershipRow): Membership {
  return {
    membershipId: row.id,
    organisation: toOrganisation(row),
    marketCode: row.market_code,
    status: row.status,
    ...(row.starts_on && row.ends_on ? { startsOn: row.starts_on, endsOn: row.ends_on } : {}),
    ...(row.end_cause ? { endCause: row.end_cause } : {}),
    letter: { number: row.letter_number, sentOn: row.sent_on, receivedOn: row.received_on },
    documents: row.documents,
  };
}
