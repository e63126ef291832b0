import request from 'supertest';
import { startConsole, type RunningConsole } from './console-app.js';
import { fakeServices } from './fake-services.js';

/** Goal: the door lets so much through, from an address and of a person. Method: small limits, told by settings. */
let running: RunningConsole;
beforeAll(async () => {
  running = await startConsole(fakeServices, {
    REQUESTS_PER_MINUTE_AND_ADDRESS: 8,
    REQUESTS_PER_MINUTE_AND_PERSON: 3,
    LOGINS_PER_MINUTE_AND_ADDRESS: 2,
    TRUSTED_PROXIES: '127.0.0.1, ::1',
  });
}, 60_000);
afterAll(() => running?.stop());

/** As our own proxy passes a request on. */
const from = (address: string, path: string) =>
  request(running.app.getHttpServer()).get(path).set('x-forwarded-for', address);
const statuses = async (count: number, ask: () => request.Test) => {
  const answers: number[] = [];
  for (let i = 0; i < count; i += 1) answers.push((await ask()).status);
  return answers;
};

test('so many requests from one address, spelled as it may be, whoever asks; others go on', async () => {
  const spellings = ['/api/session', '/API/session', '/api//session', '/Api/nothing'];
  let i = 0;
  const ask = () => from('192.0.2.1', spellings[i++ % spellings.length]!);
  expect(await statuses(8, ask)).not.toContain(429);
  const refused = await ask().expect(429);
  expect(refused.body).toMatchObject({ code: 'TOO_MANY_REQUESTS', title: 'Trop de demandes' });
  expect(refused.headers).toMatchObject({ 'retry-after': '8', 'cache-control': 'no-store' });
  await from('192.0.2.2', '/api/session').expect(401);
  await from('192.0.2.1', '/health/live').expect(200);
});

test('X-Forwarded-For is believed as far as our own proxies wrote it', async () => {
  let i = 0;
  const ask = () => from(`203.0.113.${i++}, 192.0.2.3`, '/api/session');
  expect(await statuses(9, ask)).toEqual([...Array<number>(8).fill(401), 429]);
});

test('so many logins begun at one address', async () => {
  expect(await statuses(3, () => from('192.0.2.4', '/Auth/Login'))).toEqual([303, 303, 429]);
});

test('so many requests of one person, from wherever and in whichever session', async () => {
  let i = 0;
  const sessions = [1, 2].map(() => running.logIn({ roles: ['dpo'], userId: 'hasty' }));
  const [one, two] = await Promise.all(sessions);
  const ask = () =>
    from(`192.0.2.${10 + i}`, '/api/session').set('cookie', (i++ % 2 ? one! : two!).cookie);
  expect(await statuses(4, ask)).toEqual([200, 200, 200, 429]);
  const other = await running.logIn({ roles: ['dpo'], userId: 'calm' });
  await from('192.0.2.20', '/api/session').set('cookie', other.cookie).expect(200);
});
