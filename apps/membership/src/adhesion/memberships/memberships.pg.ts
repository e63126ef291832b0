import type { DescMessage } from '@bufbuild/protobuf';
import { Injectable } from '@nestjs/common';
import {
  BillingRhythmChosenSchema,
  ChorusProRecordedSchema,
  MembershipEndedSchema,
} from '#libs/contracts';
import { Outbox } from '#libs/messaging';
import { type Caller, requireInMarket } from '#libs/identity';
import { insertRow, rowWithoutNulls, type Transaction, updateRow } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { BillingRhythm, DocumentReference, Letter } from '#libs/trade';
import {
  type ChorusPro,
  chorusProJson,
  type Organisation,
  organisationJson,
} from '../../organisations/organisations.module.js';
import type { EndCause, MembershipStatus } from './domain/membership.js';
import {
  type FactBody,
  type MembershipFact,
  membershipFact,
  type VersionedMembership,
} from './membership-fact.js';

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
export type NewMembership = Pick<
  Membership,
  'membershipId' | 'marketCode' | 'letter' | 'documents'
> & {
  readonly organisationId: string;
  readonly status: 'APPLIED' | 'REFUSED' | 'ACCEPTED';
  readonly reasons: readonly string[];
  readonly appliedOn: LocalDate;
};

const told = 'm.id as "membershipId", m.version::integer as "membershipVersion"';

const isLive = "status in ('APPLIED', 'ACCEPTED', 'ACTIVE')";

type Applicants = { readonly organisationIds: readonly string[]; readonly marketCode: string };
type Period = { readonly startsOn: LocalDate; readonly endsOn: LocalDate };

/** Where a membership ends from now on, for which cause, and the user who recorded it. */
export type MovedTo = {
  readonly endsOn: LocalDate;
  readonly cause?: EndCause;
  readonly by: string;
};

/**
 * The home of the membership: nobody else changes its row. Each change that others hear of raises the version by
 * one and tells its fact with it, so that a copy that missed one knows (BIL-5). Orders raise it in the database,
 * by the trigger that moves the head of their chain.
 */
@Injectable()
export class Memberships {
  constructor(private readonly outbox: Outbox) {}

  /**
   * Locks several, always in the same order, so that two decisions about the same never wait for each other: first
   * organisations, so that no application of theirs comes in between, then memberships, and those that they have.
   */
  async lock(
    tx: Transaction,
    membershipIds: readonly string[],
    { organisationIds, marketCode }: Applicants = { organisationIds: [], marketCode: '' },
  ): Promise<void> {
    const organisations =
      'select from organisation where id = any($1) order by id for no key update';
    await tx.query(organisations, [organisationIds]);
    await tx.query(
      `select from membership where id = any($1) or (organisation_id = any($2) and market_code = $3 and ${isLive})
        order by id for no key update`,
      [membershipIds, organisationIds, marketCode],
    );
  }

  /** Locks the membership. */
  findForUpdate(tx: Transaction, membershipId: string): Promise<Membership | undefined> {
    return this.one(tx, 'm.id = $1', [membershipId]);
  }

  /** Locks the one membership of an organisation that is neither refused nor ended (ADH-4). */
  findOf(tx: Transaction, organisationId: string, marketCode: string) {
    const of = `m.organisation_id = $1 and m.market_code = $2 and ${isLive}`;
    return this.one(tx, of, [organisationId, marketCode]);
  }

  private one(tx: Transaction, where: string, values: string[]) {
    return rowWithoutNulls<Membership>(
      tx,
      `select m.id as "membershipId", m.market_code as "marketCode", m.status, m.starts_on as "startsOn",
              m.ends_on as "endsOn", m.end_cause as "endCause", m.documents, ${organisationJson} as organisation,
              jsonb_build_object('number', m.letter_number, 'sentOn', m.sent_on, 'receivedOn', m.received_on) as letter
         from membership m join organisation o on o.id = m.organisation_id
        where ${where} for no key update of m`,
      values,
    );
  }

  /** Locks a membership in one of the caller's markets. Throws NotVisible. */
  async findVisible(tx: Transaction, membershipId: string, caller: Caller): Promise<Membership> {
    return requireInMarket(caller, await this.findForUpdate(tx, membershipId));
  }

  async add(
    tx: Transaction,
    { membershipId: id, letter, documents, reasons, ...row }: NewMembership,
  ): Promise<void> {
    const { number: letterNumber, sentOn, receivedOn } = letter;
    const acceptedOn = row.status === 'ACCEPTED' ? row.appliedOn : null;
    await insertRow(tx, 'membership', {
      ...{ id, ...row, letterNumber, sentOn, receivedOn, acceptedOn },
      ...{ refusalReasons: reasons, documents: JSON.stringify(documents) },
    });
  }

  /** One more fact, beside what stands in the row itself. */
  tell<Desc extends DescMessage>(
    tx: Transaction,
    membershipId: string,
    schema: Desc,
    body: FactBody<Desc>,
  ): Promise<void> {
    return this.change(tx, membershipId, {}, membershipFact(schema, body));
  }

  accept(tx: Transaction, id: string, on: LocalDate, fact: MembershipFact): Promise<void> {
    return this.change(tx, id, { status: 'ACCEPTED', accepted_on: on }, fact);
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
    const active = { status: 'ACTIVE', starts_on: startsOn, ends_on: endsOn, activated_on: on };
    return this.change(tx, membershipId, active, fact);
  }

