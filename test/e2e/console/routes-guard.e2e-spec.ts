import request from 'supertest';
import { populate } from './a-population.js';
import {
  consoleUrl,
  startConsole,
  type LoggedInBrowser,
  type RunningConsole,
} from './console-app.js';
import { fakeServices, organisations } from './fake-services.js';
import { alivePath, anonymousPaths, machineryPaths, routesOf, type Route } from './routes-of.js';
import { grantsOf } from '#libs/testing';

/**
 * Goal: no route of the console shows a member anything of another member, or anybody anything
 * without a session. Method: the routes are read from the running application, each is called with
 * the identifiers of another member, and the services behind are fakes that refuse nothing: what
 * refuses is the console itself. In the product the services judge too.
 */
let running: RunningConsole;
let routes: Route[];
let vertou: LoggedInBrowser;

const unguarded = [...anonymousPaths, alivePath, ...machineryPaths];
const another: Record<string, string> = {
  membershipId: 'm-ancenis',
  invoiceId: 'i-ancenis',
  draftId: 'd-ancenis',
  runId: 'a-run',
  orderId: 'o-ancenis',
  documentId: 'doc-ancenis',
  organisationId: 'org-200083228',
  signatoryId: 's-1',
  invitationId: 'inv-1',
  personId: 'p-zoe',
  accountId: 'a-zoe',
  lookId: '1',
  dispatchId: 'e-1',
  successionId: 'suc-ancenis',
  transferId: 't-ancenis',
  proposalId: 'p-1',
  accessId: 'an-access',
  importId: 'import-1',
  sourceCode: 'aaf1d-nantes',
  planId: 'plan-1',
  code: 'ENT_REFUSED',
  uploadId: 'upload-1',
  pairId: 'pair-1',
  day: '2022-11-10',
  mergeId: 'merge-1',
  uai: '0440437L',
  // The group's own, of another market.
  committeeId: 'x-copil',
  meetingId: 'x-1',
  trainingId: 'x-1',
  offerId: 'x-1',
  marketCode: 'autre',
};
// What a member may ask without naming anybody: the answer holds its own only, or what its whole market agreed on.
const ownOnly = [
  '/api/billing/agreements',
  '/api/session',
  '/api/logout',
  '/api/memberships',
  '/api/activity',
  '/api/activity/csv',
  '/api/activity/ods',
  '/api/committees',
  '/api/markets',
  '/api/markets/schema',
  '/api/progress',
  '/api/published-members',
  '/api/trainings',
];

