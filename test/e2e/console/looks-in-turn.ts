import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import pg from 'pg';
import { SearchPeople } from '../../../apps/console/src/support/search-people.js';
import type { LoggedInBrowser, RunningConsole } from './console-app.js';
import { askOf } from './support-look.js';

/**
 * Goal: however much one agent asks at once, nobody else waits. Method: another process, which is ours, has the turn of
 * the agent, so that all its looks wait for as long as the test likes; the pool has four connections.
 */
export function looksInTurn(console_: () => RunningConsole): void {
  const get = askOf(console_);
  const search = (by: LoggedInBrowser) =>
    get('/api/support/people?by=NAME&q=exemple&reason=FAMILY_CALL', by);
  const sessionsOf = (userId: string, count: number) =>
    Promise.all(
      Array.from({ length: count }, () => console_().logIn({ roles: ['support-1'], userId })),
    );
  let elsewhere: pg.Client;
  const takeTurnOf = async (userId: string) => {
    await elsewhere.query('begin');
    await elsewhere.query('select pg_advisory_xact_lock(7272, hashtext($1))', [userId]);
  };
  beforeEach(async () => {
    elsewhere = new pg.Client({ connectionString: console_().settings.DATABASE_URL });
    await elsewhere.connect();
  });
  afterEach(() => elsewhere.end());

  test('SUP-2: looks that wait for the turn of their agent leave the pool to others', async () => {
    // Of several sessions: what one session may ask at once is not what keeps the pool free here.
    const sessions = await sessionsOf('hasty', 8);
    const [calm] = await sessionsOf('calm', 1);
    await takeTurnOf('hasty');
    let isOver = false;
    const asked = sessions.flatMap((one) => Array.from({ length: 4 }, () => search(one)));
    const statuses = Promise.all(asked.map(async (one) => (await one).status)).finally(() => {
      isOver = true;
    });
    for (let i = 0; i < 20; i += 1) {
      await get('/api/session', calm!).expect(200);
      await search(calm!).expect(200);
    }
    expect(isOver).toBe(false);
    await elsewhere.query('rollback');
    expect(await statuses).toEqual(Array<number>(32).fill(200));
  });

  test('one session runs four requests at once; a hundred wait, more are refused', async () => {
    const [session, other] = await sessionsOf('collector', 2);
    await takeTurnOf('collector');
    const answers: number[] = [];
    const asked = Array.from({ length: 110 }, async () => {
      const { status, body, headers } = await search(session!);
      if (status === 429) {
        expect(body).toMatchObject({ code: 'TOO_MANY_REQUESTS', title: 'Trop de demandes' });
        expect(headers['retry-after']).toBe('1');
      }
      answers.push(status);
      if (answers.length === 6) await elsewhere.query('rollback');
    });
    await Promise.all(asked);
    expect(answers.slice(0, 6)).toEqual(Array<number>(6).fill(429));
    expect(answers.slice(6)).toEqual(Array<number>(104).fill(200));
    await search(other!).expect(200);
  });

  test('a request that its browser gave up keeps its place until its handler has ended', async () => {
    const [session, other] = await sessionsOf('impatient', 2);
    await takeTurnOf('impatient');
    const begun = jest.spyOn(console_().app.get(SearchPeople), 'execute');
    const given = Array.from({ length: 4 }, () => search(session!));
    for (const one of given) one.catch(() => undefined);
    while (begun.mock.calls.length < 4) await sleep(5);
    for (const one of given) one.abort();
    let isAnswered = false;
    const fifth = get('/api/session', session!).then(({ status }) => {
      isAnswered = true;
      return status;
    });
    for (let i = 0; i < 20; i += 1) await get('/api/session', other!).expect(200);
    expect(isAnswered).toBe(false);
    await elsewhere.query('rollback');
    expect(await fifth).toBe(200);
    begun.mockRestore();
  });
}
