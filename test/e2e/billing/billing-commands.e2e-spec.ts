import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import * as billing from '../../../deploy/tools/billing.js';
import * as foreign from '../../../deploy/tools/foreign.js';
import * as parked from '../../../deploy/tools/parked.js';
import * as positions from '../../../deploy/tools/positions.js';
import * as recount from '../../../deploy/tools/recount.js';
import * as relay from '../../../deploy/tools/relay.js';
import {
  AccountState,
  BusinessDayStartedSchema,
  event,
  MembershipEndedSchema,
  topics,
} from '#libs/contracts';
import { localDate } from '#libs/time';
import { bpu, marketCode } from '../../../apps/billing/test/market-facts.test-support.js';
import { ent } from '../../support/ent-command.js';
import { EntLogin } from '../../support/ent-login.js';
import { billingDay } from './billing-day.js';
import { BillingWithMetering } from './billing-with-metering.js';
import {
  becomes,
  daysToldEvents,
  heads,
  itemCode,
  joined,
  membershipId,
  period,
} from './metered-facts.js';

/**
 * Goal: prices, billing runs and drafts without number from a terminal, on the running services, with an exit status
 * that a script can rely on. Method: the commands as they are, billing and metering over the wire.
 */
jest.setTimeout(90_000);

let world: BillingWithMetering;
let dir: string;
let login: EntLogin;

beforeAll(async () => {
  world = await BillingWithMetering.start(marketCode);
  dir = mkdtempSync(join(tmpdir(), 'ent-billing-'));
  Object.assign(process.env, {
    ISSUER_URL: world.issuerUrl,
    ENT_SCRIPT_SECRET: 'x',
    BILLING_RPC: world.billingAddress,
    METERING_RPC: world.meteringAddress,
    DIRECTORY_RPC: world.othersAddress,
  });
  login = new EntLogin(dir);
  login.as('admin', world.issuerUrl);
  await day(period.startsOn);
  await world.kafka.emit(period.startsOn, ...joined());
  world.heads = heads;
}, 90_000);
afterAll(async () => {
  for (const name of [
    'ISSUER_URL',
    'ENT_SCRIPT_SECRET',
    'BILLING_RPC',
    'METERING_RPC',
    'DIRECTORY_RPC',
    'ENT_LOGIN_FILE',
  ]) {
    delete process.env[name];
  }
  if (dir) rmSync(dir, { recursive: true, force: true });
  await world?.stop();
}, 90_000);

async function day(date: string): Promise<void> {
  await world.kafka.emit(date, event(BusinessDayStartedSchema, 'calendar', { date }));
  await world.kafka.until(`both stand at ${date}`, async () =>
    (await world.days()).every((reached) => reached === date),
  );
}
const run = (...options: string[]) => ent(billing, 'run', marketCode, ...options);
const runQuarter = (...options: string[]) => run('--period-ends-on', period.endsOn, ...options);

test('BIL-2: billing prices, proposals and proposal say what two persons agreed on; an operator decides nothing', async () => {
  // The market may come after the day.
  await world.kafka.until('the prices are in', () =>
    world.prices(marketCode, bpu).then(
      () => true,
      (error: { code?: unknown }) => {
        if (error.code === 'MARKET_UNKNOWN') return false;
        throw error;
      },
    ),
  );
  const [status, list] = await ent(billing, 'proposals', marketCode);
  expect([status, list]).toEqual([0, expect.stringMatching(/Prix proposés le .*approbation le/)]);
  const [proposalId = ''] = /[0-9a-f-]{36}/.exec(list) ?? [];
  expect(await ent(billing, 'proposal', proposalId)).toEqual([
    0,
    expect.stringMatching(/SHA-256 (ab){32}[\s\S]*Compte élève à partir du .* sans prix avant/),
  ]);
  expect((await ent(billing, 'proposals', marketCode, '--open'))[1]).toMatch(/^Aucune proposition/);
  expect((await ent(billing, 'proposal', 'no-such'))[0]).toBe(1);
  expect(await ent(billing, 'prices', marketCode)).toEqual([
    0,
    expect.stringMatching(/Compte élève, du 19 juillet 2022 au 18 juillet 2023 : .* HT, TVA 20 %/),
  ]);
  expect((await ent(billing, 'prices', 'another-market'))[0]).toBe(1);
  const admin = await world.as('billing', ['admin']);
  for (const asked of [
    () => world.proposals.approveProposal({ proposalId, digest: 'x' }, admin),
    () => world.proposals.withdrawProposal({ proposalId }, admin),
  ]) {
    await expect(asked()).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
  }
});

