import type { Role } from '#libs/identity';
import { aFamilyOfTwoSchools, populate, somebodyOfTwoMarkets } from './a-population.js';
import { LOOK_QUOTA } from '../../../apps/console/src/looks/looks.module.js';
import type { Visitor } from '../../../apps/console/src/visitor.js';
import { startConsole, type LoggedInBrowser, type RunningConsole } from './console-app.js';
import { fakeServices } from './fake-services.js';
import { journalOfLooks } from './journal-of-looks.js';
import { looksInTurn } from './looks-in-turn.js';
import { peopleOfASchool } from './people-of-a-school.js';
import { askOf, names } from './support-look.js';

let console_: RunningConsole;
let support1: LoggedInBrowser;

beforeAll(async () => {
  console_ = await startConsole(fakeServices, {
    ...{ LOOKS_ALARM_PER_HOUR: 149, LOOKS_MAX_PER_HOUR: 299, LOOKS_MAX_PER_DAY: 'support-1=799' },
  });
  await populate(console_);
  support1 = await console_.logIn({ roles: ['support-1'] });
}, 60_000);
afterAll(() => console_?.stop());

const get = (path: string, by = support1) => askOf(() => console_)(path, by);

test('SUP-2: the bounds of looks are those of the settings', () => {
  expect(console_.app.get(LOOK_QUOTA, { strict: false })).toMatchObject({
    ...{ alarmFrom: 149, most: 299, perDay: { 'support-1': 799, 'support-2': 1_200 } },
  });
});

test('finds a pupil by name, with or without accents, in the caller’s market only (SUP-1)', async () => {
  const { body } = await get('/api/support/people?by=NAME&q=exemple&reason=FAMILY_CALL').expect(
    200,
  );
  expect(names(body)).toEqual(['EXÉMPLE Luc', 'EXÉMPLE Zoé']);
  expect(body.people[1]).toMatchObject({
    birthDate: null,
    places: [{ schoolName: 'École primaire Albert Camus', classLabel: 'CE1 A' }],
    accounts: [{ state: 'PROVISIONED' }],
  });
});

test('finds people by several words, by school name, by UAI and by login', async () => {
  const search = (query: string) => get(`/api/support/people?${query}&reason=CHECK`).expect(200);
  expect(names((await search('by=NAME&q=zo%20EX')).body)).toEqual(['EXÉMPLE Zoé']);
  expect(names((await search('by=SCHOOL&q=albert%20camus')).body)).toHaveLength(3);
  expect(names((await search('by=SCHOOL&q=0440437l')).body)).toHaveLength(3);
  const byLogin = (await search('by=LOGIN&q=zoe.exemple')).body;
  expect(names(byLogin)).toEqual(['EXÉMPLE Zoé']);
  expect(byLogin.people[0].accounts[0].login).toBe('zoe•••');
});

test('SUP-1: among those found, who is born on a day; who does not see birth dates searches by none', async () => {
  const agent = await console_.logIn({ roles: ['support-2'] });
  const search = (query: string, by = agent) =>
    get(`/api/support/people?${query}&reason=CHECK`, by).then(({ status, body }) =>
      status === 200 ? names(body) : body.code,
    );
  const bornThen = ['EXÉMPLE Luc', 'EXÉMPLE Zoé'];
  expect(await search('by=NAME&q=exemple&bornOn=2015-04-02')).toEqual(bornThen);
  expect(await search('by=NAME&q=exemple&bornOn=2015-04-03')).toEqual([]);
  expect(await search('by=SCHOOL&q=camus&bornOn=2015-04-02')).toHaveLength(3);
  expect(await search('by=SCHOOL&q=camus&bornOn=2015-04-03')).toEqual([]);
  expect(await search('by=LOGIN&q=zoe.&bornOn=2015-04-03')).toEqual([]);
  expect(await search('by=NAME&q=exemple&bornOn=2015-02-30')).toBe('INPUT_INVALID');
  for (const by of ['NAME', 'SCHOOL', 'LOGIN'])
    expect(await search(`by=${by}&q=exemple&bornOn=2015-04-02`, support1)).toBe(
      'SEARCH_BY_MASKED_FIELD',
    );
});

