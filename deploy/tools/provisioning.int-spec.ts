import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import { jest } from '@jest/globals';
import { EntContractCaseSchema, RecordEntContractRequestSchema } from '#libs/contracts';
import { messageSchemaOf } from '#libs/http';
import {
  anOrder,
  as,
  leaving,
  RunningProvisioning,
  uai,
} from '../../apps/provisioning/test/running-provisioning.test-support.js';
import { preDelete, remove } from '../../test/simulators/open-ent-ng/graph/deletions.js';
import { pdfWords } from '../../test/support/pdf-words.js';
import { run as runContract } from './contract.js';
import { run } from './provisioning.js';

jest.setTimeout(180_000);

/** The whole service, and the command as a script: an issuer of one line gives it its token. */
let running: RunningProvisioning;
let operator: Parameters<typeof as>[0] = { roles: ['player'] };
let issuer: Server;
const before = { ...process.env };

beforeAll(async () => {
  running = await RunningProvisioning.start();
  issuer = createServer((_request, response) => {
    const token = { access_token: as(operator).token, expires_in: 3_600 };
    response.end(JSON.stringify(token));
  });
  await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve));
  Object.assign(process.env, {
    ISSUER_URL: `http://127.0.0.1:${(issuer.address() as AddressInfo).port}`,
    ENT_SCRIPT_SECRET: 'a-secret-of-tests',
    PROVISIONING_RPC: running.rpcAddress,
  });
});
afterAll(async () => {
  process.env = before;
  issuer.closeAllConnections();
  issuer.close();
  await running.stop();
});
afterEach(() => running.ent.faults.set([]));

const command = (...words: string[]) => verb('compare-ent', ...words);

const verb = (...words: string[]) => told(run, words);
const contract = (...words: string[]) => told(runContract, words);

/** Exit status, and what is told. */
async function told(
  run: (words: string[]) => Promise<number>,
  words: readonly string[],
): Promise<{ status: number; text: string }> {
  const lines: string[] = [];
  const streams = [process.stdout, process.stderr].map((stream) =>
    jest.spyOn(stream, 'write').mockImplementation((text) => {
      if (stream === process.stdout) lines.push(String(text));
      return true;
    }),
  );
  try {
    const status = await run([...words, '--script']);
    return { status, text: lines.join('') };
  } finally {
    for (const stream of streams) stream.mockRestore();
  }
}
const lose = (count: number) => {
  const ids = [...running.ent.graph.users.keys()].slice(0, count);
  for (const id of ids) remove(running.ent.graph, [id]);
};

test('PRV-5: says that nothing differs, what does, and puts it right with a reason alone', async () => {
  expect(await command()).toEqual({
    status: 0,
    text: `${uai}  20 comptes comparés, 0 différence\n1 école lue ; 0 différence ; 0 école à reprendre.\n`,
  });
  expect(await command('--after', uai)).toMatchObject({ text: expect.stringMatching(/^0 école/) });
  lose(1);
  const found = await command(uai);
  expect([found.status, found.text]).toEqual([
    1,
    expect.stringMatching(/1 différence\n {4}absent de l’ENT, à recréer {2}compte [0-9a-f-]{36}\n/),
  ]);
  expect(await command('--apply')).toMatchObject({
    ...{ status: 2, text: expect.stringContaining('--motif') as string },
  });
  expect(await command('--apply', '--motif', 'parce que')).toMatchObject({ status: 1 });
  expect(running.ent.graph.users.size).toBe(19);
  expect(await command('--apply', '--motif', 'ENT_RESTAURE SUP-42')).toMatchObject({ status: 0 });
  await running.untilQuiet();
  expect([await command(), running.ent.graph.users.size]).toMatchObject([{ status: 0 }, 20]);
});