test('BIL-5: the day that begins, whoever asks a service, a command and the same again: one run, begun by the first', async () => {
  await day(period.endsOn);
  const { runs } = await world.billing.listBillingRuns({ marketCode }, await world.as('billing'));
  expect(runs).toMatchObject([{ requestedOn: period.endsOn, period: { endsOn: period.endsOn } }]);
  const [begun] = runs;
  const asked = { marketCode, periodEndsOn: period.endsOn };
  for (const role of ['coordinator', 'supplier', 'player']) {
    const call = await world.as('billing', [role]);
    const again = await world.billing.runBilling({ ...asked, idempotencyKey: role }, call);
    expect([role, again.runId]).toEqual([role, begun!.runId]);
  }
  const [, told] = await runQuarter('--json');
  expect(JSON.parse(told)).toMatchObject({ runId: begun!.runId });
  expect(
    (await world.billing.listBillingRuns({ marketCode }, await world.as('billing'))).runs,
  ).toHaveLength(1);
});

test('BIL-5: billing run says whom it could not bill and fails; mended and run again, it drafts', async () => {
  expect(await runQuarter()).toEqual([
    1,
    expect.stringMatching(/✗ Adhésion m1 : .*\(METERING_NOT_COMPLETE\)\n1 adhésion sans projet/),
  ]);
  const [, answered] = await runQuarter('--json');
  const { runId } = JSON.parse(answered) as { runId: string };
  expect(await ent(billing, 'show', runId)).toEqual([
    1,
    expect.stringMatching(
      /^1 adhésion : 0 en attente, 0 avec .*\n {2}✗ Adhésion m1 : .*billing again/s,
    ),
  ]);
  expect(await ent(billing, 'again', runId, 'm1')).toEqual([
    0,
    expect.stringContaining(`billing show ${runId}`),
  ]);
  expect(await ent(billing, 'again', runId, 'm9')).toEqual([
    1,
    expect.stringContaining('(BILLING_NOT_PARKED)'),
  ]);
  expect((await ent(billing, 'show', 'no-such'))[0]).toBe(1);
  const aside = [{ topic: 'membership.events.v1', parked: 2n }];
  world.provisioning = { topics: aside };
  expect(await runQuarter()).toEqual([
    1,
    expect.stringMatching(
      /✗ Adhésion m1 : .*2 événements\..*\(ent parked list provisioning\)\. \(USAGE_SET_ASIDE\)/,
    ),
  ]);
  world.provisioning = { topics: [{ topic: 'membership.events.v1', stopped: 1 }] };
  expect(await runQuarter()).toEqual([
    1,
    expect.stringMatching(
      /✗ Adhésion m1 : La gestion des comptes a cessé de lire.*\(ent positions list provisioning\)\. \(USAGE_NOT_READ\)/,
    ),
  ]);
  expect(await ent(recount)).toEqual([
    1,
    expect.stringMatching(/arrêtées en amont +1 \(provisioning\)[^]*INCOMPLETS : .*ent positions/),
  ]);
  world.provisioning = {};
  await world.kafka.emit(period.endsOn, ...daysToldEvents(localDate(period.endsOn)));
  await world.kafka.until('the period is closed', async () => {
    const call = await world.as('metering');
    return (await world.metering.getUsage({ membershipId, itemCode, period }, call)).complete;
  });
  expect(await runQuarter()).toEqual([0, expect.stringContaining('1 projet de facture établi')]);
  const [status, json] = await runQuarter('--json');
  expect([status, JSON.parse(json)]).toMatchObject([0, { alreadyThere: 1, failures: [] }]);
  expect(await run('--period-ends-on', '2022-10-18')).toEqual([
    1,
    expect.stringContaining('(BILLING_PERIOD_UNKNOWN)'),
  ]);
  expect((await run())[0]).toBe(2);
});

test('what binds money is no script’s to do: it has no login that could be fresh', async () => {
  expect(await runQuarter('--script')).toEqual([1, expect.stringContaining('(LOGIN_TOO_OLD)')]);
});

test('BIL-9: billing failures and retry; what has not failed is not tried again', async () => {
  expect(await ent(billing, 'failures', marketCode)).toEqual([
    0,
    'Aucun projet de facture n’attend son numéro après un échec.\n',
  ]);
  const { invoices } = await world.billing.listInvoices({ marketCode }, await world.as('billing'));
  expect(await ent(billing, 'retry', invoices[0]?.invoiceId ?? '')).toEqual([
    1,
    expect.stringContaining('(NUMBERING_NOT_FAILED)'),
  ]);
});

