import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AccountState, Profile } from '#libs/contracts';
import { type LocalDate, localDate } from '#libs/time';
import { Agreements } from '../../deploy/local/demo/agreements.js';
import { Adhesions } from '../../deploy/local/demo/adhesions.js';
import { billPeriod } from '../../deploy/local/demo/bill-period.js';
import { DirectoryImports } from '../../deploy/local/demo/directory-imports.js';
import { people } from '../../deploy/local/demo/players.js';
import { waitUntilQuiet } from '../../deploy/local/demo/quiet.js';
import { demoScenario } from '../../deploy/local/demo/scenario.js';
import { Services } from '../../deploy/local/demo/services.js';
import { demoSettings } from '../../deploy/local/demo/settings.js';
import { demoFile, Stage } from '../../deploy/local/demo/stage.js';
import { removeStack, startStack, type Stack } from '../../deploy/local/stack.mjs';
import { ErasedFamily, erasedEverywhere } from './erased-everywhere.js';

/**
 * Goal: over the whole product, a member of two consecutive markets is handed over on 2026-07-19 and one of the first
 * only leaves (MKT-5): nothing lost, nothing counted twice. Method: two members of the demo on a stack of its own, a
 * real import, four years crossed in one step, the second adhesion; then what every service says on both sides. In the
 * first of these years a family leaves, and is erased everywhere (`erased-everywhere.ts`).
 */
const next = 'e-primo-2026';
const silent = { say() {}, wait() {}, done() {} };
const [lastDay, boundary] = [localDate('2026-07-18'), localDate('2026-07-19')];

let dir: string;
let stack: Stack;
let services: Services;
let first: Stage;
let second: Stage;
let directory: DirectoryImports;
let dropFolder: string;
const family = new ErasedFamily();

const start = (how: Partial<Parameters<typeof startStack>[0]> = {}) =>
  startStack({ dir, throwAway: true, environment: {}, ...how });
async function restart(how: Partial<Parameters<typeof startStack>[0]> = {}): Promise<void> {
  await stack.stop();
  stack = await start(how);
}
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'ent-handover-'));
  stack = await start();
  const settings = demoSettings.parse(stack.env);
  services = new Services(settings, silent);
  const small = demoScenario('small');
  const of = (...keys: string[]) => small.members.filter(({ key }) => keys.includes(key));
  first = new Stage({ ...small, members: of('ancenis', 'montreuil') }, services, silent);
  const following = { ...small, marketCode: next, members: of('ancenis') };
  second = new Stage(following, services, silent);
  dropFolder = settings.AAF_DROP_FOLDER;
  directory = new DirectoryImports(first, dropFolder);
  await beginFirstMarket();
}, 180_000);
afterAll(async () => {
  services?.close();
  await stack?.stop();
  removeStack(dir);
}, 60_000);

/** Two members, in force, with the people of a real import. */
async function beginFirstMarket(): Promise<void> {
  await on('2022-01-14', () => joinMarket(first, (adhesions) => adhesions.publishMarket()));
  await on('2022-07-19', () => begin(first, localDate('2022-07-19')));
  await on('2022-09-05', async () => {
    const folder = 'aaf-2022-09-05';
    const wanted = { folder, exportedOn: localDate('2022-09-05'), changes: [] };
    await directory.write(wanted);
    family.nameIn(join(dropFolder, folder));
    await directory.import(wanted);
  });
}

async function on(day: string, act: () => Promise<unknown> = async () => undefined) {
  await services.membership().startBusinessDay({ date: day });
  await waitUntilQuiet(services, silent, localDate(day));
  await act();
  await waitUntilQuiet(services, silent, localDate(day));
}

async function joinMarket(stage: Stage, publish: (adhesions: Adhesions) => Promise<void>) {
  const adhesions = new Adhesions(stage);
  await publish(adhesions);
  for (const key of ['rectorat', ...stage.scenario.members.map((member) => member.key)]) {
    await adhesions.apply(key);
  }
  await adhesions.verifyAndAccept();
}

async function begin(stage: Stage, from: LocalDate) {
  const adhesions = new Adhesions(stage);
  await adhesions.activate();
  await adhesions.financeSchools(from);
}

