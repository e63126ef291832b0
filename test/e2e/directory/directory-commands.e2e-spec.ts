import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { tgz, zip } from '../../../apps/directory/test/archives.test-support.js';
import { nobodyElse } from '../../../apps/directory/test/nobody-else.test-support.js';
import { startDirectory } from '../../../apps/directory/test/running-directory.test-support.js';
import * as directory from '../../../deploy/tools/directory.js';
import { allTopics } from '#libs/contracts';
import { type FreshDatabase, freshDatabase, MessagingBed } from '#libs/testing';
import { realPublicSchools } from '../../support/data/schools.js';
import { ent } from '../../support/ent-command.js';
import { EntLogin } from '../../support/ent-login.js';
import { generateAaf, type GenerateAafOptions } from '../../support/generator/generate-aaf.js';
import { StandInIssuer } from '../billing/stand-in-issuer.js';

/**
 * Goal: an administrator starts an import, sees it, and approves or rejects what the brake holds, from a terminal.
 * Method: the commands as they are, the directory over the wire, exports of the generator.
 */
jest.setTimeout(90_000);

const schools = realPublicSchools()
  .slice(0, 2)
  .map(({ uai }) => ({ uai, headcount: 40 }));
let root: string;
let area: string;
let issuer: StandInIssuer;
let fresh: FreshDatabase;
let kafka: MessagingBed;
let app: INestApplication;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'ent-directory-'));
  area = join(root, 'depot');
  mkdirSync(area);
  issuer = await StandInIssuer.start();
  fresh = await freshDatabase('directory');
  await fresh.database.query('select platform.begin_day($1)', ['2022-11-03']);
  kafka = await MessagingBed.start(allTopics);
  const running = await startDirectory({ fresh, kafka, issuerUrl: issuer.url, dropFolder: area });
  ({ app } = running);
  Object.assign(process.env, {
    ISSUER_URL: issuer.url,
    ...nobodyElse,
    DIRECTORY_RPC: running.address,
    AAF_DROP_FOLDER: area,
  });
  new EntLogin(root).as('admin-of-all', issuer.url);
}, 90_000);
afterAll(async () => {
  for (const name of [
    ...Object.keys(nobodyElse),
    'ISSUER_URL',
    'ENT_LOGIN_FILE',
    'DIRECTORY_RPC',
    'AAF_DROP_FOLDER',
    'KAFKA_NAMESPACE',
  ]) {
    delete process.env[name];
  }
  await app?.close();
  await kafka?.stop();
  issuer?.stop();
  await fresh?.drop();
  if (root) rmSync(root, { recursive: true, force: true });
}, 90_000);

type Listed = { importId: string; folder: string; state: string };

const from = ['--source', 'aaf1d-nantes'];
const generate = (folder: string, options: Partial<GenerateAafOptions> = {}) =>
  generateAaf({ seed: 3, schools, rentree: '2022-09-01', folder, ...options });
/** Half a school leaves: more than the brake lets go. */
const emptied = (folder: string) =>
  generate(folder, {
    exportedOn: '2022-10-03',
    changes: [{ kind: 'leave', uai: schools[0]?.uai ?? '', count: 20, day: '2022-10-01' }],
  });

/** Once the import of a folder is in a state that lasts. */
async function settled(folder: string): Promise<Listed> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    const [, json] = await ent(directory, 'imports', '--json');
    const { imports } = JSON.parse(json) as { imports: Listed[] };
    const found = imports.find((each) => each.folder === folder);
    if (found && ['HELD', 'COMPLETED', 'REFUSED'].includes(found.state)) return found;
    await sleep(100);
  }
  throw new Error(`the import of ${folder} does not come to an end`);
}

