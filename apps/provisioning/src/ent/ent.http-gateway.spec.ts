import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { patience } from '#libs/testing';
import { type Feed, feed } from '../../../../test/simulators/open-ent-ng/graph/feed.js';
import { allCases } from '../../../../test/contract/open-ent-ng/cases/all-cases.js';
import { OpenEntNg, routes } from '../../../../test/simulators/open-ent-ng/open-ent-ng.js';
import { EntPlaceGone, EntRefused, EntUnavailable } from './ent-gateway.js';
import { EntPace } from './ent-pace.js';
import { EntHttpGateway } from './ent.http-gateway.js';

let ent: OpenEntNg;
let gateway: EntHttpGateway;
let ids: { structure: string; class: string; pupil: string; relative: string };
/** Files of one pupil that were checked. */
let importId: string;

const never = new AbortController().signal;
const school = () => ({
  ...{ structureId: ids.structure, name: 'École', externalId: '0440001A', uai: '0440001A' },
});
const line = (externalId: string) => ({
  ...{ externalId, profile: 'Student' as const, firstName: 'Prénom', lastName: 'Inventé' },
  ...{ birthDate: '2015-04-03', classLabel: 'CP', childExternalIds: [] },
});
const person = (externalId: string, profile: 'Student' | 'Relative') => ({
  ...{ externalId, academicMail: '', profile },
  firstName: 'Prénom',
  lastName: 'Inventé',
  birthDate: '2015-04-03',
  childEntIds: [],
});

beforeEach(async () => {
  ent = await OpenEntNg.start();
  const address = { url: ent.url, login: 'connecteur', password: 'connecteur-secret' };
  gateway = new EntHttpGateway({ ...address, timeoutMs: 5_000 });
  const structure = await gateway.ensureStructure({ uai: '0440001A', name: 'École' });
  const schoolClass = await gateway.ensureClass(structure, { label: 'CP', level: 'CP' });
  const pupil = await gateway.createUser(schoolClass, person('a-1', 'Student'));
  const relative = await gateway.createUser(schoolClass, person('a-2', 'Relative'));
  ids = { structure, class: schoolClass, pupil: pupil.entId, relative: relative.entId };
  const checked = await gateway.checkFile(school(), [line('a-4')], never);
  importId = checked.is === 'READY' ? checked.importId : '';
});
afterEach(() => ent.stop());

/** Every call of the contract, as one that would be done: the compiler misses none. */
const calls: Readonly<Record<keyof EntHttpGateway, () => Promise<unknown>>> = {
  ensureStructure: () => gateway.ensureStructure({ uai: '0440002B', name: 'École' }),
  ensureClass: () => gateway.ensureClass(ids.structure, { label: 'CE1', level: 'CE1' }),
  createUser: () => gateway.createUser(ids.class, person('a-3', 'Student')),
  usersOf: () => gateway.usersOf(ids.structure),
  structures: () => gateway.structures(),
  classesOf: () => gateway.classesOf(ids.structure),
  membersOf: () => gateway.membersOf(ids.structure),
  listedMembersOf: () => gateway.listedMembersOf(ids.structure),
  classesOfUsers: () =>
    gateway.classesOfUsers([{ entId: ids.pupil, structureIds: [ids.structure] }]),
  whereaboutsOf: () => gateway.whereaboutsOf(ids.pupil),
  waysInOfClass: () => gateway.waysInOfClass(ids.class),
  keptOutOf: () => gateway.keptOutOf(ids.structure),
  wayInOf: () => gateway.wayInOf(ids.pupil),
  renewalCodes: () => gateway.renewalCodes([ids.pupil]),
  schoolInFiles: () => gateway.schoolInFiles(ids.structure),
  checkFile: () => gateway.checkFile(school(), [line('a-5')], never),
  importFile: () => gateway.importFile(importId, never),
  setBlocked: () => gateway.setBlocked(ids.pupil, true),
  relate: () => gateway.relate(ids.pupil, ids.relative),
  unrelate: () => gateway.unrelate(ids.pupil, ids.relative),
  nameUser: () => gateway.nameUser(ids.pupil, person('a-1', 'Student')),
  missingRights: () => gateway.missingRights(),
  joinStructure: () => gateway.joinStructure(ids.structure, ids.pupil),
  joinClass: () => gateway.joinClass(ids.class, ids.pupil),
  leaveClass: () => gateway.leaveClass(ids.class, ids.pupil),
  restore: () => gateway.restore(ids.pupil),
  leaveStructure: () => gateway.leaveStructure(ids.structure, ids.pupil),
  remove: () => gateway.remove(ids.pupil),
};
const names = Object.keys(calls) as (keyof EntHttpGateway)[];

