import { jest } from '@jest/globals';
import { bed, bedForEachTest, pupils } from '../../test/bed-of-each-test.test-support.js';
import { aPupil, type APerson } from '../../test/provisioning-bed.test-support.js';

jest.setTimeout(180_000);
bedForEachTest();

const uai = '0440001A';

async function aPupilInTheEnt(): Promise<void> {
  await bed.aMembership('m1', { ordered: 1, uais: [uai] });
  await bed.import(pupils(uai, 1), { on: '2022-09-05' });
  bed.run();
  await bed.untilQuiet();
}
async function restate(person: Partial<APerson>): Promise<void> {
  await bed.import([aPupil(1, { uai, ...person })], { on: '2022-09-05' });
  await bed.untilQuiet();
}
const inEnt = () =>
  [...bed.ent.graph.users.values()].map(({ login, displayName, birthDate }) => ({
    ...{ login, displayName, birthDate },
  }));
const updates = () => bed.ent.calls.get('update-user') ?? 0;

it('PRV-4: a new name or birth date reaches the ENT, the login stays, and an equal state sends nothing', async () => {
  await aPupilInTheEnt();
  await restate({ revision: 2, lastName: 'Épouse', birthDate: '2014-03-20' });
  const known = { login: 'prenom1.nom1', displayName: 'Épouse Prenom1', birthDate: '2014-03-20' };
  expect([inEnt(), updates()]).toEqual([[known], 1]);
  await restate({ revision: 3, lastName: 'Épouse', birthDate: '2014-03-20', sourceKey: 'x' });
  // The ENT keeps a birth date that the directory knows no more: its users of this profile must have one.
  await restate({ revision: 4, lastName: 'Épouse', firstName: 'Zoé', birthDate: '' });
  expect([inEnt(), updates()]).toEqual([[{ ...known, displayName: 'Épouse Zoé' }], 2]);
  expect(JSON.stringify(await bed.rows('select a::text from account a'))).not.toContain('Épouse');
});

it('PRV-4: refused, a name stays due with its code and is told when a day begins', async () => {
  await aPupilInTheEnt();
  bed.ent.faults.set([{ mode: 'error-400', calls: 'PUT /directory/user/[^/]*$' }]);
  await restate({ revision: 2, lastName: 'Neuf' });
  expect([inEnt()[0]?.displayName, await bed.rows('select refused_code from ent_task')]).toEqual([
    'Nom1 Prenom1',
    [{ refused_code: 'ENT_NAMES_REFUSED' }],
  ]);
  bed.ent.faults.set([]);
  await bed.begin('2022-09-06');
  await bed.untilQuiet();
  expect([inEnt()[0]?.displayName, await bed.rows('select refused_code from ent_task')]).toEqual([
    'Neuf Prenom1',
    [],
  ]);
});

it.each(['timeout-after-success', 'disconnect'] as const)(
  'PRV-4: answered %s, a creation and the name that came after it end in one user with the name of now',
  async (mode) => {
    await bed.aMembership('m1', { ordered: 1, uais: [uai] });
    bed.ent.faults.set([
      { mode, calls: 'POST /directory/class/.*/user', waitMs: 400, remaining: 1 },
    ]);
    await bed.import(pupils(uai, 1), { on: '2022-09-05' });
    bed.run({ timeoutMs: 300 });
    await bed.until('it was asked', () => (bed.ent.calls.get('create-user') ?? 0) > 0);
    await restate({ revision: 2, lastName: 'Neuf' });
    expect([await bed.states(), inEnt().map(({ displayName }) => displayName)]).toEqual([
      { PROVISIONED: 1 },
      ['Neuf Prenom1'],
    ]);
  },
);
