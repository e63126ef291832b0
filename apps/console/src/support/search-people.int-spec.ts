import { create } from '@bufbuild/protobuf';
import {
  MembershipActivatedSchema,
  PersonChangedSchema,
  Profile,
  SchoolFinancedSchema,
} from '#libs/contracts';
import { PgBusinessDate } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import { freshDatabase, type FreshDatabase } from '#libs/testing';
import { ConsoleTables } from '../console-tables.prisma-client.js';
import { Looks } from '../looks/looks.module.js';
import { Copies } from '../read-model/copies.pg.js';
import { PeopleCopies } from '../read-model/people-copies.pg.js';
import { People } from '../read-model/people.pg.js';
import type { Visitor } from '../visitor.js';
import { SearchPeople } from './search-people.js';

/** Goal: whom a search shows is in the journal before it is shown, and nobody else (SUP-2), at the price of one transaction. */
const [market, uai] = ['e-primo-2022', '0440437L'];
const period = { startsOn: '2022-07-19', endsOn: '2026-07-19' };
let fresh: FreshDatabase;
let runs = 0;
class CountedWork extends UnitOfWork {
  override run: UnitOfWork['run'] = (work, carrier) => {
    runs += 1;
    return super.run(work, carrier);
  };
}

beforeAll(async () => {
  fresh = await freshDatabase('console');
  await fresh.unitOfWork.run(async (tx) => {
    const membership = { membershipId: 'm-1', market: { code: market }, period };
    const organisation = { organisationId: 'org-1', name: 'Commune' };
    const copies = new Copies();
    await copies.membershipActivated(
      tx,
      create(MembershipActivatedSchema, { ...membership, organisation }),
    );
    const financed = { membershipId: 'm-1', uai, period: { startsOn: period.startsOn } };
    await copies.schoolFinanced(tx, create(SchoolFinancedSchema, financed));
    const enrolments = [{ profile: Profile.STUDENT, uai, period: { startsOn: '2022-09-01' } }];
    const named = { lastName: 'Nantais', firstName: 'Lila', revision: 1, enrolments };
    await new PeopleCopies().peopleChanged(
      tx,
      ['p-1', 'p-2', 'p-3'].map((personId) => create(PersonChangedSchema, { personId, ...named })),
    );
  });
}, 60_000);
afterAll(() => fresh?.drop());

function searching(most: number) {
  const tables = new ConsoleTables(fresh.database);
  const work = new CountedWork(fresh.database);
  const looks = new Looks(fresh.database, work, tables, {
    ...{ alarmFrom: 150, most },
    perDay: { 'support-1': 300, 'support-2': 300, 'support-3': 300, school: 300, dpo: 300 },
  });
  const people = new People(fresh.database, work, tables);
  const search = new SearchPeople(
    ...([people, looks, undefined as never, new PgBusinessDate(fresh.database)] as const),
  );
  return { search, looks };
}
const agent = (userId: string): Visitor => ({
  ...{ userId, grants: [{ role: 'support-2', market }], organisationId: undefined, uais: [] },
  ...{ sessionId: '', name: '', csrfToken: '' },
});
const asked = { by: 'NAME', text: 'nantais', reason: 'CHECK', limit: 2 } as const;

test('SUP-2: whom a page shows is journalled, not whom the next one would, in the transaction that reads them', async () => {
  const { search, looks } = searching(300);
  runs = 0;
  const page = await search.execute(agent('reader'), asked);
  expect(runs).toBe(1);
  const shown = page.people.map(({ personId }) => personId);
  expect(shown).toHaveLength(2);
  expect(page.nextCursor).not.toBe('');
  const lines = await looks.list({ userIds: ['reader'], limit: 9 });
  expect(lines).toMatchObject([{ action: 'SEARCH', subjects: shown, refusal: null }]);
});

test('SUP-2: nobody is shown beyond the quota of an hour, and only the refusal is journalled', async () => {
  const { search, looks } = searching(1);
  const refused = { code: 'LOOK_QUOTA_REACHED' };
  await expect(search.execute(agent('beyond'), asked)).rejects.toMatchObject(refused);
  const lines = await looks.list({ userIds: ['beyond'], limit: 9 });
  expect(lines).toMatchObject([{ subjects: [], refusal: 'LOOK_QUOTA_REACHED' }]);
});
