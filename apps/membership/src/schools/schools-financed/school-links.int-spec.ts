import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { create } from '@bufbuild/protobuf';
import { OrganisationSchema } from '#libs/contracts';
import type { Uai } from '#libs/identifiers';
import { localDate } from '#libs/time';
import {
  ancenis,
  callerWith,
  coordinator,
  itemCode,
  marketCode,
  MembershipWorld,
  ordererOf,
  vertou,
} from '../../../../../test/support/builders/membership-world.js';
import { codeOf } from '../../../../../test/support/builders/refusal.js';
import {
  keepDocument,
  openTransaction,
} from '../../../../../test/support/builders/order-by-hand.js';
import { TransferWorld, uaiOf } from '../../../../../test/support/builders/transfer-world.js';
import { pastOfLinksStays } from '../../../test/past-of-links-stays.test-support.js';
import { fromOrganisationMessage } from '../../organisations/organisations.module.js';

// Real PostgreSQL on a machine that does other things too.
jest.setTimeout(60_000);

let world: MembershipWorld;
let schools: TransferWorld;
let mine: string;
let other: string;
/** Of the test, with a second one. */
let uai: Uai;
let second: Uai;
let tests = 0;

beforeAll(async () => {
  world = await MembershipWorld.create();
  schools = new TransferWorld(world);
  await world.day('2022-01-14');
  await world.publishMarket();
  await world.day('2022-07-19');
  mine = await world.activeMember(ancenis, 412);
  other = await world.activeMember(vertou, 1_000);
});
beforeEach(() => {
  tests += 1;
  [uai, second] = [uaiOf(tests * 20), uaiOf(tests * 20 + 1)];
});
afterAll(() => world?.fresh.drop());

/** Links of the schools of the test. */
const linksOf = async (membershipId: string) =>
  (await schools.links(membershipId)).filter(
    (line) => line.startsWith(uai) || line.startsWith(second),
  );
const linksNow = () => world.count('from school_link where uai = any($1)', [[uai, second]]);
const insertLink = (
  membershipId: string,
  [from, until]: readonly [string, string],
): [sql: string, values: unknown[]] => [
  `insert into school_link (id, membership_id, uai, starts_on, ends_on, insee, recorded_by, recorded_on)
     values ($1, $2, $3, $4, $5, '44003', 'hand', '2022-07-19')`,
  [randomUUID(), membershipId, uai, from, until],
];

describe('one financer on any day', () => {
  test.each([
    ['the same days', ['2022-07-19', '2026-07-19']],
    ['one day at the beginning', ['2022-01-01', '2022-07-20']],
    ['one day at the end', ['2026-07-18', '2028-01-01']],
    ['days in between', ['2023-01-01', '2023-01-02']],
  ] as const)('SCH-1: direct SQL cannot finance a school on %s', async (_name, days) => {
    await world.finance(mine, uai, ancenis.insee);
    await expect(world.database.query(...insertLink(other, days))).rejects.toMatchObject({
      constraint: 'school_has_one_financer',
    });
  });

  test('SCH-1: days that only touch are free', async () => {
    await world.finance(mine, uai, ancenis.insee, { from: '2023-01-01' });
    await schools.end(mine, uai, '2024-01-01');
    await world.database.query(...insertLink(other, ['2022-07-19', '2023-01-01']));
    await world.database.query(...insertLink(other, ['2024-01-01', '2026-07-19']));
    expect(await linksNow()).toBe(3);
  });

  test.each(['read committed', 'repeatable read', 'serializable'])(
    'SCH-1: two transactions at %s, each unaware of the other: one of them fails',
    async (isolation) => {
      const [one, two] = [
        await openTransaction(world, isolation),
        await openTransaction(world, isolation),
      ];
      await one.query(...insertLink(mine, ['2022-07-19', '2026-07-19']));
      const second = two
        .query(...insertLink(other, ['2024-01-01', '2025-01-01']))
        .then(() => two.query('commit'));
      const failed = expect(second).rejects.toMatchObject({ code: /^(23P01|40001|40P01)$/ });
      await one.query('commit');
      await failed;
      await Promise.all([one.end(), two.end()]);
      expect(await linksNow()).toBe(1);
    },
  );

  test('SCH-1: a membership of another market cannot take the school either', async () => {
    await world.publishMarket(
      (market) => {
        market.code = 'autre';
      },
      callerWith('coordinator', { markets: ['autre'] }),
    );
    await world.database.query(
      `insert into membership (id, organisation_id, market_code, status, letter_number, sent_on, received_on, documents, applied_on, accepted_on)
       values ('m-autre', $1, 'autre', 'ACCEPTED', '1', '2022-01-10', '2022-01-10', '[]', '2022-01-10', '2022-01-10')`,
      [`org-${vertou.siren}`],
    );
    await world.finance(mine, uai, ancenis.insee);
    await expect(
      world.database.query(...insertLink('m-autre', ['2023-01-01', '2023-01-02'])),
    ).rejects.toMatchObject({ constraint: 'school_has_one_financer' });
  });
});