test('gives the next page where the first one ended', async () => {
  const list = '/api/support/people?by=SCHOOL&q=camus&reason=TICKET&ticket=D-17&limit=2';
  const first = await get(list).expect(200);
  const cursor = encodeURIComponent(first.body.nextCursor);
  expect(Buffer.from(cursor, 'base64url').toString()).not.toMatch(/ex[eé]mpl/i);
  const second = await get(`${list}&cursor=${cursor}`);
  expect([...names(first.body), ...names(second.body)]).toEqual([
    'EXEMPLAIRE Ana',
    'EXÉMPLE Luc',
    'EXÉMPLE Zoé',
  ]);
  expect(second.body.nextCursor).toBe('');
});

test.each(['--', '学校', '%', 'a b'])(
  'refuses to search for %s, which would list everybody',
  async (text) => {
    for (const by of ['NAME', 'SCHOOL']) {
      const query = `by=${by}&q=${encodeURIComponent(text)}&reason=CHECK`;
      const { body } = await get(`/api/support/people?${query}`).expect(422);
      expect(body).toMatchObject({
        code: expect.stringMatching(/SEARCH_TEXT_EMPTY|INPUT_INVALID/),
      });
    }
  },
);

test('SUP-1: a login that is masked is found by the whole of it only', async () => {
  const found = async (role: Role, q: string) => {
    const agent = await console_.logIn({ roles: [role] });
    const { body } = await get(`/api/support/people?by=LOGIN&q=${q}&reason=CHECK`, agent);
    return body.people.length as number;
  };
  expect([await found('support-1', 'zoe.'), await found('support-3', 'zoe.exempl')]).toEqual([
    0, 0,
  ]);
  expect([await found('support-1', 'zoe.exemple'), await found('support-2', 'zoe.')]).toEqual([
    1, 1,
  ]);
});

test('SUP-1: level 3, who sees no name, searches by none', async () => {
  const agent = await console_.logIn({ roles: ['support-3'] });
  const { body } = await get('/api/support/people?by=NAME&q=exemple&reason=CHECK', agent);
  expect(body).toMatchObject({ status: 403, code: 'SEARCH_BY_MASKED_FIELD' });
});

test('SUP-2: a list is long or goes on for a case that is named, or in a head’s own school', async () => {
  const head = await console_.logIn({ roles: ['school'], uais: ['0440437L'] });
  const cursor = Buffer.from('["p-luc"]').toString('base64url');
  for (const more of ['limit=21', 'limit=200', `cursor=${cursor}`]) {
    const list = `/api/support/people?by=SCHOOL&q=camus&${more}`;
    const { body } = await get(`${list}&reason=CHECK`).expect(422);
    expect(body).toMatchObject({ code: 'LOOK_REASON_REQUIRED' });
    await get(`${list}&reason=CHECK&ticket=D-17`).expect(200);
    await get(list, head).expect(200);
  }
});

test('SUP-1: level 1 has no history, level 2 has', async () => {
  const history = '/api/support/accounts/a-zoe/history?reason=CHECK';
  await get(history).expect(403);
  const { body } = await get(history, await console_.logIn({ roles: ['support-2'] })).expect(200);
  expect(body.transitions).toMatchObject([
    { fromState: '', toState: 'REQUESTED', cause: 'IMPORT' },
    {
      schoolName: 'École primaire Albert Camus',
      decidedBy: 'support-2',
      decidedByName: 'Camille Inventée',
    },
    { decidedByName: 'Le service des comptes' },
    { decidedByName: 'Une personne jamais connectée ici' },
  ]);
});

test('DIR-5, SUP-1: level 2 reads which source each attribute has come from, of the schools that it sees; nobody else is told', async () => {
  const path = '/api/support/people/p-zoe?reason=CHECK';
  const level2 = await console_.logIn({ roles: ['support-2'] });
  const { body } = await get(path, level2).expect(200);
  expect(body.attributeSources).toEqual([
    { attribute: 'NAMES', profile: '', uai: '', sources: ['AAF de Nantes'] },
  ]);
  const level1 = await console_.logIn({ roles: ['support-1'] });
  const head = await console_.logIn({ roles: ['school'], uais: ['0440437L'] });
  for (const visitor of [level1, head])
    expect((await get(path, visitor).expect(200)).body.attributeSources).toBe(null);
});

