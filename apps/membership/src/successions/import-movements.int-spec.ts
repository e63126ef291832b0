import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { jest } from '@jest/globals';
import {
  coordinator,
  marketCode,
  type MembershipWorld,
} from '../../../../test/support/builders/membership-world.js';
import {
  breuilBarret,
  SuccessionWorld,
  tardiere,
} from '../../../../test/support/builders/succession-world.js';

// Real PostgreSQL on a machine that does other things too.
jest.setTimeout(120_000);

let world: MembershipWorld;
let successions: SuccessionWorld;

beforeEach(async () => {
  successions = await SuccessionWorld.begin();
  ({ world } = successions);
  await world.activeMember(tardiere, 100);
  await world.activeMember(breuilBarret, 40);
}, 60_000);
afterEach(() => world.fresh.drop());

const header = 'Date;Type;Ancien membre;Successeur;Nom;Nature;INSEE;Document;Date du document';
const row = (insee: string, over = 'Terval;commune nouvelle;85289') =>
  `01/01/2023;commune nouvelle;${insee};200099489;${over};Arrêté préfectoral;15/11/2022`;
const load = (
  rows: readonly string[],
  dryRun: boolean,
  key: string = randomUUID(),
  columns = header,
) =>
  successions.importMovements.execute({
    idempotencyKey: key,
    marketCode,
    fileName: 'mouvements.csv',
    content: Buffer.from([columns, ...rows].join('\n')),
    dryRun,
    caller: coordinator,
  });
const holds = async () =>
  expect(await world.checkLedgers.execute(marketCode)).toMatchObject({ violations: [] });

test('ADH-5: dry run first, then planned whole; the same key again gives the same plans', async () => {
  const rows = [row('85289'), row('85037')];
  expect(await load(rows, true)).toEqual({ faults: [], planned: [], movements: 2 });
  expect(await world.count('from succession')).toBe(0);
  const key = randomUUID();
  const { planned } = await load(rows, false, key);
  expect(planned).toHaveLength(2);
  expect((await load(rows, false, key)).planned).toEqual(planned);
  await successions.approved(planned[0]!);
  await successions.day('2023-01-01');
  for (const id of planned) {
    expect(await successions.find(id)).toMatchObject({ status: 'CARRIED_OUT' });
  }
  await holds();
});

test('ADH-5: every fault at once with its line, and nothing planned', async () => {
  const { faults, planned } = await load(
    [
      row('85289'),
      row('85053'),
      '32/01/2023;totale;1;2;;;;x;01/01/2022',
      row('85037', 'Terval;commune;99999'),
    ],
    false,
  );
  expect(faults.map(({ line, code }) => [line, code])).toEqual([
    [3, 'PREDECESSOR_UNKNOWN'],
    [4, 'DATE_INVALID'],
    [4, 'SIREN_INVALID'],
    [4, 'PREDECESSOR_UNKNOWN'],
    [5, 'INSEE_CODE_INVALID'],
  ]);
  expect(planned).toEqual([]);
  expect(await world.count('from succession')).toBe(0);
  expect((await load([row('85289'), row('85289')], false)).faults).toMatchObject([
    { line: 3, code: 'SUCCESSION_ALREADY_PLANNED' },
  ]);
  expect(await world.count('from succession')).toBe(0);
});

// Written by hand, beside the file: what its reader must be told, of what cannot be read and of what cannot be.
test('ADH-5: every mistake of mouvements.csv is told at once, with its line, in French', async () => {
  const golden = (name: string) =>
    readFileSync(`test/goldens/faulty-files/${name}`, 'utf8').trim().split('\n');
  const [columns = '', ...rows] = golden('mouvements.csv');
  const { faults, planned } = await load(rows, true, undefined, columns);
  expect(faults.map(({ line, code, message }) => `ligne ${line}, ${code} : ${message}`)).toEqual(
    golden('mouvements.csv.txt'),
  );
  expect(planned).toEqual([]);
  // A column that is missing hides no mistake of the others.
  const [, bad = ''] = rows;
  const { faults: left } = await load([bad.slice(11)], true, undefined, columns.slice(5));
  expect(left.map(({ code }) => code)).toEqual([
    'HEADER_UNKNOWN',
    ...faults
      .filter(({ line }) => line === 3)
      .map(({ code }) => code)
      .slice(1),
  ]);
});

test('ADH-2, ADH-5: a movement whose decision is not deposited is a fault of its line', async () => {
  const named = (paper: string) => row('85289').replace(/Arrêté préfectoral;15.11.2022$/, paper);
  const codes = async (...papers: string[]) =>
    (await load(papers.map(named), true)).faults.map(({ line, code, message }) => [
      line,
      code,
      message,
    ]);
  const refused = [[2, 'PAPER_NOT_DEPOSITED', expect.any(String)]];
  expect(await codes('Arrêté de fusion;15/11/2022')).toEqual([
    [2, 'PAPER_NOT_DEPOSITED', expect.stringMatching(/« Arrêté de fusion » du 15 novembre 2022/)],
  ]);
  expect(await codes('Arrêté préfectoral;16/11/2022')).toEqual(refused);
  // Of two papers of one title and day none is meant; elsewhere it is nobody's.
  const paper = { title: 'Arrêté de fusion', datedOn: '2022-11-15' };
  await world.deposit('DECISION', breuilBarret.siren, paper);
  expect(await codes('Arrêté de fusion;15/11/2022')).toEqual(refused);
  await world.deposit('DECISION', tardiere.siren, paper);
  expect(await codes('Arrêté de fusion;15/11/2022')).toEqual([]);
  await world.deposit('DECISION', tardiere.siren, paper);
  expect(await codes('Arrêté de fusion;15/11/2022')).toEqual(refused);
});
