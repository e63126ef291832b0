import request from 'supertest';
import type { Role } from '#libs/identity';
import {
  aFamilyOfTwoSchools,
  aWholeSchool,
  manyNamesakes,
  populate,
  somebodyOfTwoMarkets,
} from './a-population.js';
import { LOOK_QUOTA, type LookQuota, Looks } from '../../../apps/console/src/looks/looks.module.js';
import type { Visitor } from '../../../apps/console/src/visitor.js';
import { startConsole, type LoggedInBrowser, type RunningConsole } from './console-app.js';
import { fakeServices } from './fake-services.js';
import { callerOf } from '#libs/testing';

let console_: RunningConsole;
let support1: LoggedInBrowser;

beforeAll(async () => {
  console_ = await startConsole(fakeServices);
  await populate(console_);
  support1 = await console_.logIn({ roles: ['support-1'] });
}, 60_000);
afterAll(() => console_?.stop());

const get = (path: string, { cookie }: LoggedInBrowser = support1) =>
  request(console_.app.getHttpServer()).get(path).set('cookie', cookie);

const names = (body: { people: { displayName: string }[] }) =>
  body.people.map(({ displayName }) => displayName);

it('finds a pupil by name, with or without accents, in the caller’s market only (SUP-1)', async () => {
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

it('finds people by several words, by school name, by UAI and by login', async () => {
  const search = (query: string) => get(`/api/support/people?${query}&reason=CHECK`).expect(200);
  expect(names((await search('by=NAME&q=zo%20EX')).body)).toEqual(['EXÉMPLE Zoé']);
  expect(names((await search('by=SCHOOL&q=albert%20camus')).body)).toHaveLength(3);
  expect(names((await search('by=SCHOOL&q=0440437l')).body)).toHaveLength(3);
  const byLogin = (await search('by=LOGIN&q=zoe.exemple')).body;
  expect(names(byLogin)).toEqual(['EXÉMPLE Zoé']);
  expect(byLogin.people[0].accounts[0].login).toBe('zoe•••');
});

it('SUP-1: among those found, who is born on a day; who does not see birth dates searches by none', async () => {
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

it('gives the next page where the first one ended', async () => {
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

it.each(['--', '学校', '%', 'a b'])(
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

it('SUP-1: a login that is masked is found by the whole of it only', async () => {
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

it('SUP-1: level 3, who sees no name, searches by none', async () => {
  const agent = await console_.logIn({ roles: ['support-3'] });
  const { body } = await get('/api/support/people?by=NAME&q=exemple&reason=CHECK', agent);
  expect(body).toMatchObject({ status: 403, code: 'SEARCH_BY_MASKED_FIELD' });
});

it('SUP-2: a list is long or goes on for a case that is named, or in a head’s own school', async () => {
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

it('SUP-2: who looks at more people than anybody needs is refused, and the data-protection officer told', async () => {
  const usual = { ...console_.app.get<LookQuota>(LOOK_QUOTA) };
  Object.assign(console_.app.get<LookQuota>(LOOK_QUOTA), { alarmFrom: 2, most: 2 });
  const dpo = await console_.logIn({ roles: ['dpo'] });
  const agent = await console_.logIn({ roles: ['support-1'], userId: 'support-8' });
  await get('/api/support/people/p-zoe?reason=CHECK', agent).expect(200);
  await get('/api/support/people/p-ana?reason=CHECK', agent).expect(200);
  const refused = await get('/api/support/people/p-luc?reason=CHECK', agent).expect(429);
  expect(refused.body).toMatchObject({ code: 'LOOK_QUOTA_REACHED', title: 'Trop de demandes' });
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(3_500);
  const { body } = await get('/api/journal?alarms=true&userId=support-8', dpo).expect(200);
  expect(body.looks).toMatchObject([
    { action: 'PERSON', refusal: 'LOOK_QUOTA_REACHED', subjects: ['p-luc'] },
    { action: 'ALARM', refusal: null, userId: 'support-8' },
  ]);
  Object.assign(console_.app.get<LookQuota>(LOOK_QUOTA), usual);
});

it('SUP-2: refuses a search without a reason, and says so', async () => {
  const { body } = await get('/api/support/people?by=NAME&q=exemple').expect(422);
  expect(body).toMatchObject({ code: 'LOOK_REASON_REQUIRED' });
});

it('SUP-2: journals what was refused, with the person asked for and without what was typed', async () => {
  const dpo = await console_.logIn({ roles: ['dpo'] });
  await get('/api/support/people?by=NAME&q=martin').expect(422);
  await get('/api/support/people/p-other?reason=CHECK').expect(404);
  await get('/api/support/people/jean-martin?reason=CHECK').expect(404);
  const { body } = await get('/api/journal?limit=3', dpo).expect(200);
  expect(body.looks).toMatchObject([
    { action: 'PERSON', refusal: 'PERSON_NOT_FOUND', reason: 'CHECK', subjects: [] },
    { action: 'PERSON', refusal: 'PERSON_NOT_FOUND', userId: 'support-1', subjects: ['p-other'] },
    { action: 'SEARCH', refusal: 'LOOK_REASON_REQUIRED', reason: null, subjects: [] },
  ]);
  expect(JSON.stringify(body)).not.toContain('martin');
  expect((await get('/api/journal/verification', dpo)).body).toMatchObject({ findings: [] });
});

it('SUP-2: writes every list and every page into the journal before it leaves', async () => {
  const dpo = await console_.logIn({ roles: ['dpo'] });
  await get('/api/support/people?by=NAME&q=zoe&reason=TICKET&ticket=D-17').expect(200);
  await get('/api/support/people/p-zoe?reason=TICKET&ticket=D-17').expect(200);
  const { body } = await get('/api/journal?personId=p-zoe&limit=2', dpo).expect(200);
  expect(body.looks).toMatchObject([
    {
      action: 'PERSON',
      subjects: ['p-zoe'],
      reason: 'TICKET',
      ticket: 'D-17',
      userId: 'support-1',
    },
    { action: 'SEARCH', subjects: ['p-zoe'] },
  ]);
  expect((await get('/api/journal/verification', dpo)).body).toMatchObject({ findings: [] });
});

it('SUP-2: the journal names people line by line, and that is a look too', async () => {
  const dpo = await console_.logIn({ roles: ['dpo'], userId: 'dpo', name: 'Claire Aubinière' });
  await get('/api/support/people/p-zoe?reason=CHECK').expect(200);
  const list = async () => (await get('/api/journal?limit=1', dpo).expect(200)).body.looks[0];
  const line = await list();
  const shown = await get(`/api/journal/${line.id}/people`, dpo).expect(200);
  expect(shown.body.people).toContainEqual({ personId: 'p-zoe', displayName: 'EXÉMPLE Zoé' });
  expect(await list()).toMatchObject({
    action: 'JOURNAL',
    userName: 'Claire Aubinière',
    subjects: expect.arrayContaining(['p-zoe']),
  });
});

it('SUP-2: the officer finds by a person’s name who looked, and that is a look too', async () => {
  const dpo = await console_.logIn({ roles: ['dpo'], userId: 'dpo', name: 'Claire Aubinière' });
  await get('/api/support/people/p-ana?reason=FAMILY_CALL').expect(200);
  const byName = (name: string) => get(`/api/journal?personName=${encodeURIComponent(name)}`, dpo);
  const { body } = await byName('Ana EXEMPLAIRE').expect(200);
  expect(body.named).toEqual({ people: 1, agents: null });
  expect(body.looks.slice(0, 2)).toMatchObject([
    { action: 'JOURNAL', userId: 'dpo', subjects: ['p-ana'] },
    { action: 'PERSON', userId: 'support-1', subjects: ['p-ana'], reason: 'FAMILY_CALL' },
  ]);
  for (const { subjects } of body.looks) expect(subjects).toContain('p-ana');
  // Of two who bear the name, both; of a name that nobody bears, that nobody does.
  expect((await byName('exemple')).body.named.people).toBeGreaterThan(1);
  const nobody = (await byName('Personne-Inconnue')).body;
  expect(nobody).toMatchObject({ looks: [], named: { people: 0 } });
});

it('SUP-2: a name that too many bear lists nobody', async () => {
  const dpo = await console_.logIn({ roles: ['dpo'] });
  await manyNamesakes(console_, 21);
  const { body } = await get('/api/journal?personName=homonyme', dpo).expect(422);
  expect(body).toMatchObject({ code: 'NAME_TOO_COMMON' });
  await get('/api/journal?personName=homonyme%20p21', dpo).expect(200);
});

it('SUP-2: the officer finds by an agent’s name whom it looked at', async () => {
  const dpo = await console_.logIn({ roles: ['dpo'] });
  const agent = { roles: ['support-2' as const], userId: 'agent-b', name: 'Éloïse Tréhoux' };
  await get('/api/support/people/p-zoe?reason=CHECK', await console_.logIn(agent)).expect(200);
  const byName = async (query: string) => (await get(`/api/journal?${query}`, dpo)).body;
  const { looks, named } = await byName('agentName=trehoux%20elo');
  expect(named).toEqual({ people: null, agents: 1 });
  expect(looks).toMatchObject([{ userId: 'agent-b', userName: 'Éloïse Tréhoux' }]);
  expect(await byName('agentName=personne')).toMatchObject({ looks: [], named: { agents: 0 } });
  expect((await byName('agentName=trehoux&personName=ana%20exemplaire')).looks).toEqual([]);
  await get('/api/journal?agentName=--', dpo).expect(422);
});

it('SUP-4: who was erased has no name in the journal either', async () => {
  const dpo = await console_.logIn({ roles: ['dpo'] });
  const agent = { userId: 'support-1', name: '', csrfToken: '', sessionId: '' };
  const visitor = { ...agent, ...callerOf({ userId: 'support-1', roles: ['support-1'] }) };
  const gone = { action: 'PERSON' as const, reason: 'CHECK' as const, subjects: ['p-gone'] };
  await console_.app.get(Looks).record(visitor, gone);
  const { body } = await get('/api/journal?limit=1', dpo).expect(200);
  const shown = await get(`/api/journal/${body.looks[0].id}/people`, dpo).expect(200);
  expect(shown.body.people).toEqual([
    { personId: 'p-gone', displayName: 'Une personne effacée depuis' },
  ]);
});

it.each(['0', '999999', 'x', '1e3'])('finds no line %s of the journal', async (line) => {
  const dpo = await console_.logIn({ roles: ['dpo'] });
  await get(`/api/journal/${line}/people`, dpo).expect(404);
});

it.each(['support-2', 'coordinator', 'school'] as const)(
  'SUP-2: shows the people of the journal to no %s',
  async (role) => {
    const other = await console_.logIn({ roles: [role] });
    for (const path of ['/1/people', '?personName=ana'])
      await get(`/api/journal${path}`, other).expect(403);
  },
);

it('SUP-2: the journal cannot be edited, by the database itself', async () => {
  for (const change of [`update look set user_id = 'x'`, 'delete from look']) {
    await expect(console_.database.query(change)).rejects.toThrow(/permission denied/);
    await expect(console_.asOwner(change)).rejects.toThrow(/never changed/);
  }
});

it('SUP-1: level 1 has no history, level 2 has', async () => {
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

it('SUP-1: a person of another market does not exist', async () => {
  await get('/api/support/people/p-other?reason=CHECK').expect(404);
});

it('SUP-3: a head sees its own school without stating a reason, and no other', async () => {
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

it('SUP-1, SUP-3: of a guardian, nobody sees children and places beyond his own schools or markets', async () => {
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

it('SUP-1: of an account’s history, a market’s support is shown its own schools only', async () => {
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

it.each([
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

describe('who is in a school, by profile and class', () => {
  const school = '/api/support/schools/0440437L';
  const head = () => console_.logIn({ roles: ['school'], uais: ['0440437L'], userId: 'head-1' });
  beforeAll(() => aWholeSchool(console_));

  it('SUP-3: a head sees who is there today, pupils with their guardians, and the classes with counts', async () => {
    const here = await head();
    const inClass = await get(`${school}/people?profile=STUDENT&classLabel=CM2+B`, here);
    expect(names(inClass.body)).toEqual(['ÉCOLIER Bo']);
    const teachers = await get(`${school}/people?profile=TEACHER`, here);
    expect(names(teachers.body)).toEqual(['ÉCOLIER Jo']);
    const { people } = (await get(`${school}/people?profile=STUDENT&limit=200`, here)).body;
    const zoe = people.find(({ personId }: Record<string, string>) => personId === 'p-zoe');
    expect(zoe).toMatchObject({
      ...{ birthDate: '2015-04-02', guardians: [{ displayName: 'EXÉMPLE Luc' }] },
      places: [{ uai: '0440437L', classLabel: 'CE1 A' }],
      accounts: [{ state: 'PROVISIONED' }],
    });
    const { body } = await get(school, here).expect(200);
    expect(body.school).toMatchObject({ uai: '0440437L', name: 'École primaire Albert Camus' });
    expect(body.classes).toContainEqual({ profile: 'STUDENT', classLabel: 'CM2 B', people: 1 });
    expect(JSON.stringify(body)).not.toMatch(/Écolier|Exemple|Zoé/i);
  });

  it('SUP-2: everybody who is named, guardians too, is in the look that is written first', async () => {
    const dpo = await console_.logIn({ roles: ['dpo'] });
    const agent = await console_.logIn({ roles: ['support-2'], userId: 'agent-list' });
    const asked = `${school}/people?profile=STUDENT&classLabel=CE1+A`;
    await get(asked, agent).expect(422, /LOOK_REASON_REQUIRED/);
    const { body } = await get(`${asked}&reason=TICKET&ticket=D-18&limit=200`, agent).expect(200);
    expect(names(body)).toContain('EXÉMPLE Zoé');
    const { looks } = (await get('/api/journal?userId=agent-list', dpo).expect(200)).body;
    expect(looks).toMatchObject([
      { action: 'SEARCH', reason: 'TICKET', ticket: 'D-18', refusal: null },
      { action: 'SEARCH', refusal: 'LOOK_REASON_REQUIRED', subjects: [] },
    ]);
    expect(looks[0].subjects).toEqual(expect.arrayContaining(['p-zoe', 'p-luc', 'p-ana']));
    expect(new Set(looks[0].subjects).size).toBe(looks[0].subjects.length);
  });

  it('SUP-2: level 2 is shown twenty people, and more for a case that it names', async () => {
    const agent = await console_.logIn({ roles: ['support-2'] });
    await manyNamesakes(console_, 21);
    const { body } = await get(`${school}/people?profile=STUDENT&reason=CHECK`, agent).expect(200);
    expect(body.people).toHaveLength(20);
    const cursor = encodeURIComponent(body.nextCursor);
    const next = `${school}/people?profile=STUDENT&cursor=${cursor}`;
    await get(`${next}&reason=CHECK`, agent).expect(422, /LOOK_REASON_REQUIRED/);
    const second = await get(`${next}&reason=TICKET&ticket=D-19`, agent).expect(200);
    expect(names(second.body).length).toBeGreaterThan(0);
    expect(names(second.body)).not.toContain(names(body)[0]);
  });

  it.each(['support-1', 'support-3', 'member-orderer', 'coordinator', 'dpo', 'supplier', 'admin'])(
    'SUP-1, SUP-3: %s is shown neither a school’s people nor its classes',
    async (role) => {
      const other = await console_.logIn({ roles: [role as Role], uais: ['0440437L'] });
      for (const path of ['', '/people?reason=CHECK'])
        await get(`${school}${path}`, other).expect(403);
    },
  );

  it('SUP-3: another school does not exist, for a head, for an agent of another market, or for a head who is level 1', async () => {
    const dpo = await console_.logIn({ roles: ['dpo'] });
    const both = { roles: ['support-1', 'school'] as const, uais: ['0440965K'] };
    for (const visitor of [
      { roles: ['school'] as const, uais: ['0440965K'] },
      { roles: ['support-2'] as const, markets: ['e-autre-2022'] },
      both,
    ]) {
      const asking = await console_.logIn({ ...visitor, roles: [...visitor.roles] });
      for (const path of ['', '/people?reason=CHECK'])
        await get(`${school}${path}`, asking).expect(404, /SCHOOL_NOT_FOUND/);
    }
    const { looks } = (await get('/api/journal?limit=1', dpo)).body;
    expect(looks).toMatchObject([{ refusal: 'SCHOOL_NOT_FOUND', subjects: [] }]);
  });

  it('SUP-3: a page does not begin after somebody of another school', async () => {
    const after = Buffer.from('["p-other"]').toString('base64url');
    await get(`${school}/people?cursor=${after}`, await head()).expect(422, /CURSOR_INVALID/);
  });
});