test('BIL-9: billing withdraw takes a draft back with its reason, and another takes its place', async () => {
  const drafts = async () => {
    const { invoices } = await world.billing.listInvoices(
      { marketCode },
      await world.as('billing'),
    );
    return invoices.filter(({ status }) => status === 'DRAFT').map(({ invoiceId }) => invoiceId);
  };
  const [draft = ''] = await drafts();
  const withdraw = (...options: string[]) => ent(billing, 'withdraw', draft, ...options);
  expect((await withdraw())[0]).toBe(2);
  expect(await withdraw('--reason', 'Erreur de prix.')).toEqual([
    0,
    expect.stringMatching(
      /^Projet de facture retiré le .* : Erreur de prix\.\nRemplacé par le projet [0-9a-f-]+\.\n$/,
    ),
  ]);
  expect(await withdraw('--reason', 'Encore.')).toEqual([
    1,
    expect.stringContaining('(DRAFT_WITHDRAWN)'),
  ]);
  expect(await drafts()).toEqual([expect.not.stringContaining(draft)]);
  expect(await runQuarter()).toEqual([
    0,
    expect.not.stringContaining('1 projet de facture établi'),
  ]);
});

billingDay(() => world, day);

test('SUP-3: whoever may not bill is refused; a service that is away is no refusal', async () => {
  for (const who of ['support-1', 'coordinator']) {
    login.as(who, world.issuerUrl);
    expect(await ent(billing, 'failures', marketCode)).toEqual([
      1,
      expect.stringContaining('(NOT_ALLOWED)'),
    ]);
  }
  login.as('admin', world.issuerUrl);
  process.env['BILLING_RPC'] = '127.0.0.1:1';
  expect((await ent(billing, 'failures', marketCode))[0]).toBe(2);
  process.env['BILLING_RPC'] = world.billingAddress;
  expect((await ent(billing, 'destroy', marketCode))[0]).toBe(2);
});

test('MTR-2: recount says in French whether the measured usage is right', async () => {
  expect(await ent(recount)).toEqual([
    0,
    expect.stringMatching(
      /^Jusqu’au .*comptes?\.\n[\s\S]*Les chiffres sont justes et complets\.\n$/,
    ),
  ]);
  expect((await ent(recount, 'one', 'two'))[0]).toBe(2);
  const [status, json] = await ent(recount, membershipId, '--json');
  expect([status, JSON.parse(json)]).toEqual([0, expect.objectContaining({ differences: 0 })]);
});

test('parked lists what a service set aside, replays it, and knows its services', async () => {
  const nothing = 'Aucun événement de vos marchés n’est mis de côté.\n';
  login.as('admin-of-all', world.issuerUrl);
  expect(await ent(parked, 'list', 'billing')).toEqual([0, nothing]);
  const wrong = { type: 'ent.membership.v1.Unheard', topic: 'membership.events.v1', key: 'm9' };
  await world.kafka.emit(period.endsOn, { ...wrong, value: new Uint8Array() });
  await world.kafka.until('it is set aside', async () =>
    (await ent(parked, 'list', 'billing'))[1].includes('UNKNOWN_TYPE'),
  );
  // It is of no market: who administers one neither sees nor replays it.
  login.as('admin', world.issuerUrl);
  expect(await ent(parked, 'list', 'billing')).toEqual([0, nothing]);
  expect(await ent(parked, 'release', 'billing', 'membership.events.v1', 'm9')).toEqual([
    0,
    'billing : 0 événement rejoué, 0 encore de côté.\n',
  ]);
  login.as('admin-of-all', world.issuerUrl);
  expect(await ent(parked, 'release', 'billing', 'membership.events.v1', 'm9')).toEqual([
    1,
    'billing : 0 événement rejoué, 1 encore de côté.\n',
  ]);
  expect(await ent(parked, 'release', 'billing', 'membership.events.v1')).toEqual([
    2,
    expect.stringMatching(/1 ou 3 attendus/),
  ]);
  expect(await ent(parked, 'list', 'elsewhere')).toEqual([
    2,
    expect.stringMatching(/^Service inconnu : elsewhere\./),
  ]);
});

