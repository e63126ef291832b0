import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freeLogin, loginBase } from './graph/login-and-code.js';
import { activate } from './graph/users.js';
import { OpenEntNg } from './open-ent-ng.js';

let folder: string;
let ent: OpenEntNg;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ent-'));
  ent = await OpenEntNg.start({ dataFolder: folder });
});
afterEach(async () => {
  await ent.stop();
  rmSync(folder, { recursive: true });
});

type Body = { id: string; login: string } & { code: string; externalId: string }[];

async function session() {
  const response = await fetch(`${ent.url}/auth/login`, {
    method: 'POST',
    body: new URLSearchParams({ email: 'connecteur', password: 'connecteur-secret' }),
    redirect: 'manual',
  });
  const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(';')[0] ?? '');
  const xsrf = cookies.find((cookie) => cookie.startsWith('XSRF-TOKEN='))?.slice(11) ?? '';
  return async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${ent.url}${path}`, {
      method,
      redirect: 'manual',
      headers: { cookie: cookies.join('; '), 'x-xsrf-token': xsrf },
      ...(body === undefined
        ? {}
        : { body: body instanceof FormData ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: (text === '' ? {} : JSON.parse(text)) as Body };
  };
}

type Call = Awaited<ReturnType<typeof session>>;
async function aClass(call: Call) {
  const school = await call('POST', '/directory/school', {
    name: 'École',
    UAI: '0440001A',
    externalId: '0440001A',
  });
  const schoolClass = await call('POST', `/directory/class/${school.body.id}`, { name: 'CP' });
  return { schoolId: school.body.id, classId: schoolClass.body.id };
}

test.each([
  ['Léa', 'Martin', 'lea.martin'],
  ['Jean-Éric', 'D’Août de la Tour', 'jeaneric.daoutdelatour'],
  ['A'.repeat(40), 'b', `${'a'.repeat(30)}.b`],
])('makes the login of %s %s', (first, last, login) => {
  expect(loginBase(first, last)).toBe(login);
});

test('numbers homonyms from 2', () => {
  const taken = new Set(['lea.martin', 'lea.martin2']);
  expect(freeLogin('lea.martin', (login) => taken.has(login), new Map())).toBe('lea.martin3');
});

test('keeps accounts, activations and blocks over a restart', async () => {
  const call = await session();
  const { schoolId, classId } = await aClass(call);
  const pupil = { firstName: 'Léa', lastName: 'Martin', type: 'Student', birthDate: '2015-04-03' };
  const { body: user } = await call('POST', `/directory/class/${classId}/user`, pupil);
  const { body: users } = await call('GET', `/directory/users?structureId=${schoolId}`);
  const activation = await fetch(`${ent.url}/auth/activation`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({
      login: 'lea.martin',
      activationCode: users[0]?.code ?? '',
      password: 'mot-de-passe',
      confirmPassword: 'mot-de-passe',
      acceptCGU: 'true',
    }),
  });
  expect(activation.status).toBe(302);
  await call('PUT', `/auth/block/${user.id}`, { block: true });
  await ent.stop();
  ent = await OpenEntNg.start({ dataFolder: folder });
  const again = await session();
  const { body: kept } = await again('GET', `/directory/structure/${schoolId}/users`);
  expect(kept).toEqual([
    expect.objectContaining({ id: user.id, login: 'lea.martin', code: null, blocked: true }),
  ]);
});

test('keeps who is pre-deleted, with what is given back, and its clock over a restart', async () => {
  const call = await session();
  const { schoolId, classId } = await aClass(call);
  const person = (type: string, childrenIds: string[] = []) => ({
    ...{ firstName: 'Léa', lastName: 'Martin', type, birthDate: '2015-04-03', childrenIds },
  });
  const { body: pupil } = await call('POST', `/directory/class/${classId}/user`, person('Student'));
  const relative = person('Relative', [pupil.id]);
  const { body: user } = await call('POST', `/directory/class/${classId}/user`, relative);
  const { login, activationCode } = ent.graph.users.get(user.id)!;
  activate(ent.graph, login, activationCode!, 'mot-de-passe');
  await call('DELETE', `/directory/user?userId=${user.id}`);
  const advanceMs = 80 * 86_400_000;
  const clock = { method: 'POST', body: JSON.stringify({ advanceMs }) };
  await fetch(`${ent.url}/__simulator/clock`, clock);
  await ent.stop();
  ent = await OpenEntNg.start({ dataFolder: folder });
  expect(ent.clock.now() - Date.now()).toBeCloseTo(advanceMs, -3);
  const again = await session();
  await again('PUT', `/directory/restore/user?userId=${user.id}`);
  const { body: users } = await again('GET', `/directory/user/admin/list?structureId=${schoolId}`);
  expect(users).toContainEqual(
    expect.objectContaining({
      id: user.id,
      allClasses: [{ id: classId, name: 'CP' }],
      children: [expect.objectContaining({ id: null })],
    }),
  );
});

test('deletes at once who was never activated and frees the login', async () => {
  const call = await session();
  const { classId } = await aClass(call);
  const pupil = { firstName: 'Léa', lastName: 'Martin', type: 'Student', birthDate: '2015-04-03' };
  const { body: user } = await call('POST', `/directory/class/${classId}/user`, pupil);
  await call('DELETE', `/directory/user?userId=${user.id}`);
  const again = await call('POST', `/directory/class/${classId}/user`, pupil);
  expect([ent.graph.users.size, again.body.login]).toEqual([1, 'lea.martin']);
});

test('does what it was asked and never answers, when told to', async () => {
  const call = await session();
  const { classId } = await aClass(call);
  ent.faults.set([
    { mode: 'timeout-after-success', calls: 'POST .*/user$', remaining: 1, waitMs: 20 },
  ]);
  const pupil = {
    firstName: 'Léa',
    lastName: 'Martin',
    type: 'Student',
    birthDate: '2015-04-03',
    externalId: 'a',
  };
  await expect(call('POST', `/directory/class/${classId}/user`, pupil)).rejects.toThrow(
    'fetch failed',
  );
  expect(ent.graph.users.size).toBe(1);
});

describe('while files are imported', () => {
  const pupil = {
    ...{ firstName: 'Léa', lastName: 'Martin', type: 'Student', birthDate: '2015-04-03' },
    externalId: 'called',
  };
  const lines = (count: number, prefix: string) =>
    Array.from({ length: count }, (_, at) => `${prefix}-${at};Nom;Prénom${at};03/04/2015;CP`);
  const until = async (holds: () => boolean) => {
    while (!holds()) await sleep(2);
  };
  function imported(call: Call, schoolId: string, rows: readonly string[]) {
    const form = new FormData();
    const fields = { type: 'CSV', structureName: 'École', structureId: schoolId };
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    const text = ['Id;Nom;Prénom;Date de naissance;Classe', ...rows].join('\r\n');
    form.append('Student', new Blob([text], { type: 'text/csv' }), 'eleves.csv');
    return call('POST', '/directory/wizard/import', form);
  }

  /** By the platform's own clock, whose files are then imported. */
  function passMinute() {
    const clock = { method: 'POST', body: JSON.stringify({ advanceMs: 60_000 }) };
    return fetch(`${ent.url}/__simulator/clock`, clock);
  }

  test('reads are answered, changes and another import wait for its end, in their order', async () => {
    const call = await session();
    const { schoolId, classId } = await aClass(call);
    const order: string[] = [];
    const noted = (what: string, work: Promise<unknown>) => work.then(() => order.push(what));
    const first = noted('first', imported(call, schoolId, lines(3_000, 'a')));
    await until(() => ent.importer.isAtWork);
    const second = noted('second', imported(call, schoolId, lines(20, 'b')));
    await until(() => ent.calls.get('wizard-one-shot') === 2);
    const change = noted('change', call('POST', `/directory/class/${classId}/user`, pupil));
    const { body: seen } = await call('GET', `/directory/users?structureId=${schoolId}`);
    expect(seen).toEqual([]);
    expect(order).toEqual([]);
    await passMinute();
    await Promise.all([first, second, change]);
    expect(order).toEqual(['first', 'second', 'change']);
    expect(ent.graph.users.size).toBe(3_021);
  });

  test('whoever waits too long is told so, and the change is done once the platform’s own clock has passed', async () => {
    const call = await session();
    const { schoolId, classId } = await aClass(call);
    const file = imported(call, schoolId, lines(3_000, 'a'));
    await until(() => ent.importer.isAtWork);
    ent.importer.answerAfterMs = 20;
    const late = await call('POST', `/directory/class/${classId}/user`, pupil);
    expect([late.status, ent.graph.users.size]).toEqual([400, 0]);
    await passMinute();
    expect((await file).status).toBe(200);
    expect(ent.graph.userOfExternalId('called')).toBeDefined();
    expect(ent.graph.users.size).toBe(3_001);
  });
});

test('is put back to its backup, though started again since, with the identifiers of then, in its journal too', async () => {
  const call = await session();
  const { schoolId, classId } = await aClass(call);
  const pupil = (externalId: string) => ({
    ...{ firstName: 'Léa', lastName: 'Martin', type: 'Student', birthDate: '2015-04-03' },
    externalId,
  });
  const { body: kept } = await call('POST', `/directory/class/${classId}/user`, pupil('a'));
  await fetch(`${ent.url}/__simulator/backup`, { method: 'POST' });
  await call('POST', `/directory/class/${classId}/user`, pupil('b'));
  await call('DELETE', `/directory/user?userId=${kept.id}`);
  await ent.stop();
  ent = await OpenEntNg.start({ dataFolder: folder });
  const since = await session();
  await fetch(`${ent.url}/__simulator/restore`, { method: 'POST' });
  const ended = await since('GET', '/directory/structure/admin/list');
  await ent.stop();
  ent = await OpenEntNg.start({ dataFolder: folder });
  const again = await session();
  const { body: users } = await again('GET', `/directory/user/admin/list?structureId=${schoolId}`);
  expect([ended.status, users]).toEqual([
    302,
    [expect.objectContaining({ id: kept.id, externalId: 'a', login: 'lea.martin' })],
  ]);
});

/** Creations, so many at once, each in the next of these classes. Returns how many succeed. */
async function created(call: Call, classIds: readonly string[], count: number, atOnce: number) {
  const places = Array.from({ length: count }, (_, at) => classIds[at % classIds.length]).values();
  const pupil = { firstName: 'Léa', lastName: 'Martin', type: 'Student', birthDate: '2015-04-03' };
  const statuses: number[] = [];
  const worker = async () => {
    for (const classId of places)
      statuses.push((await call('POST', `/directory/class/${classId}/user`, pupil)).status);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return statuses.filter((status) => status === 201).length;
}

test('refuses a creation with the error of Neo4j, and none behind an import', async () => {
  const call = await session();
  const { classId } = await aClass(call);
  expect(await created(call, [classId], 31, 1)).toBe(31);
  const pupil = { firstName: 'Léa', lastName: 'Martin', type: 'Student', birthDate: '2015-04-03' };
  expect(await call('POST', `/directory/class/${classId}/user`, pupil)).toEqual({
    status: 400,
    body: [expect.objectContaining({ code: 'Neo.TransientError.Transaction.DeadlockDetected' })],
  });
  ent.importer.begin(1_000);
  expect(await created(call, [classId], 40, 40)).toBe(40);
});