test('PRV-5: asks for the figure, for one school, and takes that figure alone', async () => {
  lose(10);
  const apply = ['--apply', '--motif', 'ENT_RESTAURE'];
  expect(await command(...apply)).toMatchObject({
    ...{ status: 1, text: expect.stringContaining('ENT_MISSING_UNCONFIRMED') as string },
  });
  expect(await command(...apply, '--confirm-missing', '10')).toMatchObject({ status: 2 });
  expect(await command(uai, ...apply, '--confirm-missing', '9')).toMatchObject({ status: 1 });
  expect(running.ent.graph.users.size).toBe(10);
  expect(await command(uai, ...apply, '--confirm-missing', '10')).toMatchObject({ status: 0 });
  await running.untilQuiet();
  expect([await command(), running.ent.graph.users.size]).toMatchObject([{ status: 0 }, 20]);
});

test('PRV-5: one person proposes the figures of all schools, another confirms them by their digest', async () => {
  lose(10);
  const apply = ['--apply', '--motif', 'ENT_RESTAURE'];
  expect(await command(...apply)).toMatchObject({ status: 1 });
  const person = (userId: string) =>
    ({ roles: ['support-3'], userId, loggedInAt: new Date() }) as const;
  try {
    operator = person('operator-1');
    expect(await verb('missing')).toEqual({
      status: 1,
      text: `${uai}  10 sur 20 comptes\n1 école, 10 comptes absents.\n`,
    });
    expect(await verb('missing', 'approve', 'nothing')).toMatchObject({ status: 2 });
    const proposed = await verb('missing', 'propose', '--motif', 'ENT_RESTAURE');
    const digest = /missing approve ([0-9a-f]+)/.exec(proposed.text)?.[1] ?? '';
    expect(proposed).toMatchObject({
      status: 0,
      text: expect.stringMatching(/10 sur 20 comptes\n.*10 comptes absents\./) as string,
    });
    expect(await verb('missing', 'approve', digest)).toMatchObject({
      status: 1,
      text: expect.stringContaining('PROPOSAL_OWN') as string,
    });
    operator = person('operator-2');
    expect(await verb('missing', 'approve', 'abc')).toMatchObject({ status: 1 });
    expect(await verb('missing', 'approve', digest)).toMatchObject({
      status: 0,
      text: expect.stringContaining('jusqu’au') as string,
    });
    expect(await verb('missing')).toMatchObject({
      status: 0,
      text: expect.stringContaining('confirmé jusqu’au') as string,
    });
  } finally {
    operator = { roles: ['player'] };
  }
  expect(await command(...apply)).toMatchObject({ status: 0 });
  await running.untilQuiet();
  expect([await command(), running.ent.graph.users.size]).toMatchObject([{ status: 0 }, 20]);
});

test('PRV-5: waits out a pause that the ENT asks for, and concludes nothing from a page', async () => {
  const calls = 'GET /directory/.*';
  running.ent.faults.set([{ mode: 'throttled-429', calls, remaining: 1, retryAfter: '1' }]);
  expect(await command(uai)).toMatchObject({ status: 0 });
  running.ent.faults.set([{ mode: 'page-200', calls }]);
  expect(await command('--apply', '--motif', 'CONTROLE')).toMatchObject({
    ...{ status: 1, text: expect.stringContaining('ENT_NOT_COMPARED, ENT_SESSION') as string },
  });
});

test('PRV-5: goes on after schools that the ENT shows as empty', async () => {
  running.ent.faults.set([{ mode: 'empty-list', calls: 'GET /directory/.*user.*' }]);
  const { status, text } = await command(...Array<string>(4).fill(uai));
  expect([status, text.match(/ENT_ANSWER_EMPTY/g)?.length]).toEqual([1, 4]);
  expect(text).not.toContain('L’ENT ne répond pas');
});

test('PRV-5: stops after three schools in a row without an answer', async () => {
  running.ent.faults.set([{ mode: 'error-503', calls: 'GET /directory/.*' }]);
  const { status, text } = await command(...Array<string>(5).fill(uai));
  expect([status, text.match(/ENT_NOT_COMPARED/g)?.length]).toEqual([1, 3]);
  expect(text).toContain('L’ENT ne répond pas : arrêté là.');
});

