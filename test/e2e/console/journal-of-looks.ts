import { LOOK_QUOTA, type LookQuota, Looks } from '../../../apps/console/src/looks/looks.module.js';
import { callerOf } from '#libs/testing';
import { manyNamesakes } from './a-population.js';
import type { LoggedInBrowser, RunningConsole } from './console-app.js';
import { askOf } from './support-look.js';

/** What is kept of looks at people, and who is told of it (SUP-2), on a console with `populate`d people. */
export function journalOfLooks(bed: () => RunningConsole, agent1: () => LoggedInBrowser): void {
  const get = (path: string, by = agent1()) => askOf(bed)(path, by);

  test('SUP-2: who looks at more people than anybody needs is refused, and the data-protection officer told', async () => {
    const usual = { ...bed().app.get<LookQuota>(LOOK_QUOTA) };
    Object.assign(bed().app.get<LookQuota>(LOOK_QUOTA), { alarmFrom: 2, most: 2 });
    const dpo = await bed().logIn({ roles: ['dpo'] });
    const agent = await bed().logIn({ roles: ['support-1'], userId: 'support-8' });
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
    Object.assign(bed().app.get<LookQuota>(LOOK_QUOTA), usual);
  });

  test('SUP-2: refuses a search without a reason, and says so', async () => {
    const { body } = await get('/api/support/people?by=NAME&q=exemple').expect(422);
    expect(body).toMatchObject({ code: 'LOOK_REASON_REQUIRED' });
  });

  test('SUP-2: journals what was refused, with the person asked for and without what was typed', async () => {
    const dpo = await bed().logIn({ roles: ['dpo'] });
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

  test('SUP-2: writes every list and every page into the journal before it leaves', async () => {
    const dpo = await bed().logIn({ roles: ['dpo'] });
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

  test('SUP-2: the journal names people line by line, and that is a look too', async () => {
    const dpo = await bed().logIn({ roles: ['dpo'], userId: 'dpo', name: 'Claire Aubinière' });
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

  test('SUP-2: the officer finds by a person’s name who looked, and that is a look too', async () => {
    const dpo = await bed().logIn({ roles: ['dpo'], userId: 'dpo', name: 'Claire Aubinière' });
    await get('/api/support/people/p-ana?reason=FAMILY_CALL').expect(200);
    const byName = (name: string) =>
      get(`/api/journal?personName=${encodeURIComponent(name)}`, dpo);
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

  test('SUP-2: a name that too many bear lists nobody', async () => {
    const dpo = await bed().logIn({ roles: ['dpo'] });
    await manyNamesakes(bed(), 21);
    const { body } = await get('/api/journal?personName=homonyme', dpo).expect(422);
    expect(body).toMatchObject({ code: 'NAME_TOO_COMMON' });
    await get('/api/journal?personName=homonyme%20p21', dpo).expect(200);
  });

  test('SUP-2: the officer finds by an agent’s name whom it looked at', async () => {
    const dpo = await bed().logIn({ roles: ['dpo'] });
    const agent = { roles: ['support-2' as const], userId: 'agent-b', name: 'Éloïse Tréhoux' };
    await get('/api/support/people/p-zoe?reason=CHECK', await bed().logIn(agent)).expect(200);
    const byName = async (query: string) => (await get(`/api/journal?${query}`, dpo)).body;
    const { looks, named } = await byName('agentName=trehoux%20elo');
    expect(named).toEqual({ people: null, agents: 1 });
    expect(looks).toMatchObject([{ userId: 'agent-b', userName: 'Éloïse Tréhoux' }]);
    expect(await byName('agentName=personne')).toMatchObject({ looks: [], named: { agents: 0 } });
    expect((await byName('agentName=trehoux&personName=ana%20exemplaire')).looks).toEqual([]);
    await get('/api/journal?agentName=--', dpo).expect(422);
  });

  test('SUP-4: who was erased has no name in the journal either', async () => {
    const dpo = await bed().logIn({ roles: ['dpo'] });
    const agent = { userId: 'support-1', name: '', csrfToken: '', sessionId: '' };
    const visitor = { ...agent, ...callerOf({ userId: 'support-1', roles: ['support-1'] }) };
    const gone = { action: 'PERSON' as const, reason: 'CHECK' as const, subjects: ['p-gone'] };
    await bed().app.get(Looks).record(visitor, gone);
    const { body } = await get('/api/journal?limit=1', dpo).expect(200);
    const shown = await get(`/api/journal/${body.looks[0].id}/people`, dpo).expect(200);
    expect(shown.body.people).toEqual([
      { personId: 'p-gone', displayName: 'Une personne effacée depuis' },
    ]);
  });

  test.each(['0', '999999', 'x', '1e3'])('finds no line %s of the journal', async (line) => {
    const dpo = await bed().logIn({ roles: ['dpo'] });
    await get(`/api/journal/${line}/people`, dpo).expect(404);
  });

  test.each(['support-2', 'coordinator', 'school'] as const)(
    'SUP-2: shows the people of the journal to no %s',
    async (role) => {
      const other = await bed().logIn({ roles: [role] });
      for (const path of ['/1/people', '?personName=ana'])
        await get(`/api/journal${path}`, other).expect(403);
    },
  );

  test('SUP-2: the journal cannot be edited, by the database itself', async () => {
    for (const change of [`update look set user_id = 'x'`, 'delete from look']) {
      await expect(bed().database.query(change)).rejects.toThrow(/permission denied/);
      await expect(bed().asOwner(change)).rejects.toThrow(/never changed/);
    }
  });
}