test('a record that no mending helps is passed over by two persons, who read whom it concerns; what waits behind goes on', async () => {
  const [first, second] = ['admin-of-all', 'second-admin-of-all'];
  login.as(first, world.issuerUrl);
  const wrong = { type: 'ent.membership.v1.Unheard', topic: 'membership.events.v1' };
  await world.kafka.emit(
    period.endsOn,
    { ...wrong, key: 'stuck', value: new Uint8Array() },
    event(MembershipEndedSchema, 'stuck', { membershipId: 'm-stuck', endsOn: '2026-01-01' }),
  );
  const rows = async () => {
    const [, json] = await ent(parked, 'list', 'billing', '--json');
    return (JSON.parse(json) as { id: number; key: string }[]).filter(({ key }) => key === 'stuck');
  };
  await world.kafka.until('both are set aside', async () => (await rows()).length === 2);
  const [head, behind] = (await rows()).map(({ id }) => String(id)) as [string, string];

  const [, shown] = await ent(parked, 'show', 'billing', head);
  expect(shown).toMatch(
    /type : ent\.membership\.v1\.Unheard[\s\S]*1 événement attend derrière lui\.\nSeront prévenues s’il est passé \(page et historique\) : adhésions m-stuck, stuck\. Prévenez vous-même les services membership \(qui l’a émis\) et billing\./,
  );
  const propose = (id: string) => ent(parked, 'skip', 'billing', id, '--motif', 'Illisible.');
  expect(await propose(behind)).toEqual([1, expect.stringContaining('PARKED_BEHIND_ANOTHER')]);
  expect(await ent(parked, 'skip', 'billing', head)).toEqual([
    2,
    expect.stringContaining('--motif'),
  ]);
  expect(await ent(parked, 'skip', 'billing', head, '--motif', 'x', '--script')).toEqual([
    1,
    expect.stringContaining('PERSON_NEEDED'),
  ]);
  // Who administers one market neither sees nor proposes it.
  login.as('admin', world.issuerUrl);
  expect(await propose(head)).toEqual([1, expect.stringContaining('PARKED_UNKNOWN')]);
  login.as(first, world.issuerUrl);
  const [status, said] = await propose(head);
  expect([status, said]).toEqual([0, expect.stringContaining('adhésions m-stuck')]);
  const digest = /approve billing \d+ ([0-9a-f]{64})/.exec(said)?.[1] ?? '';
  expect(await propose(head)).toEqual([1, expect.stringContaining('SKIP_PROPOSED')]);
  const approve = (read: string, ...more: string[]) =>
    ent(parked, 'approve', 'billing', head, read, ...more);
  expect(await approve(digest)).toEqual([1, expect.stringContaining('PROPOSAL_OWN')]);
  expect((await approve(digest, '--script'))[1]).toContain('PERSON_NEEDED');
  login.as('admin', world.issuerUrl);
  expect((await approve(digest))[1]).toContain('PARKED_UNKNOWN');
  login.as(second, world.issuerUrl);
  expect((await approve('0'.repeat(64)))[1]).toContain('PROPOSAL_CHANGED');
  expect(await rows()).toHaveLength(2);
  expect(await approve(digest)).toEqual([
    0,
    expect.stringMatching(/est passé[\s\S]*parked release billing membership\.events\.v1 stuck/),
  ]);
  expect((await rows()).map(({ id }) => String(id))).toEqual([behind]);
  expect((await approve(digest))[1]).toContain('PARKED_UNKNOWN');
  await ent(parked, 'release', 'billing', 'membership.events.v1', 'stuck');
  expect(await world.billingRows(skipsOf)).toEqual([
    { key: 'stuck', cause: 'UNKNOWN_TYPE', actors: [first, second] },
  ]);
});

test('FCT-1: foreign records are listed apart from parked events, and one administrator acknowledges all of them', async () => {
  login.as('admin-of-all', world.issuerUrl);
  const ended = event(MembershipEndedSchema, 'forged', {
    membershipId: 'm1',
    endsOn: '2022-08-01',
  });
  const headers = { id: randomUUID(), type: ended.type, 'business-date': period.endsOn };
  const record = { key: ended.key, value: Buffer.from(ended.value ?? []), headers };
  await world.kafka.send(ended.topic, [record, record]);
  const listed = async () => ent(foreign, 'list', 'billing');
  await world.kafka.until('they are set aside', async () => (await listed())[0] === 1);
  const [, lines] = await listed();
  expect(lines).toMatch(
    /billing : 2 messages étrangers, sans effet[^]*membership\.events\.v1\/\d@/,
  );
  expect(lines).toMatch(/NO_PROOF {2}ent\.membership\.v1\.MembershipEnded/);
  const parkedRows = JSON.parse((await ent(parked, 'list', 'billing', '--json'))[1]) as {
    key: string;
  }[];
  expect(parkedRows.filter(({ key }) => key === 'forged')).toEqual([]);
  const id = /foreign acknowledge billing (\d+)/.exec(lines)?.[1] ?? '';
  expect((await ent(foreign, 'acknowledge', 'billing', id))[0]).not.toBe(0);
  expect(await ent(foreign, 'acknowledge', 'billing', id, '--motif', 'Compte fermé.')).toEqual([
    ...[0, expect.stringContaining('2 messages constatés')],
  ]);
  expect((await listed())[0]).toBe(0);
});