/** Of no organisation, but for its check digit. */
const siren = '254400013';

test('SCH-1: a syndicat finances the schools of the communes of its composition, and no other', async () => {
  const { membershipId } = await world.apply.execute({
    marketCode,
    organisation: fromOrganisationMessage(
      create(OrganisationSchema, {
        name: 'Syndicat scolaire (inventé)',
        siren: siren,
        kind: 'SYNDICAT',
        communes: ['44003', '44109'],
        address: '1 rue de l’Exemple',
      }),
    ),
    letter: {
      number: '1A 1',
      sentOn: localDate('2022-01-10'),
      receivedOn: localDate('2022-01-12'),
    },
    documents: [],
    documentIds: await world.papersOf(siren),
    caller: coordinator,
  });
  await world.enterAndAccept(membershipId, `UAI;Nombre\n${uai};50\n`);
  await world.finance(membershipId, uai, '44109');
  expect(await codeOf(world.finance(membershipId, second, '44215'))).toBe(
    'SCHOOL_OUTSIDE_TERRITORY',
  );
  expect(await linksOf(membershipId)).toEqual([`${uai} 2022-07-19 2026-07-19`]);
});

test('SCH-1: an exception keeps the paper of the inter-communal grouping, of the member’s file only', async () => {
  const { documentId } = await keepDocument(world, mine, 'STATUTES');
  const theirs = await keepDocument(world, other, 'STATUTES', { siren: vertou.siren });
  const exception = { exception: 'Regroupement pédagogique intercommunal' };
  const take = (document: string) => world.finance(mine, uai, '44109', { ...exception, document });
  expect(await codeOf(take('unknown'))).toBe('DOCUMENT_UNKNOWN');
  expect(await codeOf(take(theirs.documentId))).toBe('DOCUMENT_UNKNOWN');
  expect(await take(documentId)).toMatchObject({
    territoryException: exception.exception,
    exceptionDocumentId: documentId,
  });
  expect(
    await world.count(
      `from platform.audit_entry where action = 'school.financed' and rests_on = $1 and business_date = '2022-07-19'`,
      [documentId],
    ),
  ).toBe(1);
  // What needs no exception keeps none.
  const inside = { ...exception, document: documentId };
  expect(await world.finance(mine, second, '44003', inside)).toMatchObject({
    territoryException: '',
    exceptionDocumentId: '',
  });
});