test('PRV-4: each call is done when the ENT is well', async () => {
  for (const name of names) await calls[name]();
  expect(ent.graph.users.has(ids.pupil)).toBe(false);
});

test('PRV-4: each route that is called has a case of the contract', async () => {
  ent.calls.clear();
  for (const name of names) {
    const { is, ...checked } = await gateway.checkFile(school(), [line('a-6')], never);
    importId = is === 'READY' && 'importId' in checked ? checked.importId : '';
    await calls[name]();
  }
  const asked = allCases.map(({ request: { method, path } }) => {
    const at = path.split('?')[0]!.replace(/\{\w+\}/g, 'x');
    return routes.find((route) => route.method === method && route.pattern.test(at))?.name;
  });
  const called = [...ent.calls.keys()];
  expect(called.length).toBeGreaterThan(10);
  expect(called.filter((name) => !asked.includes(name))).toEqual([]);
});

/** Of the call and of the login that a page asks for: the gateway's session is open already. */
const others = '^(?!POST /auth/login)';

// A refusal is the result of `missingRights`.
describe.each(names.filter((name) => name !== 'missingRights'))('PRV-5: %s', (name) => {
  test.each([
    'page-200',
    'maintenance-200',
    'error-200',
    'redirect-302',
    'error-503',
    'throttled-429',
    'right-401',
    'cut-json',
    'empty-201',
  ] as const)('is not done when the ENT answers %s', async (mode) => {
    const before = JSON.stringify([...ent.graph.users.values(), ...ent.graph.classes.values()]);
    ent.faults.set([{ mode, calls: others }]);
    const error = await calls[name]().catch((thrown: unknown) => thrown);
    const says = [EntUnavailable, EntRefused, EntPlaceGone].some((kind) => error instanceof kind);
    expect(says).toBe(true);
    expect(JSON.stringify([...ent.graph.users.values(), ...ent.graph.classes.values()])).toBe(
      before,
    );
  });
});

/** What a list or an answer is made of, with values of another type than the ENT ever gives. */
const odd: readonly unknown[] = [
  ...[7, 'fait', true, null, [7], [[]], ['a'], [{ id: 7 }], { id: 7 }, { id: '' }, { id: ['a'] }],
  ...[{ id: {}, login: 'a' }, { importId: 7, Student: 'a' }, { usersExternalIds: 'a' }],
];
/** Every field that we read of a user, a class or a school, each of a wrong type. */
const oddFields = {
  ...{ id: 'x', externalId: 7, UAI: {}, login: [], name: 7, code: {}, activationCode: 7, type: 7 },
  ...{ source: [], firstName: {}, lastName: 7, birthDate: 7, blocked: 'yes', deleteDate: {} },
  ...{ allClasses: 7, classes: 7, children: 'a', parents: 7, structures: 7, structureNodes: 'a' },
};
describe.each(names)('PRV-5: %s', (name) => {
  test('takes no value of a wrong type for an answer, and does nothing by it', async () => {
    const created = ['ensureStructure', 'ensureClass', 'createUser'].includes(name);
    // Of what is made, named or moved the identifier alone is read.
    const isRead = !created && !/^(name|join|leave)/.test(name);
    for (const answer of [...odd, ...(isRead ? [[oddFields], oddFields] : [])]) {
      const before = JSON.stringify([...ent.graph.users.values(), ...ent.graph.classes.values()]);
      const status = created ? 201 : 200;
      ent.faults.set([{ mode: 'odd-json', calls: others, status, answer }]);
      const outcome = await calls[name]().catch((thrown: unknown) => thrown);
      const says = [EntUnavailable, EntRefused, EntPlaceGone].some(
        (kind) => outcome instanceof kind,
      );
      // Nobody is in it who was asked about: who is not known is left out (§1.9).
      const isNothing = answer === null || (outcome instanceof Map && outcome.size === 0);
      expect([answer, says || isNothing ? 'not believed' : outcome]).toEqual([
        answer,
        'not believed',
      ]);
      expect(JSON.stringify([...ent.graph.users.values(), ...ent.graph.classes.values()])).toBe(
        before,
      );
    }
  });
});