  /** Without a cause it ends as its market does, and nobody has ended it. */
  moveEnd(
    tx: Transaction,
    membershipId: string,
    { endsOn, cause, by }: MovedTo,
    fact: MembershipFact,
  ): Promise<void> {
    const ended = { ends_on: endsOn, end_cause: cause, ended_by: cause === undefined ? '' : by };
    return this.change(tx, membershipId, ended, fact);
  }

  /** Where it ends and why; `endDue` tells that it has ended. */
  async endBySuccession(
    tx: Transaction,
    membershipId: string,
    { endsOn, by }: Omit<MovedTo, 'cause'>,
  ): Promise<void> {
    await updateRow(tx, 'membership', membershipId, {
      ...{ endsOn, endCause: 'SUCCESSION', endedBy: by },
    });
  }

  /** Moves the end of every active membership that ends with its market, and gives them, in the order of their ids. */
  async prolong(
    tx: Transaction,
    marketCode: string,
    to: LocalDate,
    fact: MembershipFact,
  ): Promise<string[]> {
    // Locked in one order, since orders lock memberships too.
    const rows = await tx.rows<VersionedMembership>(
      `with prolonged as (select id from membership
                           where market_code = $1 and status = 'ACTIVE' and end_cause is null and ends_on < $2
                           order by id for no key update)
       update membership m set ends_on = $2, version = m.version + 1
         from prolonged where m.id = prolonged.id returning ${told}`,
      [marketCode, to],
    );
    const prolonged = rows.sort((a, b) => (a.membershipId < b.membershipId ? -1 : 1));
    await this.outbox.add(tx, ...prolonged.map(fact));
    return prolonged.map(({ membershipId }) => membershipId);
  }

  /** Ends what is due by `day`, for the cause that is kept, else with its market; of all memberships or of one. */
  async endDue(tx: Transaction, day: LocalDate, membershipId?: string): Promise<void> {
    // Locked in one order, since orders lock memberships too.
    const rows = await tx.rows<
      VersionedMembership & { endsOn: LocalDate; cause: EndCause; endedBy: string }
    >(
      `with due as (select id from membership
                     where status = 'ACTIVE' and ends_on <= $1 and ($2::text is null or id = $2)
                     order by id for no key update)
       update membership m
          set status = 'ENDED', end_cause = coalesce(m.end_cause, 'END_OF_MARKET'), version = m.version + 1
         from due where m.id = due.id returning ${told}, m.ends_on as "endsOn", m.end_cause as cause, m.ended_by as "endedBy"`,
      [day, membershipId],
    );
    const ended = rows.map(({ endsOn, cause, endedBy, ...row }) =>
      membershipFact(MembershipEndedSchema, { endsOn, cause, endedBy })(row),
    );
    await this.outbox.add(tx, ...ended);
  }

  /** First day after `day` on which one is due to end. */
  nextEnd(tx: Transaction, day: LocalDate): Promise<LocalDate | undefined> {
    return tx.value<LocalDate>(
      `select min(greatest(ends_on, $1::date + 1)) from membership where status = 'ACTIVE'`,
      [day],
    );
  }

  /** A fact about an organisation, to who keeps a copy of its memberships in a market; one not told yet learns it when it is. */
  async tellOf(
    tx: Transaction,
    { organisationId, marketCode }: { organisationId: string; marketCode: string },
    fact: MembershipFact,
  ): Promise<void> {
    const rows = await tx.rows<VersionedMembership>(
      `update membership m set version = version + 1
        where organisation_id = $1 and market_code = $2 and version > 0 returning ${told}`,
      [organisationId, marketCode],
    );
    await this.outbox.add(tx, ...rows.map(fact));
  }

  private async change(
    tx: Transaction,
    membershipId: string,
    row: Readonly<Record<string, unknown>>,
    fact: MembershipFact,
  ): Promise<void> {
    const set = Object.keys(row).map((column, index) => `${column} = $${index + 2}, `);
    const changed = await tx.row<VersionedMembership>(
      `update membership m set ${set.join('')}version = version + 1 where id = $1 returning ${told}`,
      [membershipId, ...Object.values(row)],
    );
    if (!changed) throw new RangeError(`membership ${membershipId} is gone`);
    await this.outbox.add(tx, fact(changed));
    if (changed.membershipVersion === 1) await this.tellRecorded(tx, membershipId);
  }

  /** Told for the first time: with what was recorded before, as it stands from day to day. */
  private async tellRecorded(tx: Transaction, membershipId: string): Promise<void> {
    const chorusPro = await tx.rows<{ validFrom: LocalDate; chorusPro: ChorusPro }>(
      recordedOf('chorus_pro_entry', `${chorusProJson} as "chorusPro"`),
      [membershipId],
    );
    for (const entry of chorusPro) {
      await this.tell(tx, membershipId, ChorusProRecordedSchema, entry);
    }
    const rhythms = await tx.rows<{ validFrom: LocalDate; rhythm: BillingRhythm }>(
      recordedOf('billing_rhythm_entry', 'e.rhythm'),
      [membershipId],
    );
    for (const entry of rhythms) {
      await this.tell(tx, membershipId, BillingRhythmChosenSchema, entry);
    }
  }
}

/** Entries of a membership's file by the day they hold from, of one day the last recorded. */
const recordedOf = (table: string, value: string): string =>
  `select distinct on (e.valid_from) e.valid_from as "validFrom", ${value}
     from membership m join ${table} e on e.organisation_id = m.organisation_id and e.market_code = m.market_code
    where m.id = $1 order by e.valid_from, e.id desc`;
