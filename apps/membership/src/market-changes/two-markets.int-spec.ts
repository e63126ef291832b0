import { readFile } from 'node:fs/promises';
import { jest } from '@jest/globals';
import { localDate } from '#libs/time';
import { AmendmentWorld, prolonged } from '../../../../test/support/builders/amendment-world.js';
import {
  ancenis,
  callerWith,
  marketCode,
  type MembershipWorld,
} from '../../../../test/support/builders/membership-world.js';
import { codeOf } from '../../../../test/support/builders/refusal.js';
import { parseMarketFile } from '../contract/markets/markets.dto.js';

// Real PostgreSQL on a machine that does other things too.
jest.setTimeout(120_000);

let amendments: AmendmentWorld;
let world: MembershipWorld;
let mine: string;

beforeEach(async () => {
  amendments = await AmendmentWorld.begin();
  ({ world, mine } = amendments);
}, 30_000);
afterEach(() => world.fresh.drop());

test('MKT-1, MKT-5: two markets live side by side; a school changes over on the boundary', async () => {
  const next = 'e-primo-2026';
  const both = callerWith('coordinator', { markets: [marketCode, next] });
  const text = await readFile('deploy/local/demo/markets/e-primo-2026.yaml', 'utf8');
  // As if it were awarded already: a member of it is in force below.
  const notified = text.replaceAll(
    /planned: ('2026-04-10'|'2026-07-19')/g,
    'planned: $1, actual: $1',
  );
  const market = parseMarketFile(notified);
  const loaded = await world.loadMarket.execute({ market, caller: both });
  expect(loaded).toMatchObject({ changed: true, version: 1 });
  const list = await amendments.views.list({ caller: both, after: '', limit: 10 });
  expect(list.map(({ market, inForce }) => [market.code, inForce])).toEqual([
    [marketCode, true],
    [next, false],
  ]);
  const finance = (membershipId: string, from: string) =>
    world.financeSchool.execute({
      idempotencyKey: '',
      membershipId,
      uai: ancenis.uai as never,
      from: localDate(from),
      insee: ancenis.insee as never,
      territoryException: '',
      caller: both,
    });
  await finance(mine, '2022-07-19');
  // Adhesion to the second market, as its letter of 2026-01 would have gone.
  const [convention] = await world.papersOf(ancenis.siren, { market: next });
  await world.fresh.asOwner(
    `with joined as (
       insert into membership (id, organisation_id, market_code, status, starts_on, ends_on, letter_number, sent_on, received_on, applied_on, accepted_on, activated_on)
       values ('m-next', $1, $2, 'ACTIVE', '2026-07-19', '2030-07-19', '1A 1', '2026-01-10', '2026-01-12', '2026-01-12', '2026-02-01', '2026-06-01')
       returning id)
     insert into convention_signature (membership_id, signed_on, document_id, recorded_by, recorded_on)
     select id, '2026-01-10', $3, 'user', '2026-01-12' from joined`,
    [`org-${ancenis.siren}`, next, convention],
  );
  expect(await codeOf(finance('m-next', '2026-07-18'))).toBeDefined();
  await finance('m-next', '2026-07-19');
  const { rows } = await world.database.query(
    'select starts_on, ends_on from school_link order by starts_on',
  );
  expect(rows).toEqual([
    { starts_on: '2022-07-19', ends_on: '2026-07-19' },
    { starts_on: '2026-07-19', ends_on: '2030-07-19' },
  ]);
  // Prolonged after all: the school stays with who took it, and that is told.
  await amendments.amend(prolonged);
  expect(await world.count("from school_link where ends_on = '2026-07-19'")).toBe(1);
  expect((await amendments.lastEventOf(mine)).type).toMatch(/SchoolFinancingEnded$/);
});
