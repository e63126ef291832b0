import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeStack, startStack, type Stack } from '../../deploy/local/stack.mjs';
import { startConsole } from '../e2e/console/console-app.js';
import { fakeServices } from '../e2e/console/fake-services.js';
import {
  alivePath,
  anonymousPaths,
  machineryPaths,
  routesOf,
  type Route,
} from '../e2e/console/routes-of.js';
import { logIn, type Session } from '../support/browser/log-in.js';
import {
  hatsOf,
  nobody,
  playTwoMembers,
  type ThingsOfMember,
  tracesOf,
} from '../support/market/two-members.js';
import { closedToOthers } from './closed-to-others.js';
import { eachDoor } from './each-door/each-door.js';
import { heldImport } from './held-import.js';
import { ldapApart } from './ldap-apart.js';
import { successions } from './successions.js';

/**
 * Goal: SUP-3 on the whole product: no member gets anything of another through any route. Method: two
 * members of the demo on a stack of their own; the routes are read from the console's application, so
 * that a new one is asked from its first day. People of the first member log in at the issuer and ask
 * each route about the other's things. A second test asks the same addresses as people who may see
 * them: a thing that nobody finds would prove nothing.
 *
 * Then, on the same stack, whoever may ask each public operation gets its answer from the service that decides: each
 * door once for real, with the table and its own goal in `each-door/`.
 *
 * A new route makes this file fail until it knows what to ask. Add its line in `each-door/`, and one below:
 *   a new name in a path               → `nameOf` (and find such a thing in two-members.ts)
 *   a query or a body that it demands  → `queries`, `bodies`, naming things of the other member
 *   a name of the group's, no member's → `groupsOwn`, with the reason: its answer is still searched
 */