test('DIR-5: a source is declared before it delivers, and the list shows it', async () => {
  await generate(join(area, 'avant'));
  expect(await ent(directory, 'import', 'avant', ...from)).toEqual([
    1,
    expect.stringContaining('(SOURCE_UNDECLARED)'),
  ]);
  expect((await ent(directory, 'import', 'avant'))[0]).toBe(2);
  const declared = ['--kind', 'AAF_1D', '--title', 'AAF de Nantes', '--academy', '17'];
  const schools = ['--departments', '44,49', '--priority', '10'];
  const own = ['--priorities', 'NAMES=5,PLACES=30'];
  // Twice the same attribute, and none that there is.
  for (const wrong of ['NAMES=5,NAMES=6', 'COULEUR=1', 'NAMES'])
    expect(
      (await ent(directory, 'declare-source', 'faux', ...declared, '--priorities', wrong))[0],
    ).not.toBe(0);
  expect(
    await ent(directory, 'declare-source', 'aaf1d-nantes', ...declared, ...schools, ...own),
  ).toEqual([0, expect.stringContaining('déclarée')]);
  expect(await ent(directory, 'sources')).toEqual([
    0,
    expect.stringMatching(
      /aaf1d-nantes.*AAF de Nantes.*priorité 10, NAMES=5, PLACES=30.*\n.*44, 49/,
    ),
  ]);
  rmSync(join(area, 'avant'), { recursive: true });
  // One that could not be asked for by its name is not copied first, and left there.
  await generate(join(root, 'Export de rentrée'));
  const [code, told] = await ent(directory, 'import', join(root, 'Export de rentrée'), ...from);
  expect([code, told, readdirSync(area)]).toEqual([
    ...[2, expect.stringContaining('renommez-le')],
    expect.not.arrayContaining(['Export de rentrée']),
  ]);
});

test('SUP-4: a delivery that nobody may start, or that is refused at the start, leaves no file in the drop area', async () => {
  const folder = join(root, 'refuse');
  await generate(folder);
  const loggedIn = process.env['ENT_LOGIN_FILE'];
  process.env['ENT_LOGIN_FILE'] = join(root, 'nobody');
  try {
    const [, told] = await ent(directory, 'import', folder, ...from);
    expect([told, readdirSync(area)]).toEqual([expect.stringContaining('login'), []]);
  } finally {
    process.env['ENT_LOGIN_FILE'] = loggedIn;
  }
  // The same files again: nothing of the first try is in the way.
  for (const source of ['inconnue', 'inconnue']) {
    const [code, told] = await ent(directory, 'import', folder, '--source', source);
    expect([code, told, readdirSync(area)]).toEqual([
      ...[1, expect.stringContaining('(SOURCE_UNDECLARED)')],
      [],
    ]);
  }
});

test('DIR-1: directory import lays an export down and starts it; directory imports says where it is', async () => {
  expect(await ent(directory, 'imports')).toEqual([0, 'Aucun import.\n']);
  await generate(join(root, 'rentree'));
  const [status, told] = await ent(directory, 'import', join(root, 'rentree'), ...from);
  expect([status, told]).toEqual([0, expect.stringMatching(/rentree, demandé le 2022-11-03/)]);
  expect(await settled('rentree')).toMatchObject({ state: 'COMPLETED' });
  expect(await ent(directory, 'imports')).toEqual([
    0,
    expect.stringMatching(/rentree, demandé le 2022-11-03 : terminé\.\n.* 2 écoles/),
  ]);
  // Laid down again it is the same import, which has ended: the files go again.
  await gone('rentree');
  const again = await ent(directory, 'import', join(root, 'rentree'), ...from);
  expect(again).toEqual([0, expect.stringMatching(/rentree, demandé le 2022-11-03 : terminé\./)]);
  await gone('rentree');
  expect(
    (JSON.parse((await ent(directory, 'imports', '--json'))[1]) as { imports: unknown[] }).imports,
  ).toHaveLength(1);
  for (const name of ['absent', 'rentree'])
    expect(await ent(directory, 'import', name, ...from)).toEqual([
      1,
      expect.stringMatching(/effacés[^]*\(FOLDER_UNKNOWN\)/),
    ]);
});