describe('the end of a link', () => {
  beforeEach(() => world.finance(mine, uai, ancenis.insee));

  test('SCH-1: it ends on the day, is told with it, and another member may take the school from then on', async () => {
    const { documentId } = await keepDocument(world, mine, 'DECISION');
    await schools.end(mine, uai, '2023-07-08', { document: documentId });
    expect(await linksOf(mine)).toEqual([`${uai} 2022-07-19 2023-07-08 SCHOOL_CLOSED`]);
    expect((await world.events(mine)).slice(-2)).toEqual([
      'SchoolFinanced',
      'SchoolFinancingEnded',
    ]);
    const [version, events] = await world.versions(mine);
    expect(version).toBe(events);
    const exception = { exception: 'Regroupement' };
    expect(
      await codeOf(world.finance(other, uai, '44003', { ...exception, from: '2023-07-07' })),
    ).toBe('SCHOOL_ALREADY_FINANCED');
    await world.finance(other, uai, '44003', { ...exception, from: '2023-07-08' });
    const { rows } = await world.database.query(
      `select actor, business_date, rests_on, details->>'endsOn' as ends_on from platform.audit_entry
        where action = 'school.financing-ended' and subject = $1 and details->>'uai' = $2`,
      [`membership:${mine}`, uai],
    );
    expect(rows).toEqual([
      {
        actor: coordinator.userId,
        business_date: '2022-07-19',
        rests_on: documentId,
        ends_on: '2023-07-08',
      },
    ]);
  });

  test.each([
    ['2022-07-19', 'LINK_END_TOO_SOON'],
    ['2022-07-20', undefined],
    ['2026-07-18', undefined],
    ['2026-07-19', 'SCHOOL_NOT_FINANCED'],
  ])('SCH-1: on %s, the day being 2022-07-19: %s', async (endsOn, code) => {
    const before = await world.versions(mine);
    expect(await codeOf(schools.end(mine, uai, endsOn))).toBe(code);
    const after = await world.versions(mine);
    expect(after[0] - before[0]).toBe(code === undefined ? 1 : 0);
    expect(after[1]).toBe(after[0]);
  });

  test('SCH-1: a link that has not begun is taken back on its first day', async () => {
    await world.finance(mine, second, ancenis.insee, { from: '2022-09-01' });
    await schools.end(mine, second, '2022-09-01');
    expect(await linksOf(mine)).toEqual([
      `${uai} 2022-07-19 2026-07-19`,
      `${second} 2022-09-01 2022-09-01 SCHOOL_CLOSED`,
    ]);
  });

  test('SCH-1: the same key gives the first answer, another request under it is refused', async () => {
    const first = await schools.end(mine, uai, '2023-07-08', { key: 'k' });
    expect(await schools.end(mine, uai, '2023-07-08', { key: 'k' })).toEqual(first);
    expect(await codeOf(schools.end(mine, uai, '2023-07-09', { key: 'k' }))).toBe(
      'IDEMPOTENCY_KEY_REUSED',
    );
    expect(
      await world.count(
        `from platform.audit_entry where action = 'school.financing-ended' and details->>'uai' = $1`,
        [uai],
      ),
    ).toBe(1);
    const [version, events] = await world.versions(mine);
    expect(version).toBe(events);
  });

  test('SCH-1: two ends of one link at once: both stand one after the other, or one is refused', async () => {
    const codes = await Promise.all([
      codeOf(schools.end(mine, uai, '2023-07-08')),
      codeOf(schools.end(mine, uai, '2023-01-01')),
    ]);
    expect([
      [undefined, undefined],
      ['SCHOOL_NOT_FINANCED', undefined],
    ]).toContainEqual(codes);
    expect(await linksOf(mine)).toEqual([`${uai} 2022-07-19 2023-01-01 SCHOOL_CLOSED`]);
    const [version, events] = await world.versions(mine);
    expect(version).toBe(events);
  });

  test('SUP-1: a coordinator of another market ends nothing; a document of another member proves nothing', async () => {
    const stranger = callerWith('coordinator', { markets: ['autre'] });
    expect(await codeOf(schools.end(mine, uai, '2023-07-08', { caller: stranger }))).toBe(
      'NOT_FOUND',
    );
    const { documentId } = await keepDocument(world, other, 'DECISION', { siren: vertou.siren });
    expect(await codeOf(schools.end(mine, uai, '2023-07-08', { document: documentId }))).toBe(
      'DOCUMENT_UNKNOWN',
    );
    expect(await linksOf(mine)).toEqual([`${uai} 2022-07-19 2026-07-19`]);
  });

  test('WDR-2: what a decision ended no revocation gives back', async () => {
    await schools.end(mine, uai, '2023-07-08');
    await world.unitOfWork.run(async (tx) => {
      await world.schoolLinks.cut(tx, mine, localDate('2023-01-01'));
      await world.schoolLinks.giveBack(tx, mine, localDate('2026-07-19'));
    });
    expect(await linksOf(mine)).toEqual([`${uai} 2022-07-19 2023-07-08 SCHOOL_CLOSED`]);
  });

  test('COM-2: whatever schools a member takes on and gives up, C and O stay what they are', async () => {
    const figures = async () => {
      const found = await world.ledgers.find(mine);
      return found?.items.map(({ commitment, timeline }) => ({ commitment, timeline }));
    };
    const before = await figures();
    expect(before?.[0]?.timeline).toEqual([{ from: '2022-07-19', quantity: 412 }]);
    const more = Array.from({ length: 18 }, (_, index) => uaiOf(tests * 20 + 1 + index));
    for (const school of more) {
      await world.finance(mine, school, ancenis.insee, { from: '2022-09-01' });
    }
    expect(await figures()).toEqual(before);
    for (const school of more) await schools.end(mine, school, '2023-01-01');
    await schools.end(mine, uai, '2022-07-20');
    expect(await figures()).toEqual(before);
    // The floor is the member's, never a school's: without any school at all it is judged as before.
    expect(await codeOf(world.order(mine, ancenis.siren, -1, '2023-02-01'))).toBe(
      'BELOW_COMMITMENT',
    );
    await world.order(mine, ancenis.siren, 1, '2023-02-01');
    expect((await world.ledgers.find(mine))?.items[0]).toMatchObject({ itemCode });
  });
});

describe('whoever writes, the past of a link stays', () =>
  pastOfLinksStays(() => ({
    ...{ world, schools, mine, other, uai, second, linksOf, insertLink },
  })));

test('SCH-1: nobody but the coordinator records an exception', async () => {
  await world.tellSchools({ uai, insee: '44109', public: true });
  const orderer = { caller: ordererOf(ancenis.siren), exception: 'Regroupement' };
  expect(await codeOf(world.finance(mine, uai, '44109', orderer))).toBe('SCHOOL_OUTSIDE_TERRITORY');
});