const bodies: Record<string, object> = {
  '/api/organisations/:organisationId/billing-contacts': {
    marketCode: 'e-primo-2022',
    billingContacts: [],
  },
  '/api/organisations/:organisationId/billing-rhythm': {
    marketCode: 'e-primo-2022',
    rhythm: 'YEAR',
  },
  '/api/organisations/:organisationId/chorus-pro': {
    marketCode: 'e-primo-2022',
    validFrom: '2022-01-01',
    chorusPro: {},
  },
  '/api/memberships/:membershipId/orders': anOrder(),
  '/api/memberships/:membershipId/orders/preview': anOrder(),
  '/api/memberships/:membershipId/drafts': anOrder(),
  '/api/memberships/:membershipId/drafts/:draftId': anOrder(),
  '/api/memberships/:membershipId/annexe2/verification': {
    sha256: 'a'.repeat(64),
    signedDocumentId: 'd-1',
  },
  '/api/coordination/memberships/:membershipId/corrections': aCorrection(),
  '/api/coordination/memberships/:membershipId/corrections/preview': aCorrection(),
  '/api/coordination/memberships/:membershipId/schools': {
    uai: '0440437L',
    from: '2022-09-01',
  },
  '/api/coordination/schools/:uai/end': {
    membershipId: 'm-ancenis',
    endsOn: '2023-07-08',
    reason: 'SCHOOL_CLOSED',
  },
  '/api/coordination/school-transfers': { terms: aTransfer() },
  '/api/coordination/school-transfers/preview': aTransfer(),
  '/api/memberships/:membershipId/withdrawal': aLetter(),
  '/api/memberships/:membershipId/ldap-access/withdrawal': { reason: 'INCIDENT' },
  '/api/memberships/:membershipId/withdrawal/revocation': aLetter(),
  '/api/memberships/:membershipId/exclusion': aDecision(),
  '/api/coordination/successions': { marketCode: 'e-primo-2022', plans: [aSuccession()] },
  '/api/coordination/successions/preview': { marketCode: 'e-primo-2022', plan: aSuccession() },
  '/api/coordination/successions/:successionId/approval': { digest: 'f'.repeat(64) },
  '/api/coordination/successions/:successionId/cancellation': { reason: 'Arrêté rapporté' },
  '/api/markets/:marketCode/amendment-proposals': {
    content: '{}',
    documentId: 'd-1',
    number: '1',
    signedOn: '2022-01-10',
    effectiveOn: '2022-01-10',
  },
  '/api/amendment-proposals/:proposalId/approval': { digest: 'd' },
  '/api/amendment-proposals/:proposalId/rejection': { digest: 'd', reason: 'Il manque une page.' },
  '/api/markets/:marketCode/dates': {
    which: 'EFFECTIVE',
    on: '2022-01-10',
    documentId: 'd-1',
  },
  '/api/markets': { content: '{}' },
  '/api/billing/proposals/price-revision': {
    marketCode: 'e-primo-2022',
    revision: {
      ...{ baseOn: '2022-07-19', effectiveFrom: '2023-07-19', constant: '0', terms: [aTerm()] },
    },
  },
  '/api/billing/proposals/supplier-account': {
    marketCode: 'e-primo-2022',
    iban: 'FR7630006000011234567890189',
    effectiveFrom: '2022-10-19',
    documentId: 'd-1',
  },
  '/api/billing/proposals/:proposalId/approval': { digest: 'a' },
  '/api/billing/proposals/:proposalId/rejection': { digest: 'a', reason: 'Faux.' },
  '/api/billing/runs': { marketCode: 'e-primo-2022', periodEndsOn: '2022-10-19' },
  '/api/metering/certificates': {
    marketCode: 'e-primo-2022',
    period: { startsOn: '2022-07-19', endsOn: '2022-10-19' },
  },
  '/api/invoices/:invoiceId/withdrawal': { reason: 'Erreur.' },
  '/api/invoices/:invoiceId/contest': { reason: 'Erreur.' },
  '/api/invoices/:invoiceId/correction': { reason: 'Erreur.' },
  '/api/invoices/:invoiceId/settlement': { state: 'PAID', settledOn: '2022-11-02' },
  '/api/billing/corrections/:proposalId/decision': { outcome: 'APPROVED', digest: 'a' },
  '/api/invoices/:invoiceId/maintenance': { reason: 'Exact.' },
  '/api/support/uploads': { source: 'aaf1d-nantes' },
  '/api/support/imports': { folder: 'AAF', source: 'aaf1d-nantes' },
  '/api/support/sources/:sourceCode': { kind: 'AAF_1D', title: 'AAF', priority: 10 },
  '/api/support/ent-nights/:day/schools/:uai/approval': { reason: 'CONTROLE' },
  '/api/support/ent-nights/:day/schools/:uai/rejection': { reason: 'CONTROLE' },
  '/api/support/ent-plans/:planId/approval': { reason: 'CONTROLE' },
  '/api/support/ent-plans/:planId/rejection': { reason: 'CONTROLE' },
  '/api/support/ent-faults/:code/retries': { reason: 'INCIDENT_ENT' },
  '/api/support/ent-looks': { uai: '0440437L' },
  '/api/support/ent-missing/proposals': { reason: 'ENT_RESTAURE' },
  '/api/support/ent-missing/proposals/:proposalId/decision': { outcome: 'APPROVED' },
  '/api/support/fed-schools': {
    ...{ uai: '0440437L', academy: 'NANTES', startsOn: '2030-01-01', reason: 'ERREUR' },
  },
  '/api/support/fed-schools/:uai/end': { endsOn: '2030-01-01', reason: 'ERREUR' },
  '/api/schools/:uai/letters': { classLabel: 'CM1' },
  '/api/support/accounts/:accountId/letter-requests': { reason: 'LETTRE_PERDUE' },
  '/api/support/plans/:planId/approval': { reason: 'AUTRE' },
  '/api/support/plans/:planId/rejection': { reason: 'AUTRE' },
  '/api/support/imports/:importId/approval': { reason: 'AUTRE' },
  '/api/support/imports/:importId/rejection': { reason: 'AUTRE' },
  '/api/support/accounts/:accountId/decisions': { action: 'RETRY', reason: 'ERREUR' },
};
// By the names of hand-written routes and of the contract: each reads its own.
const ofMarket = '?market=e-primo-2022&marketCode=e-primo-2022';
const queries: Record<string, string> = {
  '/api/billing/agreements': ofMarket,
  '/api/support/uploads/:uploadId/files': '?name=a.zip',
  '/api/support/fed-schools/:uai/preview': '?academy=NANTES',
  '/api/billing/proposals/prices': ofMarket,
  '/api/billing/proposals': ofMarket,
  '/api/billing/runs': ofMarket,
  '/api/billing/preview': `${ofMarket}&periodEndsOn=2022-10-19`,
  '/api/billing/numbering-failures': ofMarket,
  '/api/billing/lost-days': ofMarket,
  '/api/metering/certificates/check': ofMarket,
  '/api/billing/terms': ofMarket,
  '/api/billing/check': ofMarket,
  '/api/billing/invoices': ofMarket,
  '/api/billing/totals': ofMarket,
  '/api/billing/year-ends': '?marketCode=e-primo-2022&year=2022',
  '/api/memberships/:membershipId/year-end': '?year=2022',
  '/api/billing/sales-journal': '?marketCode=e-primo-2022&year=2022',
  '/api/billing/drafts-to-settle': ofMarket,
  '/api/billing/invoices-to-mend': ofMarket,
  '/api/activity': ofMarket,
  '/api/activity/csv': ofMarket,
  '/api/activity/ods': ofMarket,
  '/api/committees': ofMarket,
  '/api/progress': ofMarket,
  '/api/published-members': ofMarket,
  '/api/trainings': ofMarket,
  '/api/coordination/execution-documents/unacknowledged': ofMarket,
  '/api/coordination/offers': ofMarket,
  '/api/coordination/applications': ofMarket,
  '/api/coordination/campaign': ofMarket,
  '/api/coordination/invitations': ofMarket,
  '/api/coordination/unsigned-members': ofMarket,
  '/api/documents': '?membership=m-ancenis&kind=LETTER&title=x&fileName=x.pdf&datedOn=2022-01-10',
  '/api/organisations/:organisationId': ofMarket,
  '/api/organisations/:organisationId/billing-contacts': ofMarket,
  '/api/organisations/:organisationId/chorus-pro': ofMarket,
  '/api/organisations/:organisationId/signatories': ofMarket,
  '/api/organisations/:organisationId/signatories/:signatoryId/end': ofMarket,
  '/api/coordination/ranking': ofMarket,
  '/api/coordination/margins': ofMarket,
  '/api/coordination/ceilings': ofMarket,
  '/api/coordination/usage-above-orders': ofMarket,
  '/api/coordination/school-transfers': ofMarket,
  '/api/coordination/audit': ofMarket,
  '/api/statements/verification': '?code=ABCDE-ABCDE-ABCDE-ABCDE',
  '/api/coordination/tender': ofMarket,
  '/api/coordination/training-figures': ofMarket,
  '/api/support/people': '?by=NAME&q=exemple&reason=CHECK',
  '/api/support/people/:personId': '?reason=CHECK',
  '/api/support/schools': '?q=camus',
  '/api/memberships/:membershipId/annexe2': '?fileName=a.csv&datedOn=2022-01-10',
  '/api/memberships/:membershipId/annexe2/preview': '?fileName=a.csv&datedOn=2022-01-10',
  '/api/coordination/successions': ofMarket,
  '/api/coordination/successions/import': `${ofMarket}&fileName=m.csv`,
  '/api/coordination/withdrawals': ofMarket,
  '/api/coordination/withdrawal-reminders': ofMarket,
  '/api/coordination/exclusions': ofMarket,
  '/api/supplier/orders-to-acknowledge': ofMarket,
};