test('DIR-1: an archive of an export is laid down alike, read by nobody else, and goes with its import', async () => {
  const { files } = await generate(join(root, 'ensemble'), { exportedOn: '2022-09-02' });
  const packed = files.map((name) => ({
    name,
    content: readFileSync(join(root, 'ensemble', name)),
  }));
  const archive = join(root, 'Complet.20220902.tgz');
  writeFileSync(archive, await tgz(packed), { mode: 0o644 });
  // Nobody reads it before it was looked at: the one import that may run is another one's.
  const reader = await fresh.database.pool.connect();
  await reader.query('select pg_advisory_lock(7301, 1)');
  try {
    expect((await ent(directory, 'import', archive, ...from))[0]).toBe(0);
    expect(modeOf(join(area, 'Complet.20220902.tgz'))).toBe('600');
  } finally {
    reader.release(true);
  }
  expect(await settled('Complet.20220902.tgz')).toMatchObject({ state: 'COMPLETED' });
  await gone('Complet.20220902.tgz');
  writeFileSync(join(root, 'export.txt'), '');
  expect((await ent(directory, 'import', join(root, 'export.txt'), ...from))[0]).toBe(2);
});

test('DIR-3, DIR-5: files are sent from any machine, looked at before they are applied, and their remarks fetched', async () => {
  const { files } = await generate(join(root, 'envoi'), { exportedOn: '2022-09-03' });
  const packed = files.map((name) => ({
    name,
    content: readFileSync(join(root, 'envoi', name)),
  }));
  const archive = join(root, 'Complet.20220903.zip');
  writeFileSync(archive, await zip(packed));
  expect((await ent(directory, 'upload', archive))[0]).toBe(2);
  expect((await ent(directory, 'upload', join(root, 'nowhere.zip'), ...from))[0]).toBe(2);
  writeFileSync(join(root, 'liste.txt'), 'a');
  expect(await ent(directory, 'upload', join(root, 'liste.txt'), ...from)).toEqual([
    1,
    expect.stringContaining('(UPLOAD_FILE_REFUSED)'),
  ]);
  const [status, json] = await ent(directory, 'upload', archive, ...from, '--plan-only', '--json');
  expect(status).toBe(0);
  const { folder, importId } = (JSON.parse(json) as { import: Listed }).import;
  expect(await settled(folder)).toMatchObject({ state: 'COMPLETED', planOnly: true });
  const out = join(root, 'remarques.csv');
  expect((await ent(directory, 'remarks', importId, '--out', out))[0]).toBe(0);
  expect(readFileSync(out, 'utf8')).toMatch(
    /^\uFEFFCode;Fichier;Ligne;Identifiant;Constat;À faire\r\n/,
  );
  expect((await ent(directory, 'remarks', 'none', '--out', join(root, 'none.csv')))[0]).toBe(1);
  expect(existsSync(join(root, 'none.csv'))).toBe(false);
  mkdirSync(join(area, 'à part'));
  writeFileSync(join(area, 'ailleurs.zip'), 'x');
  expect(await ent(directory, 'drop-area')).toEqual([
    0,
    expect.stringMatching(/ailleurs\.zip {2}/),
  ]);
  for (const name of ['à part', 'ailleurs.zip']) rmSync(join(area, name), { recursive: true });
});

test('DIR-3: what the brake holds is rejected, and nothing of it is kept, in the drop area neither', async () => {
  await emptied(join(root, 'vide'));
  expect((await ent(directory, 'import', join(root, 'vide'), ...from))[0]).toBe(0);
  const { importId, state } = await settled('vide');
  expect(state).toBe('HELD');
  expect((await ent(directory, 'reject', importId))[0]).toBe(2);
  expect(await ent(directory, 'reject', importId, '--reason', 'Vu avec Mme Évrard')).toEqual([
    1,
    expect.stringContaining('(INPUT_INVALID)'),
  ]);
  const reason = ['--reason', 'CORRECTION_SOURCE', '--ticket', 'SUP-12'];
  expect(await ent(directory, 'reject', importId, ...reason)).toEqual([
    0,
    expect.stringMatching(
      /rejet enregistré, rien de ce qui était retenu[\s\S]* : (terminé|refusé)\./,
    ),
  ]);
  await gone('vide');
  for (const decision of ['reject', 'approve']) {
    expect(await ent(directory, decision, importId, ...reason)).toEqual([
      1,
      expect.stringContaining('(IMPORT_NOT_HELD)'),
    ]);
  }
  const { rows } = await fresh.database.query(
    `select action, subject, actor, details->>'reason' as reason from platform.audit_entry where action like 'import.rejected'`,
  );
  expect(rows).toEqual([
    {
      action: 'import.rejected',
      subject: `import:${importId}`,
      actor: 'admin-of-all',
      reason: 'CORRECTION_SOURCE SUP-12',
    },
  ]);
  const left = await fresh.database.query('select from person where left_on is not null');
  expect(left.rowCount).toBe(0);
});

