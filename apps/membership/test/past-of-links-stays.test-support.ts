import { randomUUID } from 'node:crypto';
import type { Uai } from '#libs/identifiers';
import {
  ancenis,
  marketCode,
  type MembershipWorld,
} from '../../../test/support/builders/membership-world.js';
import { keepDocument } from '../../../test/support/builders/order-by-hand.js';
import type { TransferWorld } from '../../../test/support/builders/transfer-world.js';

/** Two members, and two schools of the test that nobody finances. */
export type LinksBed = {
  readonly world: MembershipWorld;
  readonly schools: TransferWorld;
  readonly mine: string;
  readonly other: string;
  readonly uai: Uai;
  readonly second: Uai;
  /** Of these schools, as lines. */
  readonly linksOf: (membershipId: string) => Promise<string[]>;
  /** Of the first school, by hand. */
  readonly insertLink: (
    membershipId: string,
    days: readonly [from: string, until: string],
  ) => [sql: string, values: unknown[]];
};

/** What the database itself refuses of a link of which days are past (SCH-1), whoever writes. */
export function pastOfLinksStays(bed: () => LinksBed): void {
  let { world, schools, mine, other, uai, second } = {} as LinksBed;
  const transfer = async (on: string, decision: string | null = 'CARRIED_OUT') =>
    world.database.query(
      `insert into school_transfer (id, market_code, from_membership_id, to_membership_id, uais, effective_on, document_id,
                                    proposed_by, proposed_on, status, decided_by, decided_on, seats_missing)
       values ($1, $2, $3, $4, array[$5], $6, $7, 'hand', '2022-07-19', coalesce($8, 'PROPOSED'),
               case when $8 is not null then 'hand' end, case when $8 is not null then date '2022-07-19' end, 0)`,
      [
        ...[randomUUID(), marketCode, mine, other, uai, on],
        (await keepDocument(world, mine, 'DECISION')).documentId,
        decision,
      ],
    );
  const update = (assignments: string, of = uai) =>
    world.database.query(`update school_link set ${assignments} where uai = $1`, [of]);
  const refused = { code: /^(23000|23514|42501)$/ };
  beforeEach(async () => {
    ({ world, schools, mine, other, uai, second } = bed());
    await world.finance(mine, uai, ancenis.insee);
    await world.finance(mine, second, ancenis.insee);
    await schools.end(mine, second, '2023-07-08');
  });

  test.each([
    ['another member', `membership_id = 'm-other'`],
    ['another first day', `starts_on = '2022-09-01'`],
    ['another school', `uai = '0440001M'`],
    ['an exception afterwards', `territory_exception = 'Regroupement'`],
    ['another exception paper', `exception_document_id = 'd'`],
    ['another name of its own', `id = gen_random_uuid()::text`],
    ['another commune', `insee = '44109'`],
    ['another who recorded it', `recorded_by = 'nobody'`],
    ['another day of recording', `recorded_on = '2022-01-01'`],
  ])('SCH-1: %s', async (_name, assignments) => {
    // By the trigger itself, before any other rule of the table.
    await expect(update(assignments)).rejects.toMatchObject({ code: '23000' });
  });

  test.each([
    ['an end for no reason', `ends_on = '2023-01-01', open_ended = false`],
    ['an end that is no end of the membership', `ends_on = '2023-01-01', would_end_on = ends_on`],
    [
      'an end in the past',
      `ends_on = starts_on, open_ended = false, end_reason = 'RECORDING_ERROR'`,
    ],
    [
      'a transfer that was not',
      `ends_on = '2023-01-01', open_ended = false, end_reason = 'TRANSFER'`,
    ],
    ['a reason without an end', `end_reason = 'SCHOOL_CLOSED'`],
    ['more than the membership has', `ends_on = '2027-01-01'`],
    ['a claim to more days', `would_end_on = '2030-01-01'`],
  ])('SCH-1: %s', async (_name, assignments) => {
    const before = await bed().linksOf(mine);
    await expect(update(assignments)).rejects.toMatchObject({
      code: expect.stringMatching(refused.code),
    });
    expect(await bed().linksOf(mine)).toEqual(before);
  });

  test.each([
    ['given back', `ends_on = '2026-07-19'`],
    ['open again', `open_ended = true`],
    ['claiming the rest', `would_end_on = '2026-07-19'`],
    ['for another reason', `end_reason = 'MEMBER_CHOICE'`],
    ['for none', `end_reason = null`],
  ])('SCH-1: one that a decision ended is not %s', async (_name, assignments) => {
    await expect(update(assignments, second)).rejects.toMatchObject({ code: '23000' });
  });

  test('SCH-1: none is removed, none lies outside its membership, and a membership does not end before them', async () => {
    await expect(
      world.database.query('delete from school_link where uai = $1', [uai]),
    ).rejects.toMatchObject({ code: '42501' });
    await expect(
      world.fresh.asOwner('delete from school_link where uai = $1', [uai]),
    ).rejects.toMatchObject({ code: '23000' });
    await expect(
      world.database.query(...bed().insertLink(other, ['2026-07-19', '2027-01-01'])),
    ).rejects.toMatchObject({ code: expect.stringMatching(/23514|23P01/) });
    await expect(
      world.fresh.asOwner(
        `begin; set constraints membership_period_is_decided deferred;
         update membership set ends_on = '2024-07-19', end_cause = 'WITHDRAWAL' where id = '${mine}';
         set constraints membership_schools_end_with_it immediate; commit`,
      ),
    ).rejects.toMatchObject({
      message: expect.stringContaining('before schools that it finances'),
    });
  });

  test('SCH-1: a transfer that was carried out ends it on its day, and on no other', async () => {
    await transfer('2023-01-01');
    const by = `open_ended = false, end_reason = 'TRANSFER'`;
    await expect(update(`ends_on = '2022-12-31', ${by}`)).rejects.toMatchObject({ code: '23514' });
    await update(`ends_on = '2023-01-01', ${by}`);
    expect(await bed().linksOf(mine)).toContain(`${uai} 2022-07-19 2023-01-01 TRANSFER`);
  });

  test.each([null, 'DECLINED', 'CANCELLED'])(
    'SCH-1: a transfer that was not carried out (%s) ends nothing',
    async (decision) => {
      await transfer('2023-01-01', decision);
      await expect(
        update(`ends_on = '2023-01-01', open_ended = false, end_reason = 'TRANSFER'`),
      ).rejects.toMatchObject({ code: '23514', message: expect.stringContaining('no transfer') });
    },
  );

  test('SCH-1: a succession that is only planned ends nothing', async () => {
    await world.database.query(
      `insert into succession (id, group_id, market_code, kind, effective_on, predecessor_membership_id,
                               successor_organisation_id, document_id, schools_moved, planned_by, planned_on)
       select $1, $1, $2, 'PARTIAL', '2023-01-01', $3, organisation_id, $4, array[$5], 'hand', '2022-07-19'
         from membership where id = $6`,
      [
        ...[randomUUID(), marketCode, mine],
        (await keepDocument(world, mine, 'DECISION')).documentId,
        ...[uai, other],
      ],
    );
    await expect(update(`ends_on = '2023-01-01', open_ended = false`)).rejects.toMatchObject({
      ...{ code: '23514', message: expect.stringContaining('for no reason') },
    });
  });
}