function aTerm() {
  const value = { value: '1', on: '2022-04-01', source: 'insee.fr' };
  return { index: 'Syntec', coefficient: '1', base: value, current: value };
}

function anOrder() {
  return { lines: [{ itemCode: 'ELEVE', effectiveFrom: '2022-11-01', delta: 1 }] };
}

function aLetter() {
  const document = { title: 'Lettre', datedOn: '2024-06-03' };
  return { number: '1A 042', sentOn: '2024-06-03', receivedOn: '2024-06-04', document };
}

function aSuccession() {
  return {
    kind: 'FULL',
    effectiveOn: '2023-01-01',
    predecessorMembershipId: 'm-ancenis',
    successor: { siren: '200099489' },
    document: { title: 'Arrêté', datedOn: '2022-11-15' },
  };
}

function aTransfer() {
  return {
    fromMembershipId: 'm-ancenis',
    toMembershipId: 'm-vertou',
    uais: ['0440437L'],
    effectiveOn: '2022-11-01',
    documentId: 'doc-1',
  };
}

function aCorrection() {
  const lines = [{ itemCode: 'ELEVE', effectiveFrom: '2022-10-01', delta: 1 }];
  return { lines, reason: 'ENTRY_ERROR', documentId: 'doc-1' };
}

function aDecision() {
  return {
    reference: 'n° 2300001',
    court: 'Tribunal administratif de Nantes',
    decidedOn: '2023-11-06',
    effectiveOn: '2024-01-01',
    document: { title: 'Jugement', datedOn: '2023-11-06' },
  };
}

