import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import * as annexe2Command from '../../../deploy/tools/annexe2.js';
import * as audit from '../../../deploy/tools/audit.js';
import * as calendar from '../../../deploy/tools/calendar.js';
import * as ledger from '../../../deploy/tools/ledger.js';
import * as market from '../../../deploy/tools/market.js';
import * as members from '../../../deploy/tools/members.js';
import * as statement from '../../../deploy/tools/statement.js';
import * as membership from '../../../deploy/tools/membership.js';
import { DocumentService, serviceNames } from '#libs/contracts';
import { operatorScript } from '#libs/identity';
import { queryAt } from '#libs/testing';
import { createRpcClient } from '#libs/rpc';
import { ent } from '../../support/ent-command.js';
import { EntLogin, issuerMetadata } from '../../support/ent-login.js';
import {
  activateAncenis,
  annexe2,
  applicationOf,
  depositPapers,
  marketFile,
} from './active-member.js';
import { marketCode, startMembership } from './membership-app.js';

/**
 * Goal: an administrator's commands do what they say on the running service, and their exit status can be
 * relied on by a script. Method: the commands as they are, the membership service over the wire, and an issuer
 * that gives the tokens of the person asked for.
 */
jest.setTimeout(60_000);

let service: Awaited<ReturnType<typeof startMembership>>;
let issuer: Server;
let dir: string;
let login: EntLogin;
let membershipId: string;
let applicantId: string;

beforeAll(async () => {
  service = await startMembership();
  membershipId = await activateAncenis(service);
  const vertou = {
    name: 'Vertou',
    siren: '214402158',
    kind: 'COMMUNE',
    insee: '44215',
    address: 'x',
  };
  const coordinator = await service.as('coordinator');
  const documents = createRpcClient(DocumentService, { address: service.address });
  const papers = await depositPapers(documents, coordinator, vertou.siren);
  documents.close();
  const application = applicationOf(vertou, '1A 2', papers);
  applicantId = (await service.client.applyForMembership(application, coordinator)).membershipId;
  issuer = await startIssuer();
  dir = mkdtempSync(join(tmpdir(), 'ent-commands-'));
  Object.assign(process.env, {
    ISSUER_URL: `http://127.0.0.1:${(issuer.address() as AddressInfo).port}`,
    ENT_SCRIPT_SECRET: 'x',
    MEMBERSHIP_RPC: service.address,
  });
  login = new EntLogin(dir);
}, 60_000);
beforeEach(() => asAdministrator());
afterAll(async () => {
  for (const name of ['ISSUER_URL', 'ENT_SCRIPT_SECRET', 'MEMBERSHIP_RPC', 'ENT_LOGIN_FILE'])
    delete process.env[name];
  issuer?.close();
  if (dir) rmSync(dir, { recursive: true, force: true });
  await service?.stop();
}, 30_000);