test('SUP-1: a person of another market does not exist', async () => {
  await get('/api/support/people/p-other?reason=CHECK').expect(404);
});

test('SUP-3: a head sees its own school without stating a reason, and no other', async () => {
  const head = await console_.logIn({ roles: ['school'], uais: ['0440437L'] });
  const { body } = await get('/api/support/people/p-zoe', head).expect(200);
  expect(body.person).toMatchObject({
    birthDate: '2015-04-02',
    guardians: [{ displayName: 'EXÉMPLE Luc' }],
  });
  await get('/api/support/people/p-other', head).expect(404);
  const all = await get('/api/support/people?by=SCHOOL&q=0440965K', head).expect(200);
  expect(all.body.people).toEqual([]);
});

test('SUP-1, SUP-3: of a guardian, nobody sees children and places beyond his own schools or markets', async () => {
  await aFamilyOfTwoSchools(console_);
  const seenBy = async (uai: string, visitor: Parameters<typeof console_.logIn>[0]) => {
    const browser = await console_.logIn(visitor);
    const { body } = await get('/api/support/people/p-max?reason=CHECK', browser).expect(200);
    const found = '/api/support/people?by=NAME&q=deuxecoles+max&reason=CHECK';
    const { people } = (await get(found, browser)).body;
    for (const view of [body.person, people[0]]) {
      expect(view.places.map((place: { uai: string }) => place.uai)).toEqual([uai]);
      expect(view.isElsewhere).toBe(false);
    }
    return {
      children: body.person.children.map((child: { displayName: string }) => child.displayName),
      childCount: body.person.childCount,
      // As provisioning tells it: the account's school is the first.
      school: body.person.accounts[0].uai,
    };
  };
  const ofLea = { children: ['DEUXÉCOLES Léa'], childCount: 1, school: '0440437L' };
  const ofTom = { children: ['DEUXÉCOLES Tom'], childCount: 1, school: '' };
  expect(await seenBy('0440437L', { roles: ['school'], uais: ['0440437L'] })).toEqual(ofLea);
  expect(await seenBy('0440290B', { roles: ['school'], uais: ['0440290B'] })).toEqual(ofTom);
  // The market finances the first school alone.
  expect(await seenBy('0440437L', { roles: ['support-2'] })).toEqual(ofLea);
});

test('SUP-1: of an account’s history, a market’s support is shown its own schools only', async () => {
  await somebodyOfTwoMarkets(console_);
  const schoolsIn = async (market: string) => {
    const agent = await console_.logIn({ roles: ['support-2'], markets: [market] });
    const { body } = await get('/api/support/accounts/a-ida/history?reason=CHECK', agent).expect(
      200,
    );
    return body.transitions.map(({ uai, schoolName }: Record<string, string>) => [uai, schoolName]);
  };
  expect(await schoolsIn('e-primo-2022')).toContainEqual([
    '0440437L',
    'École primaire Albert Camus',
  ]);
  expect((await schoolsIn('e-autre-2022')).flat().filter(Boolean)).toEqual([]);
});

test.each([
  ['support-1', {}],
  ['school', { uais: ['0440437L'] }],
] satisfies [Role, Partial<Visitor>][])(
  '%s cannot find out a name beyond its scope by pages after it',
  async (role, of) => {
    const browser = await console_.logIn({ roles: [role], ...of });
    const list = '/api/support/people?by=SCHOOL&q=camus&reason=TICKET&ticket=D-17&limit=1';
    const after = (id: string) =>
      encodeURIComponent(Buffer.from(`["${id}"]`).toString('base64url'));
    await get(`${list}&cursor=${after('p-luc')}`, browser).expect(200);
    for (const id of ['p-other', 'p-nobody']) {
      const { body } = await get(`${list}&cursor=${after(id)}`, browser).expect(422);
      expect(body.code).toBe('CURSOR_INVALID');
    }
  },
);

describe('the journal of looks', () =>
  journalOfLooks(
    () => console_,
    () => support1,
  ));

describe('looks of one agent at once', () => looksInTurn(() => console_));

describe('who is in a school, by profile and class', () => peopleOfASchool(() => console_));