beforeAll(async () => {
  running = await startConsole(fakeServices);
  await populate(running);
  routes = routesOf(running);
  vertou = await aMemberOf('vertou');
}, 60_000);
afterAll(() => running?.stop());

const aMemberOf = (key: keyof typeof organisations) =>
  running.logIn({
    userId: `orderer-${key}`,
    roles: ['member-reader', 'member-orderer', 'member-finance'],
    organisationId: organisations[key],
  });

function call({ method, path }: Route, browser?: LoggedInBrowser) {
  const named = path.replace(/:(\w+)/g, (_all, name: string) => {
    const id = another[name];
    if (!id) throw new Error(`Say which ${name} another member has, for ${path}`);
    return id;
  });
  const asked = request(running.app.getHttpServer())
    [method](`${named}${queries[path] ?? ''}`)
    .set('idempotency-key', 'key-of-a-test')
    .set('if-match', '"1"')
    .set('origin', consoleUrl);
  if (browser) asked.set('cookie', browser.cookie).set('x-csrf-token', browser.csrf);
  return method === 'get' ? asked : asked.send(bodies[path] ?? {});
}

/** A session may have 104 requests at once. */
async function inParts<T>(all: readonly Route[], work: (route: Route) => Promise<T>): Promise<T[]> {
  const answers: T[] = [];
  for (let from = 0; from < all.length; from += 50)
    answers.push(...(await Promise.all(all.slice(from, from + 50).map(work))));
  return answers;
}

const guarded = () => routes.filter(({ path }) => !unguarded.includes(path));
const told = ({ method, path }: Route, status: number) => `${method} ${path} ${status}`;

test('knows the routes it speaks of', () => {
  expect(guarded().length).toBeGreaterThanOrEqual(18);
  expect(routes.map(({ path }) => path)).toEqual(
    expect.arrayContaining([...anonymousPaths, ...ownOnly]),
  );
});

