import pg from 'pg';
import { Anchoring, CheckSeals, Seals } from '#libs/persistence';
import type { Role } from '#libs/identity';
import { registry } from '#libs/observability';
import { callerOf, freshDatabase, type FreshDatabase } from '#libs/testing';
import type { Visitor } from '../visitor.js';
import { ConsoleTables } from '../console-tables.prisma-client.js';
import type { LookQuota } from './look.js';
import { LooksAtPerson } from './looks-at-person.js';
import { Looks } from './looks.pg.js';
import { rawCodes } from '../../../../test/support/raw-codes.js';

let fresh: FreshDatabase;
let looks: Looks;
let tables: ConsoleTables;
beforeAll(async () => {
  fresh = await freshDatabase('console');
  tables = new ConsoleTables(fresh.database);
  looks = looksWithin({ alarmFrom: 150, most: 300, perDay: perDay(300) });
}, 60_000);
afterAll(async () => {
  await tables.onApplicationShutdown();
  await fresh?.drop();
});

const perDay = (most: number) => ({
  ...{ 'support-1': most, 'support-2': most, 'support-3': most, school: most, dpo: most },
});
const looksWithin = (quota: LookQuota) =>
  new Looks(fresh.database, fresh.unitOfWork, tables, quota);

const agent: Visitor = {
  ...callerOf({ userId: 'support-1', roles: ['support-1'] }),
  ...{ sessionId: 's', name: 'Nadia Corbel', csrfToken: 'c' },
};
const look = (subject: string, visitor = agent) =>
  looks.record(visitor, { action: 'PERSON', reason: 'CHECK', subjects: [subject] });
const verify = () =>
  new CheckSeals(
    fresh.unitOfWork,
    new Seals(fresh.database, fresh.unitOfWork),
    new Anchoring(fresh.unitOfWork, () => []),
  ).execute('looks');
const agentNamed = (userId: string): Visitor => ({ ...agent, userId });
/** So that a look which waits for it fails instead of waiting. */
const turnOf = (userId: string) => `select pg_advisory_xact_lock(7272, hashtext('${userId}'))`;

test('SUP-2: twenty looks at once of an agent stand in the order of their times, and are sealed', async () => {
  await Promise.all(Array.from({ length: 20 }, (_, i) => look(`p-${i}`)));
  const times = (await looks.list({ limit: 200 })).map(({ recordedAt }) => recordedAt);
  expect(times).toEqual([...times].sort().reverse());
  expect(await verify()).toMatchObject({ books: [{ book: 'looks', entries: 20 }], findings: [] });
});

test('SUP-2: an agent whose look is under way keeps nobody else waiting', async () => {
  const slow = new pg.Client({ connectionString: fresh.url });
  await slow.connect();
  try {
    await slow.query('begin');
    await slow.query(turnOf('support-1'));
    const others = Array.from({ length: 50 }, (_, i) => agentNamed(`other-${i}`));
    await Promise.all(others.map((other) => look('p-of-others', other)));
    const { rows } = await fresh.database.query<{ count: bigint }>(
      `select count(*) from look where subjects = '{p-of-others}'`,
    );
    expect(rows[0]?.count).toBe(50n);
  } finally {
    await slow.end();
  }
});

test('SUP-2: the service cannot change, remove or empty the journal', async () => {
  for (const statement of [
    `update look set subjects = '{}'`,
    'delete from look where id = 3',
    'truncate look',
  ]) {
    await expect(fresh.database.query(statement)).rejects.toThrow(
      /never changed|permission denied/,
    );
  }
});

test('SUP-2: shows a line that the owner of the database changed behind its back', async () => {
  await verify();
  const owner = new pg.Client({ connectionString: fresh.ownerUrl });
  await owner.connect();
  await owner.query('set session_replication_role = replica');
  await owner.query(`update look set subjects = '{p-x}' where subjects = '{p-7}'`);
  await owner.end();
  const [line] = await looks.list({ limit: 1, personIds: ['p-x'] });
  expect((await verify()).findings).toMatchObject([{ code: 'ENTRY_REWRITTEN', entry: line!.id }]);
});