test('SUP-4: an export that is laid down is read by nobody else of the machine, whoever may read the original', async () => {
  const original = join(root, 'ouvert');
  await emptied(original);
  for (const name of readdirSync(original)) chmodSync(join(original, name), 0o664);
  chmodSync(original, 0o775);
  // Nobody reads it before it was looked at: the one import that may run is another one's.
  const reader = await fresh.database.pool.connect();
  await reader.query('select pg_advisory_lock(7301, 1)');
  try {
    expect((await ent(directory, 'import', original, ...from))[0]).toBe(0);
    const copy = join(area, 'ouvert');
    const modes = [copy, ...readdirSync(copy).map((name) => join(copy, name))].map(modeOf);
    expect(modes).toEqual(['700', ...readdirSync(original).map(() => '600')]);
    // Asked again by the name that it has in the area, it is the same import; laid down twice it would be another one.
    expect((await ent(directory, 'import', 'ouvert', ...from))[0]).toBe(0);
    expect(await ent(directory, 'import', original, ...from)).toEqual([
      2,
      expect.stringContaining('déjà dans la zone de dépôt'),
    ]);
  } finally {
    reader.release(true);
  }
  const { importId, state } = await settled('ouvert');
  expect(state).toBe('HELD');
  await gone('ouvert');
  await ent(directory, 'reject', importId, '--reason', 'AUTRE');
  expect(existsSync(original)).toBe(true);
});

test('what a service writes of itself is read by nobody else of the machine', () => {
  const umask = process.umask(0o022);
  process.umask(umask);
  expect(umask.toString(8)).toBe('77');
});

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

/** Once a folder of the drop area is there no more. */
async function gone(folder: string): Promise<void> {
  for (let attempt = 0; existsSync(join(area, folder)); attempt += 1) {
    if (attempt === 100) throw new Error(`${folder} stays in the drop area`);
    await sleep(100);
  }
}

