import { OpenEntNg } from '../../../test/simulators/open-ent-ng/open-ent-ng.js';
import { createClass, createSchool } from '../../../test/simulators/open-ent-ng/graph/schools.js';
import { block, createUserInClass } from '../../../test/simulators/open-ent-ng/graph/users.js';
import { EntApi } from './ent/ent-api.js';
import { EntUsers } from './ent-users.js';
import { tellerTo } from './teller.js';

const uai = '0440437L';
const printer = { login: 'editique', password: 'un mot de passe inventé' };
let ent: OpenEntNg;
let users: EntUsers;

beforeEach(async () => {
  ent = await OpenEntNg.start({ administrators: [printer] });
  const api = new EntApi(ent.url, printer.login, printer.password);
  users = new EntUsers(api, tellerTo(process.stderr));
  const school = createSchool(ent.graph, { name: 'École', UAI: uai, externalId: uai });
  const schoolClass = createClass(ent.graph, school.id, { name: 'CP' });
  for (let i = 0; i < 50; i += 1) {
    createUserInClass(ent.graph, schoolClass.id, {
      firstName: `Zoé${String.fromCharCode(97 + (i % 26))}`,
      lastName: `Exemple${i < 26 ? 'a' : 'b'}`,
      type: 'Student',
      birthDate: '2015-04-03',
      externalId: `a-${i}`,
    });
  }
});
afterEach(() => ent.stop());

const activeLogins = () =>
  [...ent.graph.users.values()].filter((user) => user.activationCode === null).length;

test('pupils activate with login and code at the ENT’s own door, the share that was told', async () => {
  expect(await users.activate(uai, 'Student', 40)).toBe(20);
  expect([activeLogins(), ent.calls.get('activation')]).toEqual([20, 20]);
});

test('told again, nobody else activates; told more, only the next do', async () => {
  await users.activate(uai, 'Student', 40);
  expect(await users.activate(uai, 'Student', 40)).toBe(0);
  expect(await users.activate(uai, 'Student', 60)).toBe(10);
  expect(activeLogins()).toBe(30);
});

test('an answer that is lost is asked for again and counts once', async () => {
  ent.faults.set([
    { mode: 'timeout-after-success', calls: 'POST /auth/activation', remaining: 2, waitMs: 20 },
  ]);
  await users.activate(uai, 'Student', 40);
  expect(activeLogins()).toBe(20);
});

test('a blocked pupil stays outside', async () => {
  const [first] = [...ent.graph.users.values()].sort((a, b) => (a.login < b.login ? -1 : 1));
  block(ent.graph, first?.id ?? '', true);
  expect(await users.activate(uai, 'Student', 40)).toBe(19);
});