test('answers 401 to everybody without a session, on every route', async () => {
  const answers = await inParts(guarded(), async (route) =>
    told(route, (await call(route)).status),
  );
  expect(answers).toEqual(guarded().map((route) => told(route, 401)));
});

test('answers 401 to an invented session, on every route', async () => {
  const invented = { cookie: '__Host-session=invented', csrf: 'invented' };
  const answers = await inParts(guarded(), async (route) =>
    told(route, (await call(route, invented)).status),
  );
  expect(answers).toEqual(guarded().map((route) => told(route, 401)));
});

test('SUP-3: a member asking for another member’s anything gets 403 or 404, on every route', async () => {
  const asked = guarded().filter(({ path }) => !ownOnly.includes(path));
  const answers = await inParts(asked, async (route) => ({
    route,
    status: (await call(route, vertou)).status,
  }));
  const open = answers.filter(({ status }) => ![403, 404].includes(status));
  expect(open.map(({ route, status }) => told(route, status))).toEqual([]);
});

test('SUP-3: a member who coordinates another market gets nothing of a membership that is not his, on every route', async () => {
  const roles = ['member-reader', 'member-orderer', 'member-finance'] as const;
  const browser = await running.logIn({
    ...{ userId: 'of-two-markets', roles, organisationId: organisations.vertou },
    grants: [
      ...grantsOf(roles),
      ...grantsOf(['coordinator', 'supplier', 'admin', 'support-2'], ['autre']),
    ],
  });
  const asked = guarded().filter(({ path }) => path.includes(':membershipId'));
  expect(asked.length).toBeGreaterThan(20);
  const answers = await inParts(asked, async (route) => ({
    route,
    status: (await call(route, browser)).status,
  }));
  // 422: a body that is wrong is told before anything is looked up.
  const open = answers.filter(({ status }) => ![403, 404, 422].includes(status));
  expect(open.map(({ route, status }) => told(route, status))).toEqual([]);
});

test('SUP-3: what a member may ask without naming anything holds its own only', async () => {
  for (const path of ownOnly.filter((one) => one !== '/api/logout')) {
    const answer = await call({ method: 'get', path }, vertou);
    expect({ path, status: answer.status }).toEqual({ path, status: 200 });
    expect(answer.text).not.toMatch(/ancenis|200083228.*org/);
  }
});

test('SUP-3: the coordinator sees every member, and never a person', async () => {
  const coordinator = await running.logIn({ roles: ['coordinator'] });
  const members = await call({ method: 'get', path: '/api/coordination/members' }, coordinator);
  expect(members.body.members).toHaveLength(2);
  const people = await call({ method: 'get', path: '/api/support/people' }, coordinator);
  expect(people.status).toBe(403);
});

