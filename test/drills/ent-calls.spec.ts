import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OpenEntNg } from '../simulators/open-ent-ng/open-ent-ng.js';
import { callsBeside, entCalls } from './ent-calls.js';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'ent-calls-'))));
afterEach(() => rmSync(folder, { recursive: true }));

test('PRV-4: of calls after a fault one repetition for each fault counts as a retry, and no other call', () => {
  const call = (id: number, route: string, request: string, answer?: string) => [
    { call: `1-${id}`, at: id, route, request },
    ...(answer === undefined ? [] : [{ call: `1-${id}`, answer }]),
  ];
  const entries = [
    call(1, 'login', 'in', '302'),
    call(2, 'create-user', 'a', 'error-503'),
    call(3, 'create-user', 'a', '201'),
    call(4, 'create-user', 'a', '400'),
    // Killed before it answered.
    call(5, 'relate', 'b'),
    call(6, 'admin-list-users', 'l', '200'),
    call(7, 'relate', 'b', 'session-ended'),
    call(8, 'login', 'in', '302'),
    call(9, 'relate', 'b', '200'),
  ].flat();
  const lines = entries.map((entry) => JSON.stringify(entry)).join('\n');
  writeFileSync(join(folder, 'access.ndjson'), `${lines}\n`);
  const counted = entCalls(folder);
  expect(counted).toEqual({
    calls: 9,
    byRoute: { login: 2, 'create-user': 3, relate: 3, 'admin-list-users': 1 },
    faults: { 'error-503': 1, none: 1, 'session-ended': 1 },
    repeats: 3,
    repeatsByRoute: { 'create-user': 1, relate: 2 },
    logins: 2,
  });
  // Two of the calls were not needed: the third creation and the list.
  const needed = { ...counted, calls: 3, logins: 1 };
  expect(callsBeside(counted, needed, 0)).toBe(5 / 3);
  expect(callsBeside(counted, needed, 1)).toBe(4 / 3);
});

test('PRV-4: the simulator logs each call at once, with what was answered instead, and names nobody', async () => {
  const ent = await OpenEntNg.start({ dataFolder: folder, hasAccessLog: true });
  const list = () => fetch(`${ent.url}/directory/structure/admin/list`, { redirect: 'manual' });
  await list();
  ent.faults.set([{ mode: 'error-503', remaining: 1 }]);
  await list();
  ent.faults.set([]);
  ent.throttle.set({ perSecond: 0, latencyMs: 50 });
  const left = new AbortController();
  const abandoned = fetch(`${ent.url}/auth/login`, {
    ...{ method: 'POST', body: 'email=lea.martin&password=secret', signal: left.signal },
  });
  setTimeout(() => left.abort(), 20);
  await abandoned.catch(() => undefined);
  while (entCalls(folder).faults['closed'] === undefined) await fetch(`${ent.url}/__simulator`);
  await ent.stop();
  const { byRoute, faults, repeats } = entCalls(folder);
  expect({ byRoute, faults, repeats }).toEqual({
    byRoute: { 'list-structures': 2, login: 1 },
    faults: { 'session-ended': 1, 'error-503': 1, closed: 1 },
    repeats: 1,
  });
  expect(readFileSync(join(folder, 'access.ndjson'), 'utf8')).not.toContain('lea.martin');
});