test('PRV-5: reconcile says what a night would do and does nothing, or asks for a look now', async () => {
  lose(2);
  const dry = await verb('reconcile', '--school', uai.toLowerCase(), '--dry-run');
  expect(dry).toEqual({
    status: 0,
    text: expect.stringMatching(
      /2 différences\n( {4}absent.*\n){2} {4}Cette nuit : 2 à réparer, 0 à soumettre à un accord, 0 à signaler\.\n$/,
    ) as string,
  });
  const count = running.ent.graph.users.size;
  await running.untilQuiet();
  expect(running.ent.graph.users.size).toBe(count);
  expect(await verb('reconcile')).toMatchObject({
    status: 0,
    text: expect.stringMatching(/^1 école va être rapprochée/) as string,
  });
  await running.untilQuiet();
  expect(running.ent.graph.users.size).toBe(count + 2);
});

test('PRV-5: reconcile reports a pause after a refused login, and reads at once where a person says --now', async () => {
  const { technical } = running.ent.sessions;
  const { password } = technical;
  Object.assign(technical, { password: 'un autre' });
  // The session has ended as well.
  running.ent.faults.set([{ mode: 'page-200', calls: 'GET /directory/.*', remaining: 1 }]);
  expect((await verb('reconcile')).status).toBe(0);
  await running.others.until('the login is refused', async () =>
    /connexion refusée, nouvel essai/.test((await verb('connector')).text),
  );
  Object.assign(technical, { password });
  expect(await verb('reconcile')).toEqual({
    status: 1,
    text: expect.stringMatching(
      /pas avant \d+ minutes? : l’ENT a refusé.*\n.*reconcile --now\n$/,
    ) as string,
  });
  const waiting = async () =>
    (await running.fresh.database.query('select uai from structure_reading')).rows.length;
  expect(await waiting()).toBe(1);
  expect((await verb('reconcile', '--now')).text).toMatch(
    /^1 école va être rapprochée de l’ENT\. Le/,
  );
  await running.others.until('it was read', async () => (await waiting()) === 0);
});

test('AUT-1: letters are written to a file that its owner alone reads; nothing of a code comes to the terminal', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ent-letters-'));
  const file = join(folder, 'lettres.pdf');
  const printed = async () =>
    (
      await running.fresh.database.query(
        "select subject, actor from platform.audit_entry where action = 'letter.printed'",
      )
    ).rows;
  expect(await verb('letters', uai.toLowerCase())).toEqual({
    status: 0,
    text: expect.stringMatching(/^CP +30 élèves, 0 déjà entré, 2\d jamais entrés\n$/) as string,
  });
  const ofClass = ['letters', uai, '--class', 'CP'];
  const { status, text } = await verb(...ofClass, '--out', file);
  expect([status, text]).toEqual([
    0,
    expect.stringContaining(`${file} : 20 lettres, 10 personnes`),
  ]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const words = pdfWords(readFileSync(file));
  for (const { login, activationCode } of running.ent.graph.users.values()) {
    expect(words).toContain(activationCode);
    expect(text).not.toContain(activationCode);
    expect(text).not.toContain(login);
  }
  const lines = await printed();
  expect(lines).toHaveLength(20);
  // What would overwrite a file, or has no letter, prints and journals nothing, and leaves no file.
  expect(await verb(...ofClass, '--out', file)).toMatchObject({ status: 2 });
  const none = join(folder, 'none.pdf');
  expect(await verb('letters', uai, '--class', 'Nulle', '--out', none)).toMatchObject({
    status: 1,
  });
  expect(await verb('letters')).toMatchObject({ status: 2 });
  running.ent.faults.set([{ mode: 'page-200', calls: 'GET /directory/.*' }]);
  expect(await verb(...ofClass, '--out', none)).toMatchObject({
    ...{ status: 2, text: expect.stringContaining('ENT_NOT_REACHED') as string },
  });
  running.ent.faults.set([]);
  expect([existsSync(none), await printed()]).toEqual([false, lines]);
  const subject = String(lines[0]?.subject).replace('account:', '');
  const one = join(folder, 'une.pdf');
  expect(await verb('letters', '--account', subject, '--out', one)).toMatchObject({ status: 0 });
  expect([statSync(one).mode & 0o777, (await printed()).length]).toEqual([0o600, 21]);
  rmSync(folder, { recursive: true });
});