const nameOf: Record<string, (other: ThingsOfMember) => string> = {
  membershipId: ({ membershipId }) => membershipId,
  invoiceId: ({ invoiceId }) => invoiceId,
  orderId: ({ orderId }) => orderId,
  draftId: ({ draftId }) => draftId,
  documentId: ({ documentId }) => documentId,
  personId: ({ personId }) => personId,
  accountId: ({ accountId }) => accountId,
  lookId: () => '1',
  organisationId: ({ organisationId }) => organisationId,
  uai: ({ uai }) => uai,
  dispatchId: () => 'a-dispatch',
  signatoryId: () => 'a-signatory',
  invitationId: () => 'an-invitation',
  committeeId: () => 'a-committee',
  meetingId: () => 'a-meeting',
  trainingId: () => 'a-training',
  offerId: () => 'an-offer',
  runId: () => 'a-run',
  marketCode: () => 'e-primo-2022',
  successionId: ({ successionId }) => successionId,
  transferId: () => 'a-transfer',
  proposalId: () => 'a-proposal',
  accessId: () => 'an-access',
  importId: () => 'an-import',
  planId: () => 'a-plan',
  code: () => 'ENT_REFUSED',
  sourceCode: () => 'a-source',
  uploadId: () => 'an-upload',
  pairId: () => 'a-pair',
  mergeId: () => 'a-merge',
  // The last of the story: each night has looked at its school.
  day: () => '2022-10-30',
};
const anAnnexe2 = () => ({ fileName: 'annexe2.csv', datedOn: '2022-01-10' });
// By the names of hand-written routes and of the contract: each reads its own.
const ofMarket = () => ({ market: 'e-primo-2022', marketCode: 'e-primo-2022' });
const queries: Record<string, (other: ThingsOfMember) => Record<string, string>> = {
  '/api/support/fed-schools/:uai/preview': () => ({ academy: 'NANTES' }),
  '/api/memberships/:membershipId/year-end': () => ({ year: '2022' }),
  '/api/documents': ({ membershipId }) => ({
    membership: membershipId,
    // Of the kind that each of a member's hats may deposit.
    kind: 'INVOICE_CONTEST',
    title: 'Pièce',
    fileName: 'piece.pdf',
    datedOn: '2022-10-03',
  }),
  '/api/billing/agreements': ofMarket,
  '/api/organisations/:organisationId': ofMarket,
  '/api/organisations/:organisationId/billing-contacts': ofMarket,
  '/api/organisations/:organisationId/billing-rhythm': ofMarket,
  '/api/organisations/:organisationId/chorus-pro': ofMarket,
  '/api/organisations/:organisationId/signatories': ofMarket,
  '/api/organisations/:organisationId/signatories/:signatoryId/end': ofMarket,
  '/api/activity': ofMarket,
  '/api/activity/csv': ofMarket,
  '/api/activity/ods': ofMarket,
  '/api/committees': ofMarket,
  '/api/progress': ofMarket,
  '/api/published-members': ofMarket,
  '/api/trainings': ofMarket,
  '/api/ldap-accesses': ofMarket,
  '/api/memberships/:membershipId/annexe2': anAnnexe2,
  '/api/memberships/:membershipId/annexe2/preview': anAnnexe2,
  // Of no paper: it is answered as unknown. That of another member is refused in its own tests (ORD-7).
  '/api/statements/verification': () => ({ code: '00000-00000-00000-00000' }),
  '/api/support/people': ({ uai }) => ({ by: 'SCHOOL', q: uai, uai, reason: 'CHECK' }),
  '/api/support/people/:personId': () => ({ reason: 'CHECK' }),
  '/api/support/accounts/:accountId/history': () => ({ reason: 'CHECK' }),
  '/api/support/accounts/:accountId/sides': () => ({ reason: 'CHECK' }),
  '/api/support/schools': ({ uai }) => ({ q: uai }),
  '/api/support/schools/:uai/people': () => ({ reason: 'CHECK' }),
  '/api/support/schools/:uai/hand-made-users': () => ({ reason: 'CHECK' }),
  '/api/support/uploads/:uploadId/files': () => ({ name: 'export.zip' }),
};
const anOrder = { lines: [{ itemCode: 'COMPTE_ELEVE', effectiveFrom: '2022-11-02', delta: 1 }] };
const bodies: Record<string, (other: ThingsOfMember) => object> = {
  '/api/organisations/:organisationId/billing-contacts': () => ({
    ...ofMarket(),
    billingContacts: [],
  }),
  '/api/organisations/:organisationId/billing-rhythm': () => ({ ...ofMarket(), rhythm: 'YEAR' }),
  '/api/organisations/:organisationId/chorus-pro': () => ({
    ...ofMarket(),
    validFrom: '2022-01-01',
    chorusPro: {},
  }),
  '/api/memberships/:membershipId/orders': () => anOrder,
  '/api/memberships/:membershipId/orders/preview': () => anOrder,
  '/api/memberships/:membershipId/annexe2/verification': () => ({
    sha256: 'a'.repeat(64),
    signedDocumentId: 'a-document',
  }),
  '/api/memberships/:membershipId/drafts': () => anOrder,
  '/api/memberships/:membershipId/drafts/:draftId': () => anOrder,
  '/api/memberships/:membershipId/ldap-access': () => ({
    ...{ documentId: 'a-document', decidedOn: '2022-10-03', endsOn: '2025-01-01' },
  }),
  '/api/memberships/:membershipId/ldap-access/withdrawal': () => ({ reason: 'INCIDENT' }),
  '/api/ldap-accesses/:accessId/revocation': () => ({ reason: 'INCIDENT' }),
  '/api/metering/certificates': () => ({
    ...ofMarket(),
    period: { startsOn: '2022-07-19', endsOn: '2022-10-19' },
  }),
  '/api/invoices/:invoiceId/withdrawal': () => ({ reason: 'Erreur.' }),
  '/api/invoices/:invoiceId/contest': () => ({ reason: 'Erreur.' }),
  '/api/invoices/:invoiceId/correction': () => ({ reason: 'Erreur.' }),
  '/api/invoices/:invoiceId/settlement': () => ({ state: 'PAID', settledOn: '2022-11-02' }),
  '/api/billing/corrections/:proposalId/decision': () => ({ outcome: 'APPROVED', digest: 'a' }),
  '/api/invoices/:invoiceId/maintenance': () => ({ reason: 'Exact.' }),
  '/api/support/sources/:sourceCode': () => ({ kind: 'AAF_1D', title: 'AAF', priority: 10 }),
  '/api/support/uploads': ({ uai }) => ({ source: 'aaf1d-nantes', uai }),
  '/api/support/ent-nights/:day/schools/:uai/approval': () => ({ reason: 'CONTROLE' }),
  '/api/support/ent-nights/:day/schools/:uai/rejection': () => ({ reason: 'CONTROLE' }),
  '/api/support/ent-faults/:code/retries': () => ({ reason: 'INCIDENT_ENT' }),
  '/api/support/ent-missing/proposals/:proposalId/decision': () => ({ outcome: 'APPROVED' }),
  '/api/support/fed-schools/:uai/end': () => ({ endsOn: '2030-01-01', reason: 'ERREUR' }),
  '/api/support/ent-looks': ({ uai }) => ({ uai }),
  '/api/support/ent-plans/:planId/approval': () => ({ reason: 'CONTROLE' }),
  '/api/support/ent-plans/:planId/rejection': () => ({ reason: 'CONTROLE' }),
  '/api/schools/:uai/letters': () => ({ classLabel: 'CM1' }),
  '/api/support/accounts/:accountId/letter-requests': () => ({ reason: 'LETTRE_PERDUE' }),
  '/api/support/plans/:planId/approval': () => ({ reason: 'AUTRE' }),
  '/api/support/plans/:planId/rejection': () => ({ reason: 'AUTRE' }),
  '/api/support/doubles/:pairId/answer': () => ({ answer: 'DIFFERENT' }),
  '/api/support/accounts/:accountId/decisions': () => ({ action: 'RETRY', reason: 'ERREUR' }),
};
const groupsOwn: readonly string[] = [
  // Committees and their meetings are the group's: a member reads them, without the seats of other members (GOV-5).
  '/api/committees/:committeeId',
  '/api/committees/:committeeId/meetings',
  '/api/meetings/:meetingId',
  // The coordinator's alone, of no member (GOV-2, GOV-3).
  '/api/coordination/offers/:offerId',
  '/api/coordination/trainings/:trainingId',
  // An import is the academy's, of many members' schools (DIR-5).
  '/api/support/imports/:importId',
  // Who may be one is judged by level 2, across members (DIR-2).
  '/api/support/doubles/:pairId',
  '/api/support/imports/:importId/remarks',
  '/api/support/imports/:importId/remarks/csv',
  '/api/support/plans/:planId/schools',
  '/api/support/plans/:planId/changes',
  // … and the members are those that membership shows to whoever asks.
  '/api/support/plans/:planId/members',
  // Terms, dates and amendments are the market's (MKT-1, art. 4.1).
  '/api/markets/:marketCode',
  '/api/markets/:marketCode/versions',
  '/api/markets/:marketCode/due',
  '/api/markets/:marketCode/amendments',
  '/api/markets/:marketCode/amendment-proposals',
  // What the supplier proposes and a coordinator decides is the market's (BIL-2).
  '/api/billing/proposals/:proposalId',
  // A run is the market's: who bills follows it, whomever it concerns (BIL-5).
  '/api/billing/runs/:runId',
  '/api/billing/runs/:runId/members/:membershipId/retry',
  // Of two coordinators, and of no member (MKT-6).
  '/api/amendment-proposals/:proposalId',
  '/api/amendment-proposals/:proposalId/approval',
  '/api/amendment-proposals/:proposalId/rejection',
  '/api/amendment-proposals/:proposalId/withdrawal',
  '/api/markets/:marketCode/dates',
  // Prices and where to pay are the group's: the supplier proposes, a coordinator decides (BIL-2).
  '/api/billing/proposals/:proposalId',
  '/api/billing/proposals/:proposalId/approval',
  '/api/billing/proposals/:proposalId/rejection',
  '/api/billing/proposals/:proposalId/withdrawal',
  // A plan towards the ENT is of many schools and members; of a part that is not one's market nothing is told (PRV-8).
  '/api/support/ent-plans/:planId',
  // A cause is the ENT's; who is tried again is of the caller's market (PRV-4).
  '/api/support/ent-faults/:code/retries',
  // Of two persons of the supplier's (BIL-8).
  '/api/billing/corrections/:proposalId/decision',
];