/** Of each account of a member's schools. */
async function accountsOf(key: string) {
  const found = [];
  for (const { uai } of first.member(key).schools) {
    let cursor = '';
    do {
      const answer = await services.provisioning().listAccounts({ uai, limit: 200, cursor });
      found.push(...answer.accounts);
      cursor = answer.nextCursor;
    } while (cursor !== '');
  }
  return found
    .map(({ accountId, state, membershipId, profile }) => ({
      ...{ accountId, state, membershipId, profile },
    }))
    .sort((a, b) => (a.accountId < b.accountId ? -1 : 1));
}
type Accounts = Awaited<ReturnType<typeof accountsOf>>;
const idsOf = (accounts: Accounts) => accounts.map(({ accountId }) => accountId);
const withoutMembership = (accounts: Accounts) =>
  accounts.map(({ accountId, state }) => `${accountId} ${state}`);
const membershipsOf = (accounts: Accounts) => [
  ...new Set(accounts.map(({ membershipId }) => membershipId)),
];
const idIn = async (stage: Stage, key: string) =>
  (await stage.membershipOf(stage.member(key))).membershipId;

async function billed(marketCode: string, membershipId: string, periodEndsOn: string) {
  const billing = services.billing(people.coordinator);
  const { done } = await billPeriod(billing, {
    ...{ marketCode, periodEndsOn, idempotencyKey: `bill-${periodEndsOn}` },
  });
  expect(done.failures).toEqual([]);
  const { invoices } = await billing.listInvoices({ membershipId });
  return invoices.map(
    ({ period, netCents }) => `${period?.startsOn} ${period?.endsOn} ${netCents}`,
  );
}

// Of the market's first year; the handover crosses to its last one.
erasedEverywhere(() => ({ stack, dropFolder, directory, family, on, restart }));

test('MKT-5: accounts, seats, usage and invoices change over on the boundary, each once', async () => {
  await on('2026-01-14', () =>
    joinMarket(second, (adhesions) => adhesions.announceSuccessor(next)),
  );
  await on('2026-04-10', async () => {
    await new Adhesions(second).fixDates(localDate('2026-04-10'), boundary);
    await begin(second, boundary);
  });
  const [old, renewed] = [await idIn(first, 'ancenis'), await idIn(second, 'ancenis')];

  await on(lastDay);
  const [before, leaving] = [await accountsOf('ancenis'), await accountsOf('montreuil')];
  expect(before.length).toBeGreaterThan(400);
  expect(membershipsOf(before)).toEqual([old]);

  await on(boundary);
  const after = await accountsOf('ancenis');
  expect(withoutMembership(after)).toEqual(expect.arrayContaining(withoutMembership(before)));
  expect(membershipsOf(after)).toEqual([renewed]);
  // Who has a link to both members and was placed at the one that leaves comes here (PRV-1): adults, with their account.
  const came = after.filter(({ accountId }) => !idsOf(before).includes(accountId));
  expect(idsOf(leaving)).toEqual(expect.arrayContaining(idsOf(came)));
  expect(came.filter(({ profile }) => profile === Profile.STUDENT)).toEqual([]);
  // The other has no new adhesion: what was open closes, and nobody holds a seat any more.
  const gone = await accountsOf('montreuil');
  expect(leaving.length).toBeGreaterThan(0);
  expect([...idsOf(gone), ...idsOf(came)]).toEqual(expect.arrayContaining(idsOf(leaving)));
  const closed = [AccountState.CLOSING, AccountState.DELETED];
  expect(gone.filter(({ state }) => !closed.includes(state))).toEqual([]);
  expect((await services.provisioning().checkSeats({})).violations).toEqual([]);

  await on('2026-10-19');
  for (const marketCode of [first.scenario.marketCode, next]) {
    const { violations } = await services.membership().checkLedgers({ marketCode });
    expect(violations).toEqual([]);
  }
  const { differences } = await services.metering().recountUsage({ membershipId: '' });
  expect(differences).toBe(0);
  const heading = 'item;contract_year_from;unit_price;vat_percent';
  for (const [marketCode, content] of [
    [first.scenario.marketCode, demoFile('bpu-e-primo-2022.csv')],
    [next, Buffer.from(`${heading}\nCOMPTE_ELEVE;${boundary};2,4000;20\n`)],
  ] as const) {
    await new Agreements(services, marketCode).prices(content, '2026-01-15');
  }
  // 412 × 91 d × 2.4182 / 365, then 412 × 92 d × 2.40 / 365.
  expect(await billed(first.scenario.marketCode, old, boundary)).toEqual([
    `2026-04-19 ${boundary} 24839`,
  ]);
  expect(await billed(next, renewed, '2026-10-19')).toEqual([`${boundary} 2026-10-19 24923`]);
}, 280_000);