test('filters by agent, by person and by the days of Paris, the newest first', async () => {
  const all = { limit: 200 };
  const [first] = await looks.list({ ...all, personIds: ['p-4', 'p-of-nobody'] });
  expect(first).toMatchObject({ subjects: ['p-4'], userName: '', refusal: null });
  const ids = (await looks.list({ ...all, userIds: ['support-1'] })).map(({ id }) => Number(id));
  expect(ids).toEqual([...ids].sort((a, b) => b - a));
  expect(ids).toHaveLength(20);
  expect(await looks.list({ ...all, to: '2000-01-01' })).toEqual([]);
  expect(await looks.list({ ...all, from: '2000-01-01' })).toHaveLength(70);
});

describe('SUP-2: so many people in an hour, and not one more', () => {
  const people = (from: number, count: number) =>
    Array.from({ length: count }, (_, i) => `p-hour-${from + i}`);
  const list = (
    userId: string,
    subjects: readonly string[],
    quota = { alarmFrom: 3, most: 5, perDay: perDay(300) },
  ) =>
    looksWithin(quota).record(agentNamed(userId), { action: 'SEARCH', reason: 'CHECK', subjects });
  const reached = { code: 'LOOK_QUOTA_REACHED', kind: 'too-many' };
  const linesOf = async (userId: string) =>
    (await looks.list({ userIds: [userId], limit: 50 })).reverse().map((line) => line.action);

  test('counts people and not looks, tells of the alarm once, and refuses what goes beyond', async () => {
    await list('many', people(0, 2));
    await list('many', people(0, 2));
    expect(await linesOf('many')).toEqual(['SEARCH', 'SEARCH']);
    await list('many', people(1, 3));
    await list('many', people(4, 1));
    await expect(list('many', people(4, 2))).rejects.toMatchObject({
      ...reached,
      details: { retryAfterSeconds: expect.closeTo(3_600, -2) },
    });
    await list('many', people(3, 2));
    expect(await linesOf('many')).toEqual([
      ...['SEARCH', 'SEARCH', 'SEARCH', 'ALARM', 'SEARCH', 'SEARCH'],
    ]);
    expect(await looks.list({ alarms: true, userIds: ['many'], limit: 9 })).toHaveLength(1);
  });

  test('counts one after the other, however many are asked for at once', async () => {
    const asked = people(0, 20).map((one) => list('hasty', [one]));
    const answers = await Promise.allSettled(asked);
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
  });

  test('forgets after an hour; one’s own school and what was refused do not count', async () => {
    await fresh.database.query(
      `insert into look (user_id, roles, action, reason, subjects, refusal, recorded_at)
       select 'patient', '{support-1}', 'SEARCH', reason, array[refusal, reason, 'a', 'b', 'c', 'd'], refusal,
              clock_timestamp() - age
         from (values ('CHECK', null, interval '61 minutes'), ('OWN_SCHOOL', null, '1 minute'),
                      ('CHECK', 'PERSON_NOT_FOUND', '1 minute')) as before(reason, refusal, age)`,
    );
    await list('patient', people(0, 5));
    await expect(list('patient', people(5, 1))).rejects.toMatchObject(reached);
  });
});