let dir: string;
let stack: Stack;
let routes: Route[];
let own: ThingsOfMember;
let other: ThingsOfMember;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'ent-members-apart-'));
  // One person asks hundreds of routes in turn: the door's limits have a test of their own.
  const unlimited = '1000000';
  const env = {
    // Anchors are written within the minute that the stories last.
    all: { SEAL_EVERY_SECONDS: '5' },
    console: {
      REQUESTS_PER_MINUTE_AND_ADDRESS: unlimited,
      REQUESTS_PER_MINUTE_AND_PERSON: unlimited,
      LOOKS_MAX_PER_HOUR: unlimited,
      LOOKS_MAX_PER_DAY: ['support-1', 'support-2', 'support-3', 'school', 'dpo']
        .map((role) => `${role}=${unlimited}`)
        .join(','),
    },
  };
  stack = await startStack({ dir, throwAway: true, environment: {}, env });
  [own, other] = await playTwoMembers(stack);
  routes = await routesWithSession();
}, 300_000);

afterAll(async () => {
  await stack?.stop();
  removeStack(dir);
}, 60_000);

const namesAMembers = ({ path }: Route) => path.includes(':') && !groupsOwn.includes(path);

test('SUP-3: whatever a member asks about another is refused as if it did not exist', async () => {
  const leaks: string[] = [];
  // A matrix of people and routes: each route is asked by a third of them, by all with `npm run prove -- security`.
  const step = process.env['PROVE'] === '1' ? 1 : 3;
  for (const [hat, login] of hatsOf(own).entries()) {
    const session = await logIn(stack.consoleUrl, login);
    for (const route of routes.filter((_route, index) => (index + hat) % step === 0)) {
      const answer = await ask(route, other, session);
      const told = `${login}: ${route.method} ${route.path} ${answer.status}`;
      const allowed = namesAMembers(route) ? [403, 404] : [200, 403, 404];
      if (!allowed.includes(answer.status)) leaks.push(`${told}, not ${allowed.join(' or ')}`);
      leaks.push(...tracesOf(other, answer.text).map((trace) => `${told} tells ${trace}`));
      if (!namesAMembers(route)) continue;
      const unknown = await ask(route, nobody(other), session);
      if (answer.code !== unknown.code) leaks.push(`${told} ${answer.code}, not ${unknown.code}`);
    }
  }
  expect(leaks).toEqual([]);
}, 60_000);