/** Its tokens are those of the service's issuer. */
async function startIssuer(): Promise<Server> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (piece: Buffer) => (body += piece.toString()));
    request.on('end', () => {
      const say = (answer: object) =>
        response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
      if (request.url !== '/token') return say(issuerMetadata(process.env['ISSUER_URL']!));
      const sub = new URLSearchParams(body).get('refresh_token') ?? operatorScript;
      const claims = { sub, client_id: sub === operatorScript ? sub : 'ent' };
      void service
        .as('admin', { ...claims, markets: [sub === 'admin' ? marketCode : '*'] })
        .then(({ token }) => say({ access_token: token, expires_in: 600, token_type: 'Bearer' }));
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return server;
}

const asAdministrator = (who = 'admin') => login.as(who, process.env['ISSUER_URL']!);
const file = (name: string, content: string | Uint8Array) => {
  writeFileSync(join(dir, name), content);
  return join(dir, name);
};
/** With the owner's rights, past every guard but the hashes. */
const asOwner = (sql: string, values?: unknown[]) => queryAt(service.ownerUrl, sql, values);

test('nobody who did not log in: the commands say how, and act in no person’s name', async () => {
  login.out();
  expect(await ent(market, 'due', marketCode)).toEqual([
    2,
    expect.stringContaining('npm run ent -- login'),
  ]);
  login.as('admin', 'http://another.example.org');
  expect((await ent(market, 'due', marketCode))[0]).toBe(2);
  asAdministrator();
  expect((await ent(market, 'due', marketCode))[0]).toBe(0);
  // There is no other name to take.
  expect((await ent(market, 'due', marketCode, '--as', 'coordinator'))[0]).toBe(2);
});

test('MKT-1: market import says every mistake, tries, writes once, and the same file changes nothing', async () => {
  const [faulty, mistakes] = await ent(
    market,
    'import',
    file('faulty.json', marketFile.replace('"e-primo-2022"', '"NOT A CODE"')),
    '--dry-run',
  );
  expect([faulty, mistakes]).toEqual([
    1,
    expect.stringMatching(/✗ ligne 3, code : [\s\S]*Rien n’a été enregistré/),
  ]);
  const successor = 'deploy/local/demo/markets/e-primo-2026.yaml';
  // The administrator of this test is of the first market only.
  expect(await ent(market, 'import', successor)).toEqual([1, expect.stringContaining('NOT_FOUND')]);
  asAdministrator('admin-of-all');
  expect(await ent(market, 'import', successor, '--dry-run')).toEqual([
    0,
    expect.stringContaining('Essai, rien n’a été enregistré'),
  ]);
  expect(await ent(market, 'import', successor, '--script')).toEqual([
    0,
    'Marché e-primo-2026 enregistré, version 1.\n',
  ]);
  const [again, json] = await ent(market, 'import', successor, '--json');
  expect(again).toBe(0);
  expect(JSON.parse(json)).toMatchObject({ written: false, version: 1, mistakes: [] });
  expect(await ent(market, 'import', join(dir, 'missing.json'))).toEqual([
    2,
    expect.stringContaining('Fichier introuvable'),
  ]);
});

test('SUP-2: what a script did, it did in its own name, as the journal says', async () => {
  const { rows } = await asOwner(
    `select actor, carrier from platform.audit_entry where subject like '%e-primo-2026%'`,
  );
  expect(rows).toEqual([{ actor: 'ent-script', carrier: 'ent-script' }]);
});

test('MKT-6: market amendments tells what was proposed, market amendment what one would change; nobody decides there', async () => {
  expect(await ent(market, 'amendments', marketCode)).toEqual([
    0,
    expect.stringContaining('aucun avenant n’a été proposé'),
  ]);
  const proposalId = '00000000-0000-7000-8000-000000000001';
  await asOwner(
    `insert into platform.proposal (proposal_id, market_code, kind, subject, content, document_id, document_sha256, digest,
            proposed_by, proposed_on, expires_on)
     select $1, $2, 'MARKET_AMENDMENT', 'Avenant n° 1', $3, 'a-document', repeat('a', 64), '', 'coordinator-1', day, day + 60
       from platform.business_day`,
    [
      proposalId,
      marketCode,
      JSON.stringify({
        ...{
          basedOn: 0,
          number: 'Avenant n° 1',
          signedOn: '2022-07-01',
          effectiveOn: '2022-09-01',
        },
        changes: [{ path: 'billing.paymentTermDays', before: '30', after: '20' }],
      }),
    ],
  );
  const [, listed] = await ent(market, 'amendments', marketCode);
  expect(listed).toMatch(/à vérifier +Avenant n° 1 \(coordinator-1\) +00000000-/);
  const [status, shown] = await ent(market, 'amendment', proposalId);
  expect(status).toBe(0);
  expect(shown).toContain('billing.paymentTermDays : 30 → 20');
  expect(shown).toContain('par une autre personne de la coordination');
  expect(await ent(market, 'amendment', 'autre')).toEqual([
    1,
    expect.stringContaining('PROPOSAL_UNKNOWN'),
  ]);
  expect((await ent(market, 'approve', proposalId))[0]).toBe(2);
});

test('MKT-3: market due tells what comes next, in days', async () => {
  const [status, told] = await ent(market, 'due', marketCode, '--days', '400');
  expect(status).toBe(0);
  expect(told).toMatch(/2023-07-19 {2}dans 365 j +Nouvelle année du marché \(2\)/);
  expect(await ent(market, 'due', 'autre')).toEqual([1, expect.stringContaining('NOT_FOUND')]);
  expect((await ent(market, 'due', marketCode, '--days', 'deux'))[0]).toBe(2);
});

test('COM-1: annexe2 import tells every faulty line, tries, and leaves the trial unwritten', async () => {
  const good = file('annexe2.csv', annexe2);
  const dated = ['--dated-on', '2022-01-10'];
  const bad = file('bad.csv', 'UAI;Nombre\n0440437X;12\n0440437L;-3\n');
  const [faulty, faults] = await ent(
    annexe2Command,
    'import',
    applicantId,
    bad,
    ...dated,
    '--dry-run',
  );
  expect(faulty).toBe(1);
  expect(faults).toMatch(
    /ligne 2 : [\s\S]*ligne 3 : [\s\S]*2 points à corriger, rien n’a été enregistré/,
  );
  const [status, told] = await ent(
    annexe2Command,
    'import',
    applicantId,
    good,
    ...dated,
    '--dry-run',
  );
  expect([status, told]).toEqual([
    0,
    expect.stringMatching(/COMPTE_ELEVE : 412\n2 lignes[\s\S]*Essai/),
  ]);
  // What is in force and verified is frozen (COM-3).
  const other = file('other.csv', 'UAI;Nombre\n0440437L;300\n');
  expect(await ent(annexe2Command, 'import', membershipId, other, ...dated)).toEqual([
    1,
    expect.stringContaining('(ANNEXE2_FROZEN)'),
  ]);
  expect((await ent(annexe2Command, 'import', applicantId, good))[0]).toBe(2);
});

test('ORD-2, ORD-6: members near the floor and the maximum', async () => {
  const [status, told] = await ent(members, 'near-floor', marketCode, '--accounts', '0');
  expect(status).toBe(0);
  expect(told).toMatch(/Ancenis-Saint-Géréon +COMPTE_ELEVE +2022-07-19 +412 +412 +0 /);
  const [, json] = await ent(members, 'near-floor', marketCode, '--json');
  expect(JSON.parse(json)).toMatchObject({
    on: '2022-07-19',
    margins: [{ membershipId, margin: 0 }],
  });
  // Nobody has a maximum of its own in this market.
  expect(await ent(members, 'near-maximum', marketCode)).toEqual([
    0,
    expect.stringContaining('Aucun membre'),
  ]);
  expect((await ent(members, 'near-floor', marketCode, '--percent', '101'))[0]).toBe(1);
  expect((await ent(members, 'near-floor'))[0]).toBe(2);
});

test('ORD-7: a paper is fetched, found genuine by file and by code, and not when it was changed', async () => {
  const out = join(dir, 'etat.pdf');
  const [status, told] = await ent(
    statement,
    'get',
    membershipId,
    '--on',
    '2022-07-19',
    '--out',
    out,
  );
  expect(status).toBe(0);
  const code = /Code (\S+),/.exec(told)?.[1] ?? '';
  expect(await ent(statement, 'verify', out)).toEqual([
    0,
    expect.stringContaining('✓ Cet état a été délivré'),
  ]);
  expect((await ent(statement, 'verify', code))[0]).toBe(0);
  const changed = file('changed.pdf', Buffer.concat([readFileSync(out), Buffer.from('\n')]));
  expect(await ent(statement, 'verify', changed)).toEqual([
    1,
    expect.stringContaining('Fichier PDF'),
  ]);
  expect(await ent(statement, 'verify', '00000-00000-00000-00000')).toEqual([
    1,
    expect.stringContaining('✗'),
  ]);
  expect((await ent(statement, 'verify', 'neither'))[0]).toBe(2);
  const [refused, json] = await ent(statement, 'get', membershipId, '--on', '2030-01-01', '--json');
  expect(refused).toBe(1);
  expect(JSON.parse(json)).toMatchObject({ code: 'STATEMENT_IN_FUTURE' });
});

test('ADH-6: membership activate puts an accepted membership in force', async () => {
  const { client } = service;
  const coordinator = await service.as('coordinator');
  const { sha256 } = await client.importAnnexe2(
    {
      membershipId: applicantId,
      fileName: 'annexe2.csv',
      content: Buffer.from('UAI;Nombre\n0440437L;30\n'),
      datedOn: '2022-01-10',
    },
    coordinator,
  );
  const activate = () => ent(membership, 'activate', applicantId);
  expect(await activate()).toEqual([1, expect.stringContaining('(')]);
  await client.verifyAnnexe2(
    { membershipId: applicantId, sha256 },
    await service.as('coordinator', { sub: 'second-coordinator' }),
  );
  await client.acceptApplication({ membershipId: applicantId }, coordinator);
  const inForce =
    'Vertou : adhésion en vigueur du 19 juillet 2022 au 19 juillet 2026 (ce jour exclu).\n';
  expect(await activate()).toEqual([0, inForce]);
  // Again, it is what it was.
  expect(await activate()).toEqual([0, inForce]);
  expect(await ent(membership, 'activate', 'unknown')).toEqual([
    1,
    expect.stringContaining('(NOT_FOUND)'),
  ]);
  expect((await ent(membership, 'activate'))[0]).toBe(2);
});

test('audit verify: a journal that was rewritten fails, with what and what to do next', async () => {
  // The journals are of every market.
  expect(await ent(audit, 'verify', 'membership')).toEqual([
    1,
    expect.stringContaining('NOT_ALLOWED'),
  ]);
  asAdministrator('admin-of-all');
  expect(await ent(audit, 'verify', 'membership')).toEqual([
    0,
    expect.stringMatching(/lignes comparées\.\n[^]*ceux qui ont été scellés/),
  ]);
  await asOwner(`set session_replication_role = replica;
    update platform.audit_entry set actor = 'x'
     where id = (select min(id) from platform.audit_entry where action = 'membership.activated')`);
  const [status, said] = await ent(audit, 'verify', 'membership');
  expect(status).toBe(1);
  expect(said).toMatch(/✗ membership : La ligne \d+ du .* n’est plus celle qui a été scellée/);
  expect(said).toContain('Ne corrigez rien');
  const [, json] = await ent(audit, 'verify', 'membership', '--json');
  expect(JSON.parse(json)).toMatchObject([{ findings: [{ code: 'ENTRY_REWRITTEN' }] }]);
  expect((await ent(audit, 'verify', 'unknown'))[0]).toBe(2);
});

test('ORD-7: ledgers are verified, by market and alone; one that was changed fails', async () => {
  expect(await ent(ledger, 'verify', marketCode)).toEqual([0, expect.stringContaining('intègres')]);
  const [status, json] = await ent(ledger, 'verify', membershipId, '--json');
  expect(status).toBe(0);
  expect(JSON.parse(json)).toMatchObject({ memberships: 1, orders: 1, violations: [] });
  expect(await ent(ledger, 'verify', 'e-primo-2026', '--script')).toEqual([
    2,
    expect.stringContaining('rien n’a été vérifié'),
  ]);
  expect(await ent(ledger, 'verify', 'autre')).toEqual([1, expect.stringContaining('NOT_FOUND')]);
  await asOwner(`alter table purchase_order disable trigger user;
    update purchase_order set content = content || ' ',
           hash = encode(sha256(convert_to(previous_hash || content || ' ', 'UTF8')), 'hex')`);
  for (const asked of [marketCode, membershipId]) {
    expect(await ent(ledger, 'verify', asked)).toEqual([
      1,
      expect.stringMatching(/✗ Adhésion .* : la chaîne du registre est rompue au bon de commande/),
    ]);
  }
});

test('MKT-4: calendar show prints the day and the mode of each service', async () => {
  // One service in the place of all.
  const addresses = serviceNames.map((name) => [`${name.toUpperCase()}_RPC`, service.address]);
  const before = process.env;
  process.env = { ...before, ...Object.fromEntries(addresses) };
  try {
    const [status, printed] = await ent(calendar, 'show', '--script');
    expect([status, printed.split('\n').length]).toEqual([0, serviceNames.length + 1]);
    expect(printed).toMatch(/^membership {2}2022-\d\d-\d\d {2}CALENDAR=player/);
  } finally {
    process.env = before;
  }
});

test('what could not be asked is not taken for a refusal', async () => {
  process.env['MEMBERSHIP_RPC'] = '127.0.0.1:1';
  expect((await ent(ledger, 'verify', marketCode))[0]).toBe(2);
  delete process.env['MEMBERSHIP_RPC'];
  expect(await ent(ledger, 'verify', marketCode)).toEqual([
    2,
    expect.stringContaining('npm run status'),
  ]);
  process.env['MEMBERSHIP_RPC'] = service.address;
  expect((await ent(ledger, 'destroy', marketCode))[0]).toBe(2);
});
