import { jest } from '@jest/globals';
import { bed, bedForEachTest, pupils } from '../../test/bed-of-each-test.test-support.js';
import { aPupil } from '../../test/provisioning-bed.test-support.js';

jest.setTimeout(180_000);
bedForEachTest();

const uai = '0440001A';

it('AUT-1: a first use is seen the next day, once, and a pupil’s new class is followed', async () => {
  await bed.aMembership('m1', { ordered: 3, uais: [uai] });
  await bed.import(pupils(uai, 3), { on: '2022-09-05' });
  bed.run();
  await bed.untilQuiet();
  const [user] = bed.ent.graph.users.values();
  bed.ent.graph.activate(user!.login, user!.activationCode!, 'mot-de-passe');
  await bed.begin('2022-09-06');
  await bed.untilQuiet();
  expect(await bed.states()).toEqual({ PROVISIONED: 2, ACTIVATED: 1 });
  await bed.import([aPupil(2, { uai, classLabel: 'CM1', revision: 2 })], { on: '2022-09-06' });
  await bed.untilQuiet();
  const classes = [...bed.ent.graph.users.values()]
    .filter(({ firstName }) => firstName === 'Prenom2')
    .flatMap(({ classIds }) => classIds.map((id) => bed.ent.graph.classes.get(id)?.name));
  expect(classes).toEqual(['CM1']);
});
