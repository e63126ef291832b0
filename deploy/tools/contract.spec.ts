import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { createSchool } from '../../test/simulators/open-ent-ng/graph/schools.js';
import { OpenEntNg } from '../../test/simulators/open-ent-ng/open-ent-ng.js';
import { run } from './contract.js';

const uai = '0440001A';
const secret = 'un secret du contrat';
const before = { ...process.env };
let ent: OpenEntNg;
let folder: string;
let said: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'contract-'));
  ent = await OpenEntNg.start({ credentials: { password: secret } });
  Object.assign(process.env, { CONTRACT_LOGIN: 'connecteur', CONTRACT_PASSWORD: secret });
  said = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
});
afterEach(async () => {
  jest.restoreAllMocks();
  process.env = { ...before };
  await ent.stop();
  rmSync(folder, { recursive: true });
});
const aSchool = () => createSchool(ent.graph, { name: 'École', UAI: uai, externalId: uai });

test('reads, says what it did not try, and records it', async () => {
  aSchool();
  const report = join(folder, 'report.json');
  expect(await run([ent.url, '--report', report])).toBe(0);
  expect(said).toMatch(/\d+ comportements confirmés, 0 différents?, \d+ inconnus\.\n/);
  expect(said).toMatch(/Inconnus : \d+ demandent --write ; \d+ ne se voient que sur un simulateur/);
  const { confirmed, cases } = JSON.parse(readFileSync(report, 'utf8')) as {
    confirmed: number;
    cases: { id: string; verdict: string }[];
  };
  expect(confirmed).toBeGreaterThan(10);
  expect(cases).toContainEqual(expect.objectContaining({ id: 'login', verdict: 'CONFIRMED' }));
  expect(readFileSync(report, 'utf8') + said).not.toContain(secret);
});

test('tells what is different, and ends with 1', async () => {
  aSchool();
  ent.faults.set([{ mode: 'error-400', calls: 'GET /directory/class/admin/list' }]);
  expect(await run([ent.url])).toBe(1);
  expect(said).toContain('différent  classes-list (§1.2, F)\n    attendu : statut 200\n');
});

test('writes where it is told to, and everything on a simulator', async () => {
  aSchool();
  expect(await run([ent.url, '--write', '--uai', uai, '--name', 'École'])).toBe(0);
  expect(ent.graph.users.size).toBeGreaterThan(0);
  const fresh = await OpenEntNg.start({ credentials: { password: secret } });
  try {
    expect(await run([fresh.url, '--simulator', '--uai', uai, '--name', 'École'])).toBe(0);
  } finally {
    await fresh.stop();
  }
  expect(said).toMatch(/0 différents?, 0 inconnus?\./);
});

test('PRV-9: prints rows A to P with what was asked and answered; one that no known version answers ends with 1', async () => {
  aSchool();
  expect(await run([ent.url])).toBe(0);
  expect(said).toContain('  A  huit créations à la fois dans une classe : inconnu\n');
  expect(said).toContain('       create-at-once : pas demandé sans --write\n');
  expect(said).toContain('  E  lecture de quelqu’un qui n’est plus là : comme 6.15.4\n');
  expect(said).toContain('       user-unknown : 200 du JSON\n');
  said = '';
  const writing = ['--write', '--uai', uai, '--name', 'École'];
  const odd = { status: 404, answer: { error: 'user.not.found' } };
  ent.faults.set([
    { mode: 'odd-json', calls: 'DELETE /directory/structure/.*/unlink', ...odd },
    {
      mode: 'odd-json',
      calls: 'PUT /directory/wizard/import',
      status: 200,
      answer: { ignored: {} },
    },
  ]);
  expect(await run([ent.url, ...writing])).toBe(1);
  expect(said).toMatch(/ {7}create-at-once : (?=.*201 du JSON)(?=.*400 du JSON)/);
  expect(said).toContain(
    '  B  sortie d’une école : différent\n       unlink-structure : attendu statut 200, venu statut 404\n',
  );
  expect(said).toContain('  D  import envoyé aussitôt la vérification : inconnu\n');
  expect(said).toContain('       csv-import-too-early : pas demandé hors d’un simulateur\n');
});

test('a wrong password is tried once, and is the account’s fault, not the platform’s', async () => {
  aSchool();
  process.env['CONTRACT_PASSWORD'] = 'another secret';
  expect(await run([ent.url])).toBe(2);
  expect(said).toContain('vérifiez l’identifiant et le mot de passe');
  // And one of a login that nobody has.
  expect([said.match(/^différent/gm), ent.calls.get('login')]).toEqual([['différent'], 2]);
});

test('a platform that is away is said to be silent', async () => {
  const { url } = ent;
  await ent.stop();
  expect(await run([url])).toBe(2);
  expect(said).toMatch(/\d+ sans réponse/);
  ent = await OpenEntNg.start();
});

test.each([
  ['another name', ['--write', '--uai', uai, '--name', 'École Jules-Ferry'], 'n’est pas à vous'],
  ['no school', ['--write'], '--uai UAI --name NOM'],
])('writes nothing with %s', async (_what, options, words) => {
  aSchool();
  expect(await run([ent.url, ...options])).toBe(2);
  expect([said.includes(words), ent.graph.users.size, ent.graph.classes.size]).toEqual([
    true,
    0,
    0,
  ]);
});

test.each([
  ['http://ent.example.org', [], 'https'],
  ['https://ent.example.org', ['--simulator', '--uai', uai, '--name', 'É'], 'un vrai ENT'],
  ['nowhere', [], 'Adresse refusée'],
])('no password leaves for %s %p', async (address, options, words) => {
  expect(await run([address, ...options])).toBe(2);
  expect(said).toContain(words);
});

test('a login is read from a file that nobody else reads', async () => {
  aSchool();
  delete process.env['CONTRACT_LOGIN'];
  expect(await run([ent.url])).toBe(2);
  const file = join(folder, 'login');
  writeFileSync(file, `connecteur\n${secret}\n`, { mode: 0o600 });
  expect(await run([ent.url, '--login-file', file])).toBe(0);
  chmodSync(file, 0o644);
  expect(await run([ent.url, '--login-file', file])).toBe(2);
});
