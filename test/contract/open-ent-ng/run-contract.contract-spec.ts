import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClass, createSchool } from '../../simulators/open-ent-ng/graph/schools.js';
import type { EntProfile } from '../../simulators/open-ent-ng/graph/nodes.js';
import { createUserInClass } from '../../simulators/open-ent-ng/graph/users.js';
import { OpenEntNg } from '../../simulators/open-ent-ng/open-ent-ng.js';
import { asRead, type Case, entcore, type Expected } from './case.js';
import { allCases } from './cases/all-cases.js';
import { seen } from './cases/answers.js';
import {
  type CaseOutcome,
  type ContractRun,
  NotOurStructure,
  ours,
  runContract,
} from './run-contract.js';
import { rowOutcomes, rows } from './rows.js';

const uai = '0440001A';
const structureName = 'École du contrat';
let ent: OpenEntNg;
let structureId: string;

beforeEach(async () => {
  ent = await OpenEntNg.start();
  structureId = createSchool(ent.graph, { name: structureName, UAI: uai, externalId: uai }).id;
});
afterEach(() => ent.stop());

const run = (changed: Partial<ContractRun> = {}): ContractRun => ({
  ...{ url: ent.url, login: 'connecteur', password: 'connecteur-secret' },
  ...{ level: 'READING', uai, ...changed },
});
const inside = (): string =>
  JSON.stringify([ent.graph.structures, ent.graph.classes, ent.graph.users].map((map) => [...map]));
const aPupil = (externalId: string, className: string) =>
  createUserInClass(ent.graph, createClass(ent.graph, structureId, { name: className }).id, {
    ...{ firstName: 'Zéphyrine', lastName: 'Quelconque', type: 'Student' },
    ...{ birthDate: '2015-04-03', externalId },
  })!;

test('reading changes nothing, and tells what it did not try', async () => {
  aPupil('someone', 'CP');
  const before = inside();
  const { cases } = await runContract(run(), allCases);
  expect(inside()).toBe(before);
  const isRead = ({ level }: { level: string }) => level === 'READING';
  expect(cases.filter(isRead).filter(({ verdict }) => verdict !== 'CONFIRMED')).toEqual([]);
  expect(cases.filter((one) => !isRead(one)).every(({ verdict }) => verdict === 'UNKNOWN')).toBe(
    true,
  );
});

test.each([
  ['a pupil of somebody', (): unknown => void aPupil('someone', `${ours.className}CP`), {}],
  [
    'a class of somebody',
    (): unknown => void createClass(ent.graph, structureId, { name: 'CP' }),
    {},
  ],
  ['another name', (): unknown => undefined, { structureName: 'École Jules-Ferry' }],
  ['no name', (): unknown => undefined, { structureName: undefined }],
  ['a UAI that is not there', (): unknown => undefined, { uai: '0440009Z' }],
  [
    'a list that is cut short',
    (): unknown => {
      aPupil('someone', `${ours.className}CP`);
      return ent.faults.set([{ mode: 'empty-list', calls: 'GET /directory/users' }]);
    },
    {},
  ],
  ['no UAI', (): unknown => undefined, { uai: undefined }],
] as const)('nothing is written into a school with %s', async (_what, given, changed) => {
  given();
  const before = inside();
  const refused = runContract(run({ level: 'WRITING', structureName, ...changed }), allCases);
  await expect(refused).rejects.toBeInstanceOf(NotOurStructure);
  expect(inside()).toBe(before);
});

test('SUP-4: what is recorded holds no name, login, code or password of anybody', async () => {
  const user = aPupil('someone', 'CP');
  const { login, activationCode } = user;
  // Where another thing is expected there stands a name, and pages come instead of answers: differences are told, too.
  const odd = { type: 'Zéphyrine' as EntProfile, externalId: '' };
  ent.graph.users.set(user.id, { ...user, ...odd, activationCode: 'Quelconque' });
  ent.faults.set([
    { mode: 'page-200', calls: 'GET /directory/class/admin/list' },
    { mode: 'error-400', calls: 'GET /directory/user/admin/list' },
  ]);
  const { cases } = await runContract(run(), allCases);
  expect(cases.filter(({ verdict }) => verdict === 'DIFFERENT').map(({ id }) => id)).toEqual([
    'classes-list',
    'users-list',
    'structure-users',
    'admin-users',
  ]);
  const text = JSON.stringify(cases);
  const secrets = [login, activationCode!, 'Zéphyrine', 'Quelconque', 'connecteur-secret'];
  expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
});