test('DIR-2: two who may be one are told with their schools by name, and without theirs; merged, parted and answered from a terminal', async () => {
  const { rows } = await fresh.database.query<{
    id: string;
    lastName: string;
    uai: string;
    school: string;
    commune: string;
  }>(
    `select p.person_id as id, p.last_name as "lastName", e.uai, s.name as school, s.commune from person p join enrolment e using (person_id) join structure s using (uai)
     where e.profile = 'STUDENT' and e.ends_on is null order by p.person_id limit 3`,
  );
  const [known, newcomer, third] = rows as [(typeof rows)[0], (typeof rows)[0], (typeof rows)[0]];
  const ask = async (one: string, other: string) => {
    const { rows: asked } = await fresh.database.query<{ id: string }>(
      `insert into doubtful_pair (newcomer_id, known_id, score, reasons, found_on)
       values ($1, $2, 62, '{LAST_NAME_SOUND,BIRTH_DATE_DIGIT,LEVEL_DIFFERENT}', '2022-11-03') returning pair_id::text as id`,
      [one, other],
    );
    return asked[0]!.id;
  };
  expect(await ent(directory, 'doubles')).toEqual([0, 'Aucune question en attente.\n']);
  expect(await ent(directory, 'merges')).toEqual([0, 'Aucune réunion.\n']);
  const question = await ask(newcomer.id, known.id);
  const side = (who: typeof known) =>
    `${who.id}  Élève  ${who.school}, ${who.commune} (${who.uai})  AAF de Nantes`;
  const why =
    'Pour\u00a0: noms qui se prononcent pareil, dates de naissance à un chiffre près. Contre\u00a0: niveaux différents.';
  const [, json] = await ent(directory, 'doubles', '--json');
  const [{ version }] = (JSON.parse(json) as { doubles: [{ version: number }] }).doubles;
  const [status, told] = await ent(directory, 'doubles');
  expect([status, told.split('\n')]).toEqual([
    0,
    [
      `${question}  version ${version}, 62/100, trouvée le 3 novembre 2022. ${why}`,
      `  connue    ${side(known)}`,
      `  nouvelle  ${side(newcomer)}`,
      '',
    ],
  ]);
  for (const { lastName } of rows) expect(told).not.toContain(lastName);
  const elsewhere = realPublicSchools()[7]!.uai;
  expect((await ent(directory, 'doubles', '--school', known.uai))[1]).toBe(told);
  expect((await ent(directory, 'doubles', '--school', elsewhere))[1]).not.toContain(question);

  // As they were shown, or not at all.
  expect(await ent(directory, 'same', question, '--version', `${version + 1}`)).toEqual([
    1,
    expect.stringContaining('(DOUBLE_STALE)'),
  ]);
  const [merged, done] = await ent(directory, 'same', question, '--version', `${version}`);
  const [, merge = ''] =
    /^Réunies : directory part (\S+) défait cette réunion\.\n$/.exec(done) ?? [];
  expect([merged, merge]).toEqual([0, expect.stringMatching(/^[0-9a-f-]{36}$/)]);
  const line = `${merge}  le 3 novembre 2022, par une personne : ${newcomer.id} dans ${known.id} (${known.school}, ${known.commune} (${known.uai})), 62/100. ${why}`;
  expect(await ent(directory, 'merges')).toEqual([0, `${line}\n`]);
  expect(await ent(directory, 'merges', '--decided-by', 'import')).toEqual([
    0,
    'Aucune réunion.\n',
  ]);
  expect((await ent(directory, 'merges', '--decided-by', 'personnes'))[0]).toBe(2);
  expect(await ent(directory, 'part', merge)).toEqual([
    0,
    'Réunion défaite : chacun a retrouvé ses identifiants, ses places et ses proches.\n',
  ]);
  expect(await ent(directory, 'merges')).toEqual([0, `${line} Défaite le 3 novembre 2022.\n`]);
  expect((await ent(directory, 'part', merge))[0]).toBe(1);

  const another = await ask(third.id, known.id);
  expect(await ent(directory, 'different', another)).toEqual([
    0,
    'Deux personnes : la question n’est plus posée.\n',
  ]);
  expect(await ent(directory, 'doubles')).toEqual([0, 'Aucune question en attente.\n']);
});

test('DIR-3: approved, it goes on to its end', async () => {
  await emptied(join(area, 'ferme'));
  await ent(directory, 'import', 'ferme', ...from);
  const { importId } = await settled('ferme');
  const uai = schools[0]?.uai ?? '';
  expect(await ent(directory, 'plan', importId)).toEqual([
    0,
    // Who pays for a school is told by membership, which is away here: the plan is read without it.
    expect.stringMatching(
      new RegExp(`saison NORMAL[^]*adhésions ne répond pas[^]*${uai} .+ {2}RETENUE[^]* partantes`),
    ),
  ]);
  const [, changes] = await ent(directory, 'plan', importId, '--school', uai);
  expect(changes.match(/absente de l’export .*, en attente/g)?.length).toBeGreaterThanOrEqual(20);
  const { rows: names } = await fresh.database.query<{ name: string }>(
    'select distinct last_name as name from person',
  );
  expect(names.filter(({ name }) => changes.includes(name))).toEqual([]);
  const elsewhere = ['--reason', 'AUTRE', '--school', realPublicSchools()[7]?.uai ?? ''];
  expect((await ent(directory, 'approve', importId, ...elsewhere))[0]).toBe(1);
  expect((await ent(directory, 'retry', importId))[1]).toContain('(IMPORT_NOT_FAILED)');
  expect(await ent(directory, 'approve', importId, '--reason', 'FERMETURE_ECOLE')).toEqual([
    0,
    expect.stringContaining('approbation enregistrée'),
  ]);
  expect(await settledAfterApproval('ferme')).toMatchObject({ state: 'COMPLETED' });
});

/** HELD no more. */
async function settledAfterApproval(folder: string): Promise<Listed> {
  for (let found = await settled(folder); ; found = await settled(folder)) {
    if (found.state !== 'HELD') return found;
    await sleep(100);
  }
}