test('SUP-3: the supplier sees what every member ordered and its invoices, and nothing else', async () => {
  const supplier = await running.logIn({ roles: ['supplier'] });
  const open = [
    '/api/session',
    'get /api/markets',
    '/api/markets/schema',
    '/api/supplier/members',
    '/api/billing/agreements',
    '/api/billing/proposals',
    '/api/billing/proposals/prices',
    '/api/billing/proposals/price-revision',
    '/api/billing/proposals/supplier-account',
    '/api/billing/proposals/:proposalId',
    '/api/billing/proposals/:proposalId/withdrawal',
    '/api/documents',
    '/api/billing/preview',
    '/api/billing/runs',
    '/api/billing/runs/:runId',
    '/api/billing/runs/:runId/members/:membershipId/retry',
    '/api/billing/numbering-failures',
    '/api/billing/lost-days',
    '/api/billing/terms',
    '/api/billing/check',
    '/api/billing/invoices',
    '/api/billing/totals',
    '/api/memberships/:membershipId/school-names',
    '/api/billing/sales-journal',
    '/api/billing/year-ends',
    '/api/memberships/:membershipId/year-end',
    '/api/billing/drafts-to-settle',
    '/api/billing/invoices-to-mend',
    '/api/metering/certificates',
    '/api/metering/certificates/check',
    '/api/memberships/:membershipId/usage-certificates',
    '/api/memberships/:membershipId/usage-certificates/check',
    '/api/memberships/:membershipId/open-accounts',
    '/api/billing/corrections/:proposalId/decision',
    '/api/memberships/:membershipId/billing-terms',
    '/api/billing/numbering-failures/:invoiceId/retry',
    '/api/invoices/:invoiceId/withdrawal',
    '/api/memberships/:membershipId/invoices',
    '/api/memberships/:membershipId/orders/:orderId/pdf',
    '/api/supplier/orders-to-acknowledge',
    '/api/supplier/orders/:orderId/acknowledgement',
    '/api/memberships/:membershipId/statement',
    '/api/statements/verification',
    '/api/coordination/withdrawals',
    '/api/coordination/exclusions',
    'get /api/coordination/successions',
    '/api/successions/:successionId',
  ];
  const answers = await inParts(
    guarded().filter(({ path }) => path !== '/api/logout'),
    async (route) => ({ route, status: (await call(route, supplier)).status }),
  );
  for (const { route, status } of answers) {
    const isOpen = [route.path, `${route.method} ${route.path}`].some((one) => open.includes(one));
    // Whether a draft is what was delivered is the member's to say (BIL-9).
    const mayRead =
      isOpen ||
      (route.path.startsWith('/api/invoices/') && !/\/(acceptance|contest)$/.test(route.path));
    // It reads its own market's terms and papers; what is asked about here is another's.
    const readsMarket =
      route.method === 'get' &&
      /^\/api\/(markets|documents)\/:/.test(route.path) &&
      !route.path.endsWith('/amendment-proposals');
    // What is brought into being is answered 201.
    const answered = status === 201 ? 200 : status;
    expect(told(route, answered)).toBe(told(route, mayRead ? 200 : readsMarket ? 404 : 403));
  }
  const { body } = await call({ method: 'get', path: '/api/supplier/members' }, supplier);
  expect(body.members).toHaveLength(2);
  expect(body.members[0]).toMatchObject({ commitment: 412, ordered: 450 });
  const path = '/api/memberships/:membershipId/invoices';
  const invoices = await call({ method: 'get', path }, supplier);
  expect(invoices.body.memberName).toBe('m-ancenis');
});

test('SUP-3: the supplier of another market sees no member of this one', async () => {
  const other = await running.logIn({ roles: ['supplier'], userId: 'other', markets: ['other'] });
  const asked = ['/api/memberships/:membershipId/invoices', '/api/invoices/:invoiceId'];
  for (const path of asked) {
    expect((await call({ method: 'get', path }, other)).status).toBe(404);
  }
});

test('who also administers every market is told the markets of his other rights, and no more', async () => {
  const grants = [...grantsOf(['admin'], ['*']), ...grantsOf(['coordinator'], ['other'])];
  const both = await running.logIn({ userId: 'both', roles: ['coordinator'], grants });
  const told = await call({ method: 'get', path: '/api/session' }, both);
  expect(told.body).toMatchObject({ roles: ['admin', 'coordinator'], markets: ['other'] });
});

test('the administrator finds no data of members or people behind any page', async () => {
  const admin = await running.logIn({ roles: ['admin'] });
  const others = guarded().filter(({ path }) => !['/api/session', '/api/logout'].includes(path));
  const answers = await inParts(others, async (route) =>
    told(route, (await call(route, admin)).status),
  );
  expect(answers).toEqual(others.map((route) => told(route, 403)));
});

test('refuses what is not a GET without the token of the page, or from another site', async () => {
  const logout: Route = { method: 'post', path: '/api/logout' };
  const withoutToken = await call(logout, { ...vertou, csrf: '' });
  expect(withoutToken.body).toMatchObject({ status: 403, code: 'CSRF_REFUSED' });
  const elsewhere = await call(logout, vertou).set('origin', 'https://ailleurs.example.org');
  expect(elsewhere.body).toMatchObject({ status: 403, code: 'CSRF_REFUSED' });
});
