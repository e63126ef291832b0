import { OpenEntNg } from '../../../../test/simulators/open-ent-ng/open-ent-ng.js';
import { EntHttpGateway } from '../ent/ent.module.js';
import { EntHttpSession } from '../ent/ent.http-session.js';
import { attributes } from './domain/attributes.js';
import { differenceKinds } from './domain/differences.js';

let ent: OpenEntNg;
beforeAll(async () => {
  ent = await OpenEntNg.start();
});
afterAll(() => ent.stop());

const address = () => ({
  ...{ url: ent.url, login: 'connecteur', password: 'connecteur-secret', timeoutMs: 5_000 },
});
async function aSchoolOfOne(): Promise<string> {
  const gateway = new EntHttpGateway(address());
  const structureId = await gateway.ensureStructure({ uai: '0440001A', name: 'École' });
  const classId = await gateway.ensureClass(structureId, { label: 'CP', level: 'CP' });
  const person = { firstName: 'Léa', lastName: 'Le Goff', birthDate: '', academicMail: '' };
  const pupil = { ...person, birthDate: '2016-01-02', externalId: 'p', childEntIds: [] };
  const { entId } = await gateway.createUser(classId, { ...pupil, profile: 'Student' });
  const relative = { ...person, externalId: 'r', childEntIds: [entId] };
  await gateway.createUser(classId, { ...relative, profile: 'Relative' });
  return structureId;
}
/** `name`, and `list.name` for what an entry of an inner list has. */
const namesIn = (entry: object): string[] =>
  Object.entries(entry).flatMap(([name, value]) => {
    const inner: unknown = Array.isArray(value) ? value[0] : undefined;
    const isEntry = typeof inner === 'object' && inner !== null && !Array.isArray(inner);
    return isEntry ? [name, ...Object.keys(inner).map((each) => `${name}.${each}`)] : [name];
  });

test('PRV-5: each attribute of the lists that a comparison reads has a line in the table', async () => {
  const structureId = await aSchoolOfOne();
  const session = new EntHttpSession(address());
  const paths = {
    user: `/directory/user/admin/list?structureId=${structureId}`,
    structure: '/directory/structure/admin/list',
    class: `/directory/class/admin/list?structureId=${structureId}`,
  };
  const missing: string[] = [];
  for (const [list, path] of Object.entries(paths)) {
    const answer = await session.call('GET', path);
    if (!answer.isDone) throw new Error(path);
    const names = new Set((answer.body as object[]).flatMap(namesIn));
    const known = new Set(
      attributes.filter((each) => each.list === list).map(({ attribute }) => attribute),
    );
    missing.push(...[...names].filter((name) => !known.has(name)).map((name) => `${list} ${name}`));
  }
  expect(missing).toEqual([]);
});

test('PRV-5: each kind of difference comes from an attribute, or from a whole user', () => {
  const named = new Set(attributes.flatMap(({ kinds }) => kinds));
  expect(differenceKinds.filter((kind) => !named.has(kind))).toEqual([]);
  for (const { kinds, books, repair } of attributes) {
    expect([books, repair].every((text) => text !== '')).toBe(true);
    expect(kinds.length === 0).toBe(books === 'not compared');
  }
});
