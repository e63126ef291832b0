import type { Role } from '#libs/identity';
import { aWholeSchool, manyNamesakes } from './a-population.js';
import type { RunningConsole } from './console-app.js';
import { askOf, names } from './support-look.js';

/** Who is in a school, by profile and class, on a console with `populate`d people. */
export function peopleOfASchool(bed: () => RunningConsole): void {
  const get = askOf(bed);
  const school = '/api/support/schools/0440437L';
  const head = () => bed().logIn({ roles: ['school'], uais: ['0440437L'], userId: 'head-1' });
  beforeAll(() => aWholeSchool(bed()));

  test('SUP-3: a head sees who is there today, pupils with their guardians, and the classes with counts', async () => {
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

  test('SUP-2: everybody who is named, guardians too, is in the look that is written first', async () => {
    const dpo = await bed().logIn({ roles: ['dpo'] });
    const agent = await bed().logIn({ roles: ['support-2'], userId: 'agent-list' });
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

  test('SUP-2: level 2 is shown twenty people, and more for a case that it names', async () => {
    const agent = await bed().logIn({ roles: ['support-2'] });
    await manyNamesakes(bed(), 21);
    const { body } = await get(`${school}/people?profile=STUDENT&reason=CHECK`, agent).expect(200);
    expect(body.people).toHaveLength(20);
    const cursor = encodeURIComponent(body.nextCursor);
    const next = `${school}/people?profile=STUDENT&cursor=${cursor}`;
    await get(`${next}&reason=CHECK`, agent).expect(422, /LOOK_REASON_REQUIRED/);
    const second = await get(`${next}&reason=TICKET&ticket=D-19`, agent).expect(200);
    expect(names(second.body).length).toBeGreaterThan(0);
    expect(names(second.body)).not.toContain(names(body)[0]);
  });

  test.each([
    'support-1',
    'support-3',
    'member-orderer',
    'coordinator',
    'dpo',
    'supplier',
    'admin',
  ])('SUP-1, SUP-3: %s is shown neither a school’s people nor its classes', async (role) => {
    const other = await bed().logIn({ roles: [role as Role], uais: ['0440437L'] });
    for (const path of ['', '/people?reason=CHECK', '/hand-made-users?reason=CHECK'])
      await get(`${school}${path}`, other).expect(403);
  });

  test('SUP-3: another school does not exist, for a head, for an agent of another market, or for a head who is level 1', async () => {
    const dpo = await bed().logIn({ roles: ['dpo'] });
    const both = { roles: ['support-1', 'school'] as const, uais: ['0440965K'] };
    for (const visitor of [
      { roles: ['school'] as const, uais: ['0440965K'] },
      { roles: ['support-2'] as const, markets: ['e-autre-2022'] },
      both,
    ]) {
      const asking = await bed().logIn({ ...visitor, roles: [...visitor.roles] });
      for (const path of ['', '/people?reason=CHECK'])
        await get(`${school}${path}`, asking).expect(404, /SCHOOL_NOT_FOUND/);
    }
    const { looks } = (await get('/api/journal?limit=1', dpo)).body;
    expect(looks).toMatchObject([{ refusal: 'SCHOOL_NOT_FOUND', subjects: [] }]);
  });

  test('PRV-5, SUP-2: level 2 reads who was created by hand in the ENT, and the look names each of them', async () => {
    const dpo = await bed().logIn({ roles: ['dpo'] });
    const agent = await bed().logIn({ roles: ['support-2'], userId: 'agent-hand-made' });
    const path = `${school}/hand-made-users`;
    await get(path, agent).expect(422, /LOOK_REASON_REQUIRED/);
    const { body } = await get(`${path}?reason=CHECK`, agent).expect(200);
    expect([body.users.length, body.found]).toEqual([20, 21]);
    expect(body.users[0]).toEqual({
      ...{ entId: 'made-0', displayName: 'AUTRE0 Inès', profile: '' },
      ...{ classId: 'class-1', classLabel: 'CE1 A', foundOn: '2022-11-10' },
    });
    await get(`${path}?reason=CHECK&limit=100`, agent).expect(422, /LOOK_REASON_REQUIRED/);
    const all = await get(`${path}?reason=TICKET&ticket=D-20&limit=100`, agent).expect(200);
    expect(all.body.users).toHaveLength(21);
    const { looks } = (await get('/api/journal?userId=agent-hand-made', dpo).expect(200)).body;
    expect(looks).toMatchObject([
      { action: 'SEARCH', reason: 'TICKET', ticket: 'D-20', refusal: null },
      { action: 'SEARCH', refusal: 'LOOK_REASON_REQUIRED', subjects: [] },
      { action: 'SEARCH', reason: 'CHECK', refusal: null },
      { action: 'SEARCH', refusal: 'LOOK_REASON_REQUIRED', subjects: [] },
    ]);
    expect(looks[2].subjects).toHaveLength(20);
    expect(looks[2].subjects).toContain('ent:made-0');
    const named = await get(`/api/journal/${looks[2].id}/people`, dpo).expect(200);
    expect(named.body.people[0].displayName).toBe(
      'Un utilisateur créé à la main dans l’ENT, inconnu de l’annuaire',
    );
    expect(JSON.stringify(looks)).not.toMatch(/Autre|Inès/i);
  });

  test('PRV-5, SUP-3: a head reads who was created by hand in the own school alone', async () => {
    const path = `${school}/hand-made-users`;
    const { body } = await get(path, await head()).expect(200);
    expect(body.users).toHaveLength(21);
    const elsewhere = await bed().logIn({ roles: ['school'], uais: ['0440965K'] });
    await get(path, elsewhere).expect(404, /SCHOOL_NOT_FOUND/);
    const market = await bed().logIn({ roles: ['support-2'], markets: ['e-autre-2022'] });
    await get(`${path}?reason=CHECK`, market).expect(404, /SCHOOL_NOT_FOUND/);
  });

  test('SUP-3: a page does not begin after somebody of another school', async () => {
    const after = Buffer.from('["p-other"]').toString('base64url');
    await get(`${school}/people?cursor=${after}`, await head()).expect(422, /CURSOR_INVALID/);
  });
}