test('PRV-4: logs in anew at a login page with status 200, and does what was asked', async () => {
  ent.faults.set([{ mode: 'page-200', calls: 'PUT /auth/block/.*', remaining: 1 }]);
  await gateway.setBlocked(ids.pupil, true);
  expect([ent.graph.users.get(ids.pupil)?.blocked, ent.calls.get('login')]).toEqual([true, 2]);
});

test.each([
  ['right-401', 'ENT_RIGHT_MISSING'],
  ['redirect-mfa', 'ENT_SECOND_FACTOR'],
  ['redirect-terms', 'ENT_TERMS'],
  ['redirect-mail', 'ENT_MAIL_NOT_VALIDATED'],
] as const)('PRV-4: %s is %s, no ended session: nobody logs in anew', async (mode, code) => {
  ent.faults.set([{ mode, calls: 'PUT /auth/block/.*' }]);
  for (let time = 0; time < 3; time += 1)
    await expect(gateway.setBlocked(ids.pupil, true)).rejects.toMatchObject({ code });
  expect([ent.calls.get('login'), ent.calls.get('block')]).toEqual([1, 3]);
});

test('PRV-4: a wrong XSRF token is an ended session', async () => {
  ent.faults.set([{ mode: 'xsrf-403', calls: 'PUT /auth/block/.*', remaining: 1 }]);
  await gateway.setBlocked(ids.pupil, true);
  expect([ent.graph.users.get(ids.pupil)?.blocked, ent.calls.get('login')]).toEqual([true, 2]);
});

/** The page shows the same form for each cause, and the cause in words of a language alone. */
test.each([
  ['a wrong password', (): void => undefined],
  [
    'a ban after five tries',
    () => {
      for (let time = 0; time < 5; time += 1) ent.sessions.login('connecteur', 'faux');
    },
  ],
  ['an account that was never used', () => void notYetIn('faux')],
  [
    'a code of a new password',
    () =>
      void ent.graph.change(notYetIn('another'), {
        ...{ activationCode: null, password: 'p' },
        reset: { code: 'faux', at: ent.clock.now() },
      }),
  ],
])('PRV-4: %s is a refused login, and nobody logs in for a minute', async (_why, given) => {
  ent.calls.clear();
  given();
  const { login } = { login: 'connecteur', ...[...ent.graph.users.values()].find(isNotYetIn) };
  const address = { url: ent.url, login, password: 'faux', timeoutMs: 5_000 };
  const wrong = new EntHttpGateway(address);
  for (let time = 0; time < 3; time += 1) {
    const refused = await wrong.usersOf(ids.structure).catch((thrown: unknown) => thrown);
    expect(refused).toMatchObject({ code: 'ENT_LOGIN_REFUSED' });
    const { retryInMs } = refused as EntUnavailable;
    expect(Math.abs((retryInMs ?? 0) - 60_000)).toBeLessThan(10_000);
  }
  expect(Object.fromEntries(ent.calls)).toEqual({ login: 1 });
});
const isNotYetIn = ({ login }: { login: string }) => login === 'pas.entre';
const notYetIn = (activationCode: string) =>
  ent.graph.change(ent.graph.users.get(ids.pupil)!, { login: 'pas.entre', activationCode });