test('a list in which an entry lacks a field, or has it of another kind, is different', async () => {
  const user = aPupil('someone', 'CP');
  ent.graph.users.set(user.id, { ...user, login: 12 as unknown as string });
  const { cases } = await runContract(run(), allCases);
  expect(cases.find(({ id }) => id === 'users-list')).toMatchObject({
    verdict: 'DIFFERENT',
    came: 'corps[0].login : nombre',
  });
});

test('PRV-4: the report names the version whose answer came, among those that are accepted', async () => {
  const listed: Case = allCases.find(({ id }) => id === 'structures-list')!;
  const login = allCases.find(({ id }) => id === 'login')!;
  const other = { status: 404, type: 'NONE' } as const;
  const verdictOf = async (expected: Expected) =>
    (await runContract(run(), [login, { ...listed, expected }])).cases[1];
  const { expected } = listed;
  expect(await verdictOf(seen(expected, other))).toMatchObject({ variants: [entcore] });
  expect(await verdictOf(seen(other, expected))).toMatchObject({ variants: [asRead] });
  expect(await verdictOf(seen(other, other))).toMatchObject({
    ...{ verdict: 'DIFFERENT', expected: 'statut 404', came: 'statut 200' },
  });
});

test('PRV-9: each row of the addendum has cases of the contract, and an outcome by all of them that were run', async () => {
  const ids = allCases.map(({ id }) => id);
  expect(rows.map(({ row }) => row).join('')).toBe('ABCDEFGHIJKLMNOP');
  expect(rows.flatMap(({ caseIds }) => caseIds.filter((id) => !ids.includes(id)))).toEqual([]);
  const cited = allCases.filter(({ source }) => /row [A-P]/.test(source)).map(({ id }) => id);
  const listed = rows.flatMap(({ caseIds }) => caseIds);
  expect(cited.filter((id) => !listed.includes(id))).toEqual([]);
  const { cases } = await runContract(run({ level: 'WRITING', structureName }), allCases);
  const verdicts = rowOutcomes(cases).map(({ row, verdict }) => [row, verdict]);
  const ofSimulators = new Set(['D', 'G', 'H', 'I', 'O']);
  expect(verdicts).toEqual(
    rows.map(({ row }) => [row, ofSimulators.has(row) ? 'UNKNOWN' : 'AS_MEASURED']),
  );
  const of = (row: string, changed: readonly CaseOutcome[]) =>
    rowOutcomes(changed).find((each) => each.row === row);
  const answered = (verdict: object) =>
    cases.map((one) => (one.id === 'relate' ? ({ ...one, ...verdict } as CaseOutcome) : one));
  expect(of('F', answered({ variants: [asRead] }))).toMatchObject({
    ...{ verdict: 'ACCEPTED', variants: [asRead] },
  });
  const different = { verdict: 'DIFFERENT', expected: 'statut 200', came: 'statut 204' };
  expect(of('F', answered(different))).toMatchObject({ verdict: 'DIFFERENT' });
});

test('a platform that says yes to everything confirms nothing, and one that is away is unknown', async () => {
  const server: Server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const verdicts = async (): Promise<string[]> =>
    (await runContract(run({ url }), allCases)).cases.map(({ verdict }) => verdict);
  expect(await verdicts()).not.toContain('CONFIRMED');
  await new Promise((resolve) => server.close(resolve));
  expect(new Set(await verdicts())).toEqual(new Set(['UNKNOWN']));
});

test('an answer without an end is left, and a cut one is different', async () => {
  const server = createServer((request, response) => {
    if (request.url === '/auth/login') {
      const cookies = ['oneSessionId', 'authenticated', 'XSRF-TOKEN'].map((name) => `${name}=1`);
      return void response.writeHead(302, { 'set-cookie': cookies, location: '/' }).end();
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    if (request.url?.endsWith('/admin/list')) return void response.end('[{"id":');
    const more = () => {
      while (response.write('x'.repeat(1024 * 1024)));
      response.once('drain', more);
    };
    more();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const few = allCases.filter(({ id }) =>
    ['login', 'structures-list', 'user-unknown'].includes(id),
  );
  const { cases } = await runContract(run({ url }), few);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  expect(cases.map(({ id, verdict }) => [id, verdict])).toEqual([
    ['login', 'CONFIRMED'],
    ['structures-list', 'DIFFERENT'],
    ['user-unknown', 'UNKNOWN'],
  ]);
});