test('PRV-4: says what the ENT refuses and how the connector stands, and has all of a cause tried again to the end', async () => {
  running.ent.faults.set([{ mode: 'error-400', calls: 'POST /directory/class/.*/user' }]);
  // Five of those who wait get a seat, and the ENT makes none of them.
  await running.others.emit('2022-09-05', anOrder(5));
  await running.untilQuiet();
  const refused = await verb('faults');
  expect(refused.text).toMatch(
    /^ENT_REFUSED {2}5 comptes abandonnés, 0 changement refusé, 1 école\n/,
  );
  expect((await verb('faults', 'retry', 'ENT_REFUSED')).status).toBe(2);
  running.ent.faults.set([]);
  const retried = await verb('faults', 'retry', 'ent_refused', '--motif', 'INCIDENT_ENT SUP-42');
  expect(retried).toEqual({
    status: 0,
    text: 'reprise du 5 septembre 2022, ENT_REFUSED  terminée : 5 comptes, 5 passés, 0 refusé de nouveau, 0 à venir, 0 laissé.\n',
  });
  const again = await verb('faults', 'retry', 'ENT_REFUSED', '--motif', 'INCIDENT_ENT');
  expect([again.status, again.text]).toEqual([1, expect.stringMatching(/ENT_FAULT_GONE/)]);
  expect((await verb('faults')).text).toMatch(/^L’ENT ne refuse rien\.\nreprise du /);
  expect((await verb('connector')).text).toMatch(
    /^processus [0-9a-f]{8} {2}.*l’ENT répond\.\nDroits du compte technique : complets\.\n$/,
  );
});

test('PRV-9: fed-schools shows what a feed will do, declares it with a reason, and ends it', async () => {
  expect((await verb('fed-schools', 'preview', uai, 'NANTES')).text).toMatch(
    /^0 compte repris .*\n\d+ comptes portent une autre clé.*\n.*\nClasses .* : CP\.\n$/,
  );
  expect((await verb('fed-schools', 'declare', uai, 'NANTES', '2022-09-30')).status).toBe(2);
  const motif = ['--motif', 'ALIMENTATION_ACADEMIE SUP-42'];
  const unknown = await verb('fed-schools', 'declare', uai, 'PARIS', '2022-09-30', ...motif);
  expect([unknown.status, unknown.text]).toEqual([1, expect.stringMatching(/INPUT_INVALID/)]);
  const declared = await verb('fed-schools', 'declare', uai, 'NANTES', '2022-09-30', ...motif);
  expect(declared.text).toMatch(/NANTES, à partir du 30 septembre 2022 ; 0 compte attend/);
  const ended = await verb('fed-schools', 'end', uai, '2022-09-30', '--motif', 'ERREUR');
  expect(ended.text).toMatch(/jusqu’au 30 septembre 2022 exclu/);
  expect((await verb('fed-schools', 'exposures')).text).toMatch(/^Aucun lien coupé/);
});

