import { jest } from '@jest/globals';
import {
  ancenis,
  marketCode,
  MembershipWorld,
  vertou,
} from '../../../../test/support/builders/membership-world.js';

jest.setTimeout(120_000);

let world: MembershipWorld;
let giver: string;
let receiver: string;
/** Of the market's own, by kind, and one of a member's file. */
let papers: Record<string, string>;
beforeAll(async () => {
  world = await MembershipWorld.create();
  await world.day('2022-01-14');
  await world.publishMarket();
  papers = { MEMBER: await world.deposit('AMENDMENT', ancenis.siren) };
  for (const kind of ['AMENDMENT', 'NOTIFICATION', 'MINUTES', 'REGLEMENT_CONSULTATION', 'CCAP']) {
    papers[kind] = await world.depositForMarket(kind);
  }
  giver = await world.activeMember(ancenis, 412);
  receiver = await world.activeMember(vertou, 50);
  await world.database.query(
    `with c as (insert into committee (id, market_code, kind, established_on) values ('c', $1, 'STEERING', '2022-01-14'))
     insert into committee_meeting (id, committee_id, meets_on, starts_at, place, agenda, status, planned_on)
     values ('m', 'c', '2022-01-14', '14:00', 'Nantes', '{Bilan}', 'HELD', '2022-01-14')`,
    [marketCode],
  );
}, 60_000);
afterAll(() => world?.fresh.drop());

/** As the service would write it, undone at the end. Empty: it stands. */
async function said(sql: string, documentId: string | undefined): Promise<string> {
  const undone = new Error('');
  const written = world.unitOfWork.run(async (tx) => {
    await tx.query(sql, [documentId ?? null]);
    throw undone;
  });
  return written.then(
    () => 'it was kept',
    ({ message }: Error) => message,
  );
}

const transfer = () =>
  `insert into school_transfer (id, market_code, from_membership_id, to_membership_id, uais, effective_on, document_id,
          proposed_by, proposed_on, status, seats_missing)
   values ('t', '${marketCode}', '${giver}', '${receiver}', '{0440437L}', '2022-08-01', $1, 'x', '2022-01-14', 'PROPOSED', 1)`;
test.each([
  [
    'an amendment',
    'AMENDMENT',
    `insert into market_amendment select 'a', code, 1, 'n° 1', '2022-01-14', '2022-01-14', $1, terms, '[]', gen_random_uuid(), 'x', '2022-01-14' from market`,
  ],
  [
    'a date that is fixed',
    'NOTIFICATION',
    `insert into market_version (market_code, version, sha256, terms, cause, document_id, changes, recorded_by)
     select code, version + 1, sha256, terms, 'DATE_FIXED', $1, '[]', 'x' from market`,
  ],
  [
    'the minutes of a meeting',
    'MINUTES',
    `insert into meeting_minutes (meeting_id, document_id, recorded_on, recorded_by) values ('m', $1, '2022-01-14', 'x')`,
  ],
  [
    'the method of a tender',
    'REGLEMENT_CONSULTATION',
    `insert into tender select code, '2022-01-14', 'x', '{}', $1 from market`,
  ],
])(
  'ADH-2, MKT-6: %s rests on a paper of the market that is deposited and of its kind, whoever writes',
  async (_what, kind, sql) => {
    expect(await said(sql, papers[kind])).toBe('');
    expect(await said(sql, undefined)).toMatch(/rests on no paper|violates check/);
    const strangers = ['none', papers['MEMBER']];
    const others = kind === 'NOTIFICATION' ? [] : [papers['CCAP']];
    for (const documentId of [...strangers, ...others]) {
      expect(await said(sql, documentId)).toMatch(`rests on no paper of market ${marketCode}`);
    }
  },
);

test('ADH-2, SCH-2: schools pass on a paper of either member or of the market, whoever writes', async () => {
  const refused = /rests on no paper of its members or market/;
  for (const documentId of [papers['MEMBER'], papers['CCAP']]) {
    expect(await said(transfer(), documentId)).toBe('');
  }
  for (const documentId of [undefined, 'none', await world.deposit('DECISION', '200099489')]) {
    expect(await said(transfer(), documentId)).toMatch(refused);
  }
});