const skipsOf = `select key, cause, (select array_agg(actor order by id) from platform.audit_entry
  where action like 'parked-events.skip%') as actors from platform.skipped_event`;

test('BIL-5, MTR-2: facts set aside are counted by membership by a recount and by a run, and neither calls it complete', async () => {
  login.as('admin', world.issuerUrl);
  const quarter = '2023-01-19';
  await day(quarter);
  const account = randomUUID();
  const fact = becomes(account, 1, AccountState.PROVISIONED, quarter);
  const verdict = async () => (await ent(recount))[1];
  await world.kafka.emit(quarter, fact);
  await world.kafka.until('it counts', async () => (await verdict()).includes(' ; 5 comptes.'));
  const garbage = (key: string) => ({ ...fact, key, value: Buffer.from('none') });
  await world.kafka.tell(quarter, garbage(account), garbage('x'));
  await world.kafka.until('both are set aside', async () =>
    (await verdict()).includes('mis de côté        2, et 0 derrière'),
  );
  // Not before: the run that the calendar has begun would draft what is complete.
  await world.kafka.emit(quarter, ...daysToldEvents(localDate(quarter)));
  await world.kafka.until('all is read', async () => !(await verdict()).includes('faits à lire'));
  expect(await ent(recount)).toEqual([
    1,
    expect.stringMatching(
      / {4}adhésion m1 : 1\n {4}sans adhésion connue : 1\nLes chiffres sont justes mais INCOMPLETS : .*ent parked list/,
    ),
  ]);
  expect(await run('--period-ends-on', quarter)).toEqual([
    1,
    expect.stringMatching(
      /2 faits, dont 1 de cette adhésion et 1 sans adhésion connue\..*ent parked list metering\)\. \(USAGE_SET_ASIDE\)/,
    ),
  ]);
});

test('positions and relay list what stopped and what Kafka refuses, and one command lets it go on', async () => {
  login.as('admin-of-all', world.issuerUrl);
  const topic = topics.calendar.name;
  expect(await ent(positions, 'list', 'billing')).toEqual([
    0,
    expect.stringContaining('Aucune lecture n’est arrêtée.'),
  ]);
  await world.billingRows(
    `update platform.consumer_position set stopped = 'GAP number 9 follows 7' where topic = '${topic}'`,
  );
  expect(await ent(positions, 'list', 'billing')).toEqual([
    1,
    expect.stringMatching(/ {2}billing {2}membership\.calendar\.v1\/0 {2}à \d+ {2}GAP number 9/),
  ]);
  // Another topic, and no reason.
  expect(await ent(positions, 'go-on', 'billing', topics.membership.name, 'comparé')).toEqual([
    expect.any(Number),
    expect.stringContaining('0 lecture'),
  ]);
  expect((await ent(positions, 'go-on', 'billing', topic))[0]).toBe(2);
  expect(await ent(positions, 'go-on', 'billing', topic, 'comparé')).toEqual([
    0,
    expect.stringContaining('1 lecture reprend'),
  ]);
  expect((await ent(positions, 'list', 'billing'))[0]).toBe(0);

  expect((await ent(relay, 'list', 'billing'))[0]).toBe(0);
  await world.billingRows(
    `insert into platform.unsent_key (topic, key, cause, next_try_at)
     values ('billing.invoice.v1', 'm1', 'MESSAGE_TOO_LARGE', now() + interval '1 hour')`,
  );
  expect(await ent(relay, 'list', 'billing')).toEqual([
    1,
    expect.stringMatching(/ {2}billing {2}billing\.invoice\.v1 {2}m1 {2}MESSAGE_TOO_LARGE/),
  ]);
  expect((await ent(relay, 'retry', 'billing'))[0]).toBe(0);
  expect(
    await world.billingRows(
      'select next_try_at <= clock_timestamp() as due from platform.unsent_key',
    ),
  ).toEqual([{ due: true }]);
});