test('PRV-5: account says what differs and no value of the person, and gives back whom somebody deleted there', async () => {
  const { graph } = running.ent;
  const [user] = [...graph.users.values()];
  const { rows } = await running.fresh.database.query<{ account_id: string }>(
    'select account_id from account where ent_id = $1',
    [user!.id],
  );
  const accountId = rows[0]!.account_id;
  expect(await verb('account', accountId)).toEqual({
    ...{ status: 0, text: `${accountId}  Prêt, jamais utilisé : L’ENT a ce compte.\n` },
  });
  preDelete(graph, user!, Date.now());
  const found = await verb('account', accountId);
  expect(found).toMatchObject({
    ...{ status: 1, text: expect.stringContaining('il peut être restauré') as string },
  });
  expect(found.text).not.toMatch(new RegExp(`${user!.login}|${user!.lastName}|${user!.firstName}`));
  expect(await verb('account', 'restore', accountId)).toMatchObject({ status: 2 });
  const motif = ['--motif', 'ERREUR SUP-42'];
  expect(await verb('account', 'restore', accountId, ...motif)).toMatchObject({ status: 0 });
  expect(graph.users.get(user!.id)).toMatchObject({ deleteDate: null, login: user!.login });
  expect(await verb('account', 'restore', accountId, ...motif)).toMatchObject({
    ...{ status: 1, text: expect.stringContaining('ENT_RESTORE_NOT_FIT') as string },
  });
});

test('PRV-4: the last report of the contract is kept where level 3 reads it; an older one, or one of a time to come, changes nothing', async () => {
  Object.assign(process.env, { CONTRACT_LOGIN: 'connecteur', CONTRACT_PASSWORD: 'un autre' });
  const { accounts, ent } = running;
  const read = async () =>
    (await accounts.getEntContract({}, as({ roles: ['support-3'] }))).contract;
  expect(await contract(ent.url, '--keep')).toMatchObject({ status: 2 });
  expect(await read()).toBeUndefined();
  process.env['CONTRACT_PASSWORD'] = 'connecteur-secret';
  ent.faults.set([{ mode: 'error-400', calls: 'GET /directory/class/admin/list' }]);
  expect(await contract(ent.url, '--uai', uai, '--keep')).toMatchObject({
    ...{ status: 1, text: expect.stringContaining('Rapport gardé') as string },
  });
  const kept = await read();
  const found = kept!.cases.filter(({ verdict }) => verdict === 'DIFFERENT');
  expect([kept!.address, kept!.level, kept!.recordedOn, found.map(({ id }) => id)]).toEqual([
    ...[ent.url, 'READING', '2022-09-05', ['classes-list']],
  ]);
  expect(kept!.confirmed).toBeGreaterThan(10);
  const player = as({ roles: ['player'] });
  const again = (ranAt: string) =>
    accounts.recordEntContract({ contract: { ...kept!, ranAt, confirmed: 1 } }, player);
  const inTwoHours = new Date(Date.now() + 7_200_000).toISOString();
  for (const ranAt of ['2022-09-01T00:00:00Z', inTwoHours])
    await expect(again(ranAt)).rejects.toMatchObject({ code: 'ENT_CONTRACT_OLDER' });
  expect(await read()).toEqual(kept);
  // As the door judges it: an identifier of a case has no room for a name.
  const isFit = (id: string) =>
    messageSchemaOf(RecordEntContractRequestSchema, false).safeParse(
      create(RecordEntContractRequestSchema, {
        contract: {
          ...kept!,
          recordedOn: '',
          cases: [create(EntContractCaseSchema, { id, verdict: 'UNKNOWN' })],
        },
      }),
    ).success;
  expect([isFit('classes-list'), isFit('Léa Martin')]).toEqual([true, false]);
  await expect(accounts.getEntContract({}, as({ roles: ['support-2'] }))).rejects.toMatchObject({
    code: 'NOT_ALLOWED',
  });
});