describe('SUP-2: so many people in a day, by role', () => {
  const reached = { code: 'LOOK_DAY_QUOTA_REACHED', kind: 'too-many' };
  const quota = { alarmFrom: 100, most: 100, perDay: { ...perDay(6), 'support-2': 8 } };
  const show = (
    userId: string,
    subjects: readonly string[],
    roles: readonly Role[] = ['support-1'],
  ) =>
    looksWithin(quota).record(
      { ...agentNamed(userId), grants: callerOf({ roles }).grants },
      { action: 'SEARCH', reason: 'CHECK', subjects },
    );
  /** In the past hours of the day in Paris; the fourth one of yesterday. */
  const before = (userId: string) =>
    fresh.database.query(
      `insert into look (user_id, roles, action, reason, subjects, refusal, recorded_at)
       select $1, '{support-1}', 'SEARCH', reason, subjects::text[], refusal, date_trunc('day', now(), 'Europe/Paris') + age
         from (values ('CHECK', '{a,b}', null, interval '0'), ('CHECK', '{b,c}', null, interval '0'),
                      ('OWN_SCHOOL', '{o1,o2,o3,o4,o5,o6,o7}', null, interval '0'),
                      ('CHECK', '{r1,r2,r3,r4,r5,r6,r7}', 'PERSON_NOT_FOUND', interval '0'),
                      ('CHECK', '{y1,y2,y3,y4,y5,y6,y7}', null, interval '-1 second'))
           as earlier(reason, subjects, refusal, age)`,
      [userId],
    );

  test('counts each person once since midnight in Paris, in the database: another process counts on', async () => {
    await before('daily');
    await show('daily', ['c', 'd', 'e']);
    await show('daily', ['f']);
    const refusal = await show('daily', ['a', 'g']).catch((error: unknown) => error);
    // After the refusal: counted from before it, its whole seconds may end just before midnight.
    const now = new Date();
    expect(refusal).toMatchObject(reached);
    const { retryAfterSeconds } = (refusal as { details: { retryAfterSeconds: number } }).details;
    const ends = new Date(now.getTime() + retryAfterSeconds * 1_000);
    expect(
      new Intl.DateTimeFormat('fr-FR', {
        timeZone: 'Europe/Paris',
        hour: '2-digit',
        minute: '2-digit',
      }).format(ends),
    ).toBe('00:00');
    // Who was seen today may be seen again.
    await show('daily', ['a', 'b', 'c', 'd', 'e', 'f']);
    expect((refusal as Error).message).toContain('LOOKS_MAX_PER_DAY');
  });

  test('counts one after the other, however many are asked for at once', async () => {
    const asked = Array.from({ length: 20 }, (_, i) => show('hasty-day', [`h-${i}`]));
    const answers = await Promise.allSettled(asked);
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(6);
  });

  test('of several roles the largest bound holds, and a role that is shown nobody sees nobody', async () => {
    const eight = ['1', '2', '3', '4', '5', '6', '7', '8'];
    await show('two-roles', eight, ['support-1', 'support-2']);
    await expect(show('one-role', eight)).rejects.toMatchObject(reached);
    await expect(show('no-role', ['1'], ['coordinator'])).rejects.toMatchObject(reached);
  });

  test('is a metric, and stands before the data-protection officer', async () => {
    const metrics = await registry.metrics();
    expect(metrics).toMatch(/ent_look_quotas_reached_total\{[^}]*period="day"[^}]*\} [1-9]/);
    await looks
      .keepingRefusal(agentNamed('named'), { action: 'SEARCH', reason: 'CHECK' }, () =>
        show('named', ['1', '2', '3', '4', '5', '6', '7']),
      )
      .catch(() => undefined);
    expect(await looks.list({ alarms: true, userIds: ['named'], limit: 9 })).toMatchObject([
      { action: 'SEARCH', refusal: 'LOOK_DAY_QUOTA_REACHED' },
    ]);
  });
});

test('SUP-2, SUP-4, RGPD 15: an export tells who looked by profile, no name, and is a look itself', async () => {
  await look('p-exported');
  const asked = {
    ...{ personId: 'p-exported', accountIds: [], askedBy: 'dpo-1', role: 'dpo' },
    reason: 'DEMANDE_PERSONNE SUP-9',
  };
  const { tables: told } = await new LooksAtPerson(fresh.database, looks).of(asked);
  expect(told[0]!.rows.map(([, ...rest]) => rest)).toEqual([
    ['Protection des données', 'Toutes les données d’une personne', 'Vérification', ''],
    ['Assistance de niveau 1', 'Fiche d’une personne', 'Vérification', ''],
  ]);
  expect(rawCodes(told)).toEqual([]);
  expect(JSON.stringify(told)).not.toMatch(/dpo-1|Nadia|Corbel/);
  const [written] = await looks.list({ personIds: ['p-exported'], limit: 1 });
  expect(written).toMatchObject({ userId: 'dpo-1', action: 'EXPORT', ticket: 'SUP-9' });
});

test('SUP-2: what left over LDAP stands under its member, with whom and what was asked, whatever the number', async () => {
  await fresh.database.query(
    `insert into membership (membership_id, organisation_id, organisation_name, siren, market_code, status)
     values ('m-1', 'org-1', 'Ancenis-Saint-Géréon', '200083228', 'e-primo-2022', 'ACTIVE')`,
  );
  const subjects = Array.from({ length: 500 }, (_, i) => `staff-${i}`);
  const question = '(&(objectClass=?)(sn=?))';
  await looks.recordLdap({ membershipId: 'm-1', question, subjects });
  expect(await looks.list({ personIds: ['staff-499'], limit: 10 })).toMatchObject([
    {
      ...{ userId: 'ldap:m-1', userName: 'Ancenis-Saint-Géréon', action: 'LDAP', refusal: null },
      ...{ reason: 'CONTROLLER_DECISION', subjects, question },
    },
  ]);
});