test('asks about things that are there: whoever may see them finds them at the same address', async () => {
  const people = [...hatsOf(other), 'coordinator', 'supplier', 'support-2', 'dpo'];
  const sessions = await Promise.all(people.map((login) => logIn(stack.consoleUrl, login)));
  const unseen: string[] = [];
  for (const route of routes.filter((one) => one.method === 'get' && namesAMembers(one))) {
    let isSeen = false;
    for (const session of sessions) {
      isSeen = (await ask(route, other, session)).status === 200;
      if (isSeen) break;
    }
    if (!isSeen) unseen.push(route.path);
  }
  expect(unseen).toEqual([]);
}, 60_000);

test('answers 401 to everybody without a session, on every route', async () => {
  const answers = await Promise.all(routes.map((route) => ask(route, other)));
  expect(routes.filter((_route, i) => answers[i]?.status !== 401)).toEqual([]);
});

// What is opened is closed again at its end.
ldapApart(() => ({ stack, own, other }));

// From here on the stories stand on another day, and one school is the first member's.
successions(() => ({ stack, own, other }));

heldImport(() => ({ stack, own, other }));

closedToOthers(() => ({ stack, own, other }));

// Last: these calls change what the others ask about.
eachDoor(() => ({ stack, routes, own, other }));

// Logging out apart: it would end what the next question needs.
async function routesWithSession(): Promise<Route[]> {
  process.env['DATABASE_URL'] = stack.backing.postgresUrl;
  const application = await startConsole(fakeServices);
  const open = [...anonymousPaths, alivePath, ...machineryPaths, '/api/logout'];
  const found = routesOf(application).filter(({ path }) => !open.includes(path));
  await application.stop();
  return found;
}

type Answer = { status: number; text: string; code: string };

async function ask(route: Route, about: ThingsOfMember, session?: Session): Promise<Answer> {
  const { method, path } = route;
  const named = path.replace(/:(\w+)/g, (_all, name: string) => nameIn(path, name, about));
  const address = new URL(named, stack.consoleUrl);
  address.search = new URLSearchParams(queries[path]?.(about)).toString();
  const response = await fetch(address, {
    method: method.toUpperCase(),
    headers: {
      'idempotency-key': randomUUID(),
      'if-match': '"1"',
      origin: stack.consoleUrl,
      ...(session && { cookie: session.cookie, 'x-csrf-token': session.csrf }),
      ...(method !== 'get' && { 'content-type': 'application/json' }),
    },
    ...(method !== 'get' && { body: JSON.stringify(bodies[path]?.(about) ?? {}) }),
  });
  const text = await response.text();
  const isProblem = response.headers.get('content-type')?.includes('problem+json') ?? false;
  const { code } = isProblem ? (JSON.parse(text) as { code: string }) : { code: '' };
  return { status: response.status, text, code };
}

function nameIn(path: string, name: string, about: ThingsOfMember): string {
  const example = nameOf[name];
  if (!example) throw new Error(`Say in nameOf which ${name} another member has, for ${path}`);
  return encodeURIComponent(example(about));
}