test('PRV-8: plan lists what waits beyond the season, shows it school by school, and carries a word about it: nothing of a rejected one, all of an approved one', async () => {
  const blocked = () => [...running.ent.graph.users.values()].filter((user) => user.blocked).length;
  const leave = async (count: number, day: string) => {
    const { rows } = await running.fresh.database.query<{ person_id: string }>(
      "select person_id from account where state = 'PROVISIONED' order by account_id limit $1",
      [count],
    );
    await running.others.emit(
      day,
      ...leaving(
        rows.map((row) => row.person_id),
        day,
      ),
    );
    await running.untilQuiet();
  };
  expect(await verb('plan', 'list')).toEqual({
    status: 0,
    text: 'Aucun plan n’a rien retenu.\n',
  });
  await leave(12, '2022-09-05');
  const listed = await verb('plan', 'list');
  expect([listed.status, listed.text]).toEqual([
    0,
    expect.stringMatching(
      /^[0-9a-f-]{36} {2}du 2022-09-05, saison RENTREE : 12 fermetures, 12 places ; 1 école attend la coordination \(seuil de l’ensemble\) jusqu’au 2022-09-19 \(exclu\)\.\n$/,
    ),
  ]);
  const planId = listed.text.slice(0, 36);
  const shown = await verb('plan', 'show', planId);
  expect([shown.status, shown.text.split('\n').slice(1)]).toEqual([
    0,
    [
      expect.stringMatching(
        /^ {2}Commune \(.*\) {2}12 fermetures, 12 places ; 1 école, dont 1 en attente\.$/,
      ),
      expect.stringMatching(
        new RegExp(
          `^ {4}${uai} École inventée {2}EN ATTENTE \\(la coordination .*\\) : 12 fermetures`,
        ),
      ),
      '',
    ],
  ]);
  // What is not well asked decides nothing; an approval names its reason from a list, and a plan that is there.
  const nowhere = '00000000-0000-4000-8000-000000000000';
  const word = ['--motif', 'DEPART_CONFIRME SUP-7'];
  for (const [words, status] of [
    [['plan', 'show'], 2],
    [['plan', 'list', planId], 2],
    [['plan', 'decide', planId], 2],
    [['plan', 'approve', planId], 2],
    [['plan', 'approve', planId, '--motif', 'parce que'], 1],
    [['plan', 'approve', planId, '--school', '0449999Z', ...word], 1],
    [['plan', 'approve', nowhere, ...word], 1],
    [['plan', 'show', nowhere], 1],
  ] as const)
    expect([words, (await verb(...words)).status]).toEqual([words, status]);
  await running.untilQuiet();
  expect([blocked(), (await verb('plan', 'list')).text]).toEqual([0, listed.text]);
  const rejected = await verb('plan', 'reject', planId, '--motif', 'ERREUR_A_CORRIGER');
  expect(rejected).toEqual({
    status: 0,
    text: '12 comptes, 1 école : rien n’en est dit à l’ENT.\n',
  });
  expect((await verb('plan', 'approve', planId, ...word)).text).toMatch(/ENT_PLAN_DECIDED/);
  await running.untilQuiet();
  expect([blocked(), (await verb('plan', 'show', planId)).text]).toEqual([
    0,
    expect.stringMatching(/rejetée : 12 fermetures.*; 2022-09-05, ERREUR_A_CORRIGER\.\n/),
  ]);
  await leave(11, '2022-09-05');
  const [next = ''] = (await verb('plan', 'list')).text.split('\n');
  expect(next).toMatch(/11 fermetures, 11 places ; 1 école attend/);
  const approve = ['plan', 'approve', next.slice(0, 36), '--school', uai.toLowerCase(), ...word];
  expect(await verb(...approve)).toEqual({
    status: 0,
    text: '11 comptes, 1 école : l’ENT va en être averti.\n',
  });
  await running.untilQuiet();
  expect([blocked(), (await verb('plan', 'show', next.slice(0, 36))).text]).toEqual([
    11,
    expect.stringMatching(
      /acceptée, faite : 11 fermetures.*; 2022-09-05, DEPART_CONFIRME SUP-7\.\n/,
    ),
  ]);
});