test('PRV-4: a page that speaks of a password and has no form is no refused login', async () => {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end('<html><h1>Maintenance</h1><p>Your password and auth still work.</p></html>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const address = { login: 'connecteur', password: 'secret', timeoutMs: 5_000 };
  const other = new EntHttpGateway({ url: `http://127.0.0.1:${port}`, ...address });
  await expect(other.usersOf('s-1')).rejects.toMatchObject({ code: 'ENT_SESSION' });
  await new Promise((resolve) => server.close(resolve));
});

test.each([
  ['maintenance-200', undefined],
  ['odd-json', { status: 'maintenance' }],
  ['error-200', undefined],
] as const)(
  'PRV-4: %s in answer to a login is no refused one: it is asked again at once',
  async (mode, answer) => {
    const address = { url: ent.url, login: 'connecteur', password: 'connecteur-secret' };
    const other = new EntHttpGateway({ ...address, timeoutMs: 5_000 });
    ent.faults.set([{ mode, answer, calls: 'POST /auth/login', remaining: 3 }]);
    for (let time = 0; time < 3; time += 1) {
      const refused = await other.whereaboutsOf(ids.pupil).catch((thrown: unknown) => thrown);
      expect(refused).toBeInstanceOf(EntUnavailable);
      const { code, retryInMs } = refused as EntUnavailable;
      expect([code, retryInMs]).toEqual(['ENT_SESSION', undefined]);
    }
    expect(await other.whereaboutsOf(ids.pupil)).toMatchObject({ is: 'PRESENT' });
  },
);

test('PRV-4: an error of the server is asked again once, of a login twice, and is nothing that was done', async () => {
  const address = { url: ent.url, login: 'connecteur', password: 'connecteur-secret' };
  const other = new EntHttpGateway({ ...address, timeoutMs: 5_000 });
  const unavailable = async (call: () => Promise<unknown>) => {
    const error = await call().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(EntUnavailable);
    const { code, isUndone } = error as EntUnavailable;
    return { code, isUndone, calls: Object.fromEntries(ent.calls) };
  };
  const failing = (calls: string, remaining: number) => {
    ent.calls.clear();
    ent.faults.set([{ mode: 'error-503', calls, remaining }]);
  };
  failing('POST /auth/login', 3);
  expect(await unavailable(() => other.relate(ids.pupil, ids.relative))).toEqual({
    ...{ code: 'ENT_SESSION', isUndone: true, calls: { login: 3 } },
  });
  failing('POST /auth/login', 2);
  await other.relate(ids.pupil, ids.relative);
  expect(Object.fromEntries(ent.calls)).toEqual({ login: 3, relate: 1 });
  failing('PUT /directory/user', 1);
  await other.relate(ids.pupil, ids.relative);
  expect(Object.fromEntries(ent.calls)).toEqual({ relate: 2 });
  failing('PUT /directory/user', 2);
  expect(await unavailable(() => other.relate(ids.pupil, ids.relative))).toEqual({
    ...{ code: 'ENT_FAULT', isUndone: false, calls: { relate: 2 } },
  });
  // What the first try may have done, a refusal of the second does not undo.
  ent.faults.set([
    { mode: 'error-503', calls: 'PUT /directory/user', remaining: 1 },
    { mode: 'throttled-429', calls: 'PUT /directory/user' },
  ]);
  expect(await unavailable(() => other.relate(ids.pupil, ids.relative))).toMatchObject({
    ...{ code: 'ENT_THROTTLED', isUndone: false },
  });
  const gone = new EntHttpGateway({ ...address, url: 'http://127.0.0.1:1', timeoutMs: 5_000 });
  expect(await unavailable(() => gone.relate(ids.pupil, ids.relative))).toMatchObject({
    ...{ code: 'ENT_UNREACHABLE', isUndone: true },
  });
});

test('PRV-4: a login whose answer is lost is opened anew before those who wait for it are given up', async () => {
  const address = { url: ent.url, login: 'connecteur', password: 'connecteur-secret' };
  const other = new EntHttpGateway({ ...address, timeoutMs: 5_000 });
  ent.calls.clear();
  ent.faults.set([{ mode: 'timeout-after-success', calls: 'POST /auth/login', remaining: 2 }]);
  const all = Array.from({ length: 60 }, () => other.whereaboutsOf(ids.pupil));
  expect(new Set((await Promise.all(all)).map(({ is }) => is))).toEqual(new Set(['PRESENT']));
  expect(Object.fromEntries(ent.calls)).toEqual({ login: 3, 'get-user': 60 });
});

test('PRV-4: who waits for its turn when the session ends takes the new one: no turn is lost to each of them', async () => {
  const pace = new EntPace({ leastPerSecond: 1, mostPerSecond: 100 });
  const paced = new EntHttpGateway({
    ...{ url: ent.url, login: 'connecteur', password: 'connecteur-secret', timeoutMs: 5_000, pace },
  });
  await paced.whereaboutsOf(ids.pupil);
  ent.calls.clear();
  const all = Array.from({ length: 60 }, () => paced.whereaboutsOf(ids.pupil));
  await all[0];
  ent.sessions.expireAll();
  expect(new Set((await Promise.all(all)).map(({ is }) => is))).toEqual(new Set(['PRESENT']));
  expect(ent.calls.get('login')).toBe(1);
  // One found it ended, and few that were on their way (all 60, were it taken before the turn).
  expect(ent.calls.get('get-user')).toBeLessThan(100);
});

test('PRV-4: throttled, it calls nobody until the time told is over', async () => {
  ent.faults.set([{ mode: 'throttled-429', remaining: 1, retryAfter: '1' }]);
  const refused = await gateway.setBlocked(ids.pupil, true).catch((thrown: unknown) => thrown);
  expect(refused).toMatchObject({ code: 'ENT_THROTTLED', retryInMs: expect.any(Number) as number });
  const lists = () => ent.calls.get('list-users') ?? 0;
  await expect(gateway.usersOf(ids.structure)).rejects.toMatchObject({ code: 'ENT_THROTTLED' });
  expect(lists()).toBe(0);
});

test('PRV-4: a user that left a school is confirmed by the list of the school, since the answer is empty', async () => {
  ent.calls.clear();
  await gateway.leaveStructure(ids.structure, ids.pupil);
  expect(ent.graph.users.get(ids.pupil)?.structureIds).toEqual([]);
  expect(Object.fromEntries(ent.calls)).toEqual({ 'unlink-structure': 1, 'admin-list-users': 1 });
  // An empty answer of a call that did nothing: the list still shows the user.
  ent.faults.set([{ mode: 'odd-json', calls: 'DELETE /directory/structure/.*', answer: {} }]);
  await expect(gateway.leaveStructure(ids.structure, ids.relative)).rejects.toMatchObject({
    code: 'ENT_FAULT',
  });
});

test.each([
  ['an administrator of the platform', (): unknown => undefined],
  [
    'an administrator of schools',
    () => (ent.sessions.technical.administration = { is: 'ADML', scope: [ids.structure] }),
  ],
])('PRV-4: for %s a user that is gone is absent, and its deletion done', async (_who, given) => {
  given();
  await gateway.remove(ids.pupil, [ids.structure]);
  expect(await gateway.whereaboutsOf(ids.pupil, [ids.structure])).toEqual({ is: 'ABSENT' });
  await gateway.remove(ids.pupil, [ids.structure]);
});

test('PRV-5: a user that may not be read is not absent as long as the list of its school has it', async () => {
  ent.faults.set([{ mode: 'right-401', calls: '(GET|DELETE) /directory/user.*' }]);
  const refused = { code: 'ENT_RIGHT_MISSING' };
  await expect(gateway.whereaboutsOf(ids.pupil, [ids.structure])).rejects.toMatchObject(refused);
  await expect(gateway.remove(ids.pupil, [ids.structure])).rejects.toMatchObject(refused);
  await expect(gateway.whereaboutsOf('nobody')).rejects.toMatchObject(refused);
});

test('AUT-1: an absent or pre-deleted user gets no renewal code, since it would open nothing', async () => {
  const user = ent.graph.users.get(ids.relative)!;
  ent.graph.change(user, { activationCode: null, password: 'un mot de passe' });
  await gateway.remove(ids.relative);
  const codes = await gateway.renewalCodes([ids.pupil, ids.relative, 'nobody']);
  expect([...codes.keys()]).toEqual([ids.pupil]);
});

test('PRV-4: a school that is not there is told apart from a class that is refused', async () => {
  ent.calls.clear();
  const made = gateway.ensureClass('nobody', { label: 'CE1', level: 'CE1' });
  await expect(made).rejects.toBeInstanceOf(EntPlaceGone);
  expect(Object.fromEntries(ent.calls)).toEqual({ 'list-classes': 1, 'create-class': 1 });
});

test('PRV-5: a school is read out of two lists that name the same people', async () => {
  const members = await gateway.membersOf(ids.structure);
  const pupil = {
    ...{ entId: ids.pupil, externalId: 'a-1', profile: 'Student', birthDate: '2015-04-03' },
    ...{ isBlocked: false, classes: [{ entId: ids.class, label: 'CP' }], childEntIds: [] },
  };
  expect(members).toContainEqual(expect.objectContaining(pupil));
  expect(await gateway.whereaboutsOf('nobody')).toEqual({ is: 'ABSENT' });
});

test.each(['empty-list', 'half-list'] as const)(
  'PRV-5: %s of a school is none, and no school has vanished in an empty list of schools',
  async (mode) => {
    for (const list of ['user/admin/list', `structure/${ids.structure}/users`]) {
      ent.faults.set([{ mode, calls: `GET /directory/${list}`, remaining: 1 }]);
      await expect(gateway.membersOf(ids.structure)).rejects.toMatchObject({
        code: 'ENT_LISTS_DIFFER',
      });
    }
    ent.faults.set([{ mode, calls: 'GET /directory/structure/admin/list' }]);
    await expect(gateway.structures()).rejects.toMatchObject({ code: 'ENT_FAULT' });
  },
);

test('PRV-4: an administrator of the schools does all of it but make a school', async () => {
  const { technical } = ent.sessions;
  technical.administration = { is: 'ADML', scope: [ids.structure] };
  // Whoever is in no school is out of its reach, for a deletion too.
  const others = ['ensureStructure', 'leaveStructure'];
  for (const name of names.filter((each) => !others.includes(each))) await calls[name]();
  await expect(calls.ensureStructure!()).rejects.toMatchObject({ code: 'ENT_RIGHT_MISSING' });
  technical.administration = { is: 'ADML', scope: [] };
  await expect(calls.setBlocked!()).rejects.toMatchObject({ code: 'ENT_RIGHT_MISSING' });
});

test('PRV-4: whom an academy feeds is found by its key, and its deletion refused by name until the feed has lost it', async () => {
  const person = { key: '7', profile: 'Teacher', firstName: 'Prénom', lastName: 'Alimentée' };
  const schools = [{ key: '1', uai: '0440003C', name: 'École alimentée' }];
  const delivered = (people: readonly object[]) =>
    feed(ent.graph, { academy: 'NANTES', schools, people } as unknown as Feed);
  delivered([{ ...person, school: '1' }]);
  const structureId = await gateway.ensureStructure({ uai: '0440003C', name: 'École' });
  const [user] = await gateway.usersOf(structureId);
  expect(user).toMatchObject({ externalId: 'NANTES-7' });
  await expect(gateway.remove(user!.entId)).rejects.toMatchObject({ code: 'ENT_FED_BY_ACADEMY' });
  delivered([]);
  await gateway.remove(user!.entId);
  expect(await gateway.whereaboutsOf(user!.entId)).toEqual({ is: 'ABSENT' });
});

test('PRV-5: classes are read in the lists of the schools, each list once, not on the page of the user', async () => {
  const [ce1, far] = [
    await gateway.ensureClass(ids.structure, { label: 'CE1', level: 'CE1' }),
    await gateway.ensureStructure({ uai: '0440003C', name: 'École' }),
  ];
  const farClass = await gateway.ensureClass(far, { label: 'CP', level: 'CP' });
  await gateway.joinClass(ce1, ids.pupil);
  await gateway.joinClass(farClass, ids.pupil);
  await gateway.leaveClass(ids.class, ids.pupil);
  ent.calls.clear();
  const here = { entId: ids.relative, structureIds: [ids.structure] };
  const classes = await gateway.classesOfUsers([
    { entId: ids.pupil, structureIds: [ids.structure, far] },
    here,
  ]);
  expect([...classes]).toEqual([
    [ids.pupil, [ce1, farClass].map((entId) => expect.objectContaining({ entId }))],
    [ids.relative, [{ entId: ids.class, label: 'CP' }]],
  ]);
  expect(Object.fromEntries(ent.calls)).toEqual({ 'admin-list-users': 2 });
});

const neo4j = (code: string) => [{ code: `Neo.TransientError.${code}`, message: 'inventé' }];

test('PRV-4: a creation that Neo4j gives up is tried again, and refused by none of its words', async () => {
  const made = Array.from({ length: 40 }, (_, at) => person(`b-${at}`, 'Student'));
  for (const each of made) await gateway.createUser(ids.class, each);
  expect(ent.deadlocks.refused).toBe(1);
  expect((await gateway.usersOf(ids.structure)).length).toBe(42);
});

test.each([
  [400, neo4j('Transaction.DeadlockDetected')],
  [400, neo4j('General.TransactionMemoryLimit')],
  [500, neo4j('Cluster.NotALeader')],
  [200, { error: 'Neo.TransientError.Transaction.LockClientStopped: inventé' }],
])(
  'PRV-4: a failed transaction told by %s is no refusal: four tries, then later',
  async (status, answer) => {
    const calls = 'POST /directory/class/.*/user';
    ent.faults.set([{ mode: 'odd-json', calls, status, answer }]);
    ent.calls.clear();
    const failed = gateway.createUser(ids.class, person('b-1', 'Student'));
    await expect(failed).rejects.toMatchObject({ code: 'ENT_TRANSIENT' });
    expect(ent.calls.get('create-user')).toBe(4);
  },
);

test('PRV-4: an import whose transaction failed is not sent again', async () => {
  const answer = neo4j('Transaction.DeadlockDetected');
  const calls = 'PUT /directory/wizard/import';
  ent.faults.set([{ mode: 'odd-json', calls, status: 400, answer }]);
  await expect(gateway.importFile(importId, never)).rejects.toMatchObject({
    // One of several transactions may have been written.
    ...{ code: 'ENT_TRANSIENT', isUndone: false },
  });
  expect(ent.calls.get('wizard-import')).toBe(1);
});

test('PRV-4: a long file is imported once its report is saved, and empty errors are success', async () => {
  const people = Array.from({ length: 300 }, (_, at) => line(`f-${at}`));
  const checked = await gateway.checkFile(school(), people, never);
  const refused = await gateway.importFile('importId' in checked ? checked.importId : '', never);
  expect([refused.size, (await gateway.usersOf(ids.structure)).length]).toEqual([0, 302]);
});

test.each([
  [4, { size: 0 }],
  [9, { code: 'ENT_FILE_REFUSED' }],
])(
  'PRV-4: an import that is too early %s times is sent again, five times at most',
  async (remaining, end) => {
    const calls = 'PUT /directory/wizard/import';
    const answer = { errors: { global: [null] } };
    ent.faults.set([{ mode: 'odd-json', calls, status: 400, answer, remaining }]);
    const imported = gateway.importFile(importId, never).catch((error: unknown) => error);
    expect(await imported).toMatchObject(end);
    expect(ent.calls.get('wizard-import')).toBe(5);
  },
  30_000,
);

test('PRV-5: a user whom the list of its school lacks has no classes by that list', async () => {
  ent.faults.set([{ mode: 'empty-list', calls: 'GET /directory/user/admin/list' }]);
  await expect(calls.classesOfUsers!()).rejects.toMatchObject({ code: 'ENT_LISTS_DIFFER' });
});

test('PRV-4: a school that we made and an academy feeds later stays one, with our users and the feed’s', async () => {
  const structureId = await gateway.ensureStructure({ uai: '0440003C', name: 'École' });
  const schoolClass = await gateway.ensureClass(structureId, { label: 'CP', level: 'CP' });
  const { entId } = await gateway.createUser(schoolClass, person('a-9', 'Student'));
  const fed = { key: '7', profile: 'Student', firstName: 'Prénom', lastName: 'Alimentée' } as const;
  feed(ent.graph, {
    ...{ academy: 'NANTES', schools: [{ key: '1', uai: '0440003C', name: 'École alimentée' }] },
    people: [{ ...fed, birthDate: '2014-03-02', school: '1', className: 'CP' }],
  });
  expect(await gateway.ensureStructure({ uai: '0440003C', name: 'École' })).toBe(structureId);
  const users = await gateway.usersOf(structureId);
  expect(users.map(({ externalId }) => externalId).sort()).toEqual(['NANTES-7', 'a-9']);
  const fedId = users.find((user) => user.entId !== entId)!.entId;
  const structureIds = [structureId];
  const classes = await gateway.classesOfUsers([
    { entId, structureIds },
    { entId: fedId, structureIds },
  ]);
  expect(classes.get(entId)).toEqual([{ entId: schoolClass, label: 'CP' }]);
  expect(classes.get(fedId)).not.toContainEqual({ entId: schoolClass, label: 'CP' });
});

test.each([
  ['the call', ['oneSessionId=s', 'XSRF-TOKEN=x'], { '/auth/login': 2, '/directory/users': 2 }],
  ['the login', [], { '/auth/login': 1 }],
] as const)(
  'PRV-4: redirects that lead back to %s are not followed: one new session at most, then said',
  async (_which, cookies, expected) => {
    const asked: Record<string, number> = {};
    const server = createServer((request, response) => {
      const path = request.url?.split('?')[0] ?? '';
      asked[path] = (asked[path] ?? 0) + 1;
      const session = path === '/auth/login' ? { 'set-cookie': [...cookies] } : {};
      response.writeHead(302, { location: request.url, ...session }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const address = { login: 'connecteur', password: 'secret', timeoutMs: 5_000 };
    const other = new EntHttpGateway({ url: `http://127.0.0.1:${port}`, ...address });
    await expect(other.usersOf('s-1')).rejects.toMatchObject({ code: 'ENT_SESSION' });
    expect(asked).toEqual(expected);
    await new Promise((resolve) => server.close(resolve));
  },
);

test('PRV-4: asks for answers in French, whose words tell refusals apart', async () => {
  const languages: unknown[] = [];
  const server = createServer((request, response) => {
    languages.push(request.headers['accept-language']);
    response.writeHead(503).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const address = { login: 'connecteur', password: 'secret', timeoutMs: 5_000 };
  const other = new EntHttpGateway({ url: `http://127.0.0.1:${port}`, ...address });
  await expect(other.usersOf('s-1')).rejects.toThrow(EntUnavailable);
  await new Promise((resolve) => server.close(resolve));
  expect(new Set(languages)).toEqual(new Set(['fr']));
});

/** An answer that never ends: as fast as it is read, or a byte now and then. */
async function endless(everyMs: number): Promise<{ ends(): Promise<number>; url: string }> {
  let bytes = 0;
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const chunk = 'x'.repeat(everyMs === 0 ? 64 * 1024 : 1);
    const write = () => {
      if (response.destroyed) return;
      bytes += chunk.length;
      const isTaken = response.write(chunk);
      if (everyMs > 0) setTimeout(write, everyMs);
      else if (isTaken) setImmediate(write);
      else response.once('drain', write);
    };
    write();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const ends = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    return bytes;
  };
  return { ends, url: `http://127.0.0.1:${port}` };
}
test.each([
  // In time for what an answer may have at most, however slow the machine.
  ['without a pause', 0, 'ENT_ANSWER_TOO_LONG', 20_000],
  ['a byte now and then', 20, 'ENT_TIMEOUT', 400],
] as const)(
  'PRV-5: an answer that never ends, %s, is given up in time',
  async (_how, everyMs, code, timeoutMs) => {
    const { url, ends } = await endless(everyMs);
    const address = { login: 'connecteur', password: 'secret', timeoutMs };
    const begunAtMs = performance.now();
    const other = new EntHttpGateway({ url, ...address });
    await expect(other.usersOf('s-1')).rejects.toMatchObject({ code });
    expect(performance.now() - begunAtMs).toBeLessThan(4_000 * patience);
    // What the operating systems hold on the way comes on top.
    expect(await ends()).toBeLessThan(32 * 1024 * 1024);
  },
);

test('PRV-5: an answer longer than any genuine one is not read to its end', async () => {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end('x'.repeat(1024 * 1024 + 1));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const address = { login: 'connecteur', password: 'secret', timeoutMs: 5_000 };
  const other = new EntHttpGateway({ url: `http://127.0.0.1:${port}`, ...address });
  await expect(other.usersOf('s-1')).rejects.toMatchObject({ code: 'ENT_ANSWER_TOO_LONG' });
  await new Promise((resolve) => server.close(resolve));
});

test.each([
  ['an administrator of the platform', { is: 'ADMC' } as const, []],
  ['an ADML with the rights of its desk', { is: 'ADML', scope: [] } as const, []],
  ['a bare ADML', { is: 'ADML', scope: [], isBare: true } as const, ['CLASSES', 'USERS']],
])(
  'PRV-4: %s lacks these rights, and nothing is written to know it',
  async (_who, administration, missing) => {
    ent.sessions.technical.administration = administration;
    const before = JSON.stringify(ent.graph.backup());
    expect(await gateway.missingRights()).toEqual(missing);
    expect(JSON.stringify(ent.graph.backup())).toBe(before);
  },
);

test('PRV-4: a class that the academy feeds is found by its label, and gets no twin', async () => {
  feed(ent.graph, {
    academy: 'ACADEMIE',
    schools: [{ key: '1', uai: school().uai, name: 'École' }],
    people: [
      {
        ...{
          key: '11',
          profile: 'Student',
          firstName: 'Prénom',
          lastName: 'Alimenté',
          school: '1',
        },
        className: 'CM2',
      },
    ],
  });
  const [fed] = ent.graph.classesOf(ids.structure).filter(({ name }) => name === 'CM2');
  const found = await gateway.ensureClass(ids.structure, { label: 'CM2', level: 'CM2' });
  expect(found).toBe(fed!.id);
  expect(ent.graph.classesOf(ids.structure).filter(({ name }) => name === 'CM2')).toHaveLength(1);
});
