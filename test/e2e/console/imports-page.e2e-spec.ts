import { readFileSync } from 'node:fs';
import { jest } from '@jest/globals';
import type { Page } from 'playwright-core';
import type {
  ApprovePlanRequest,
  BeginUploadRequest,
  FindFinancersRequest,
  ListPlanChangesRequest,
  ListPlanSchoolsRequest,
  ReadRemarksFileRequest,
  SendUploadRequest,
  StartImportRequest,
} from '#libs/contracts';
import type { Role } from '#libs/identity';
import { RemoteProblem } from '#libs/rpc';
import { unbroken } from '#libs/trade';
import { axeFindings } from '../../support/browser/axe.js';
import { looseTexts } from '../../support/browser/browser.js';
import { keepPicture } from '../../support/browser/keep-picture.js';
import { populate } from './a-population.js';
import { directoryOfDoubles, doublesInBrowser } from './doubles-in-browser.js';
import { entNightsInBrowser, provisioningOfNights } from './ent-nights-in-browser.js';
import { entFaultsInBrowser, provisioningOfFaults } from './ent-faults-in-browser.js';
import { entPlansInBrowser, provisioningOfPlans } from './ent-plans-in-browser.js';
import { fakesOf } from './fake-of.js';
import { missingSchoolsInBrowser, provisioningOfMissing } from './missing-schools-in-browser.js';
import { fedSchoolsInBrowser, provisioningOfFeeds } from './fed-schools-in-browser.js';
import { ldapSecretInBrowser } from './ldap-secret-in-browser.js';
import { lettersInBrowser, provisioningOfLetters } from './letters-in-browser.js';
import { PagesInBrowser } from './pages-in-browser.js';
import { schoolPeopleInBrowser } from './school-people-in-browser.js';

/**
 * Goal: level 2 of support decides a held import by its figures, and a coordinator sees the same without deciding.
 * Method: the built pages in a browser, on the real back end of the console; the directory behind it is a fake.
 */
let pages: PagesInBrowser;
let state: string;
let decided: Partial<ApprovePlanRequest>[];
let begun: Partial<BeginUploadRequest>[];
let asked: string[];
let files: Record<string, string>;

const figures = (ended: number) => ({ present: 1_250, ended, added: 2 });
const anImport = () => ({
  importId: 'import-1',
  folder: 'export-1',
  source: 'aaf-nantes',
  sourceTitle: 'Académie de Nantes',
  state,
  startedOn: '2022-09-01',
  datedOn: '2022-08-31',
  planId: 'plan-1',
  // What a head has sent is looked at first.
  planOnly: begun.length > 0,
  remarks: [
    {
      code: 'UAI_INVALID',
      message: 'Écoles dont l’UAI est invalide, ignorées.',
      count: 1,
      todo: 'Corrigez.',
      kept: 1,
    },
  ],
});
const held = [
  {
    ...{ uai: '0440001M', name: 'École Jules Verne', commune: 'Nantes', state: 'HELD' },
    figures: figures(40),
    ...{ matched: 3, doubtful: 1 },
  },
  { uai: '0440002N', state: 'HELD', figures: figures(1_200), over: true },
];

const directory = {
  ...directoryOfDoubles,
  listSources: () => ({
    sources: [
      {
        ...{ sourceCode: 'aaf-nantes', kind: 'AAF_1D', title: 'Académie de Nantes', priority: 10 },
        priorities: [{ attribute: 'NAMES', priority: 30 }],
      },
      {
        ...{ sourceCode: 'ldap-nantes', kind: 'LDAP', title: 'Annuaire de l’académie' },
        ...{ deliversDeltas: true, lastFullOn: '2026-11-22', lastDeltaOn: '2026-11-27' },
        ...{ lastImportId: 'import-9', lastState: 'REFUSED', lastDatedOn: '2026-11-28' },
        incident: {
          ...{ importId: 'import-9', code: 'LDAP_INCIDENT', since: '2026-11-28' },
          message: 'L’annuaire de l’académie n’a pas pu être lu.',
        },
        schoolsStopped: 1,
      },
      {
        ...{ sourceCode: 'onde', kind: 'ONDE', title: 'ONDE des écoles' },
        ...{ lastImportId: 'import-8', lastState: 'COMPLETED', lastDatedOn: '2026-11-28' },
        ...{ schoolsHeld: 3, schoolsStopped: 1 },
      },
    ],
  }),
  listDropArea: () => ({
    entries: [
      {
        ...{ folder: 'aaf-nantes/Complet.zip', source: 'aaf-nantes', state: 'REFUSED' },
        ...{ reason: 'L’archive est coupée (SOURCE_UNREADABLE)', files: 1, bytes: 41_000_000n },
      },
    ],
  }),
  beginUpload: ({ source, uai, datedOn, bytes }: BeginUploadRequest) => {
    begun.push({ source, uai, datedOn, bytes });
    return { uploadId: 'upload-1' };
  },
  sendUpload: ({ fileName, offset, content }: SendUploadRequest) => {
    files[fileName] = (files[fileName] ?? '') + Buffer.from(content).toString();
    return { received: offset + content.length };
  },
  completeUpload: () => ({ importId: 'import-1' }),
  listImports: () => ({ imports: [anImport()] }),
  getImport: () => {
    const shown = anImport();
    // Each look finds it one step further.
    if (state === 'APPLYING') state = 'COMPLETED';
    return { import: shown };
  },
  listPlanSchools: ({ changingOnly }: ListPlanSchoolsRequest) => ({
    plan: {
      planId: 'plan-1',
      number: 1,
      ...{ madeOn: '2022-09-01', expiresOn: '2022-09-15', season: 'RENTREE' },
      state: 'CURRENT',
      figures: figures(1_240),
      // 140 of them are stated in both schools.
      ...{ heldSchools: 2, held: figures(1_100) },
    },
    // Once it is applied, the page asks for the schools that changed.
    schools: state === 'HELD' ? held : held.slice(0, changingOnly ? 1 : 0),
  }),
  listPlanChanges: ({ uai }: ListPlanChangesRequest) => ({
    changes: [
      {
        ...{ seq: 1, sourceKey: 'P-77', kind: 'NEW', reason: 'MATCHED', uais: ['0440002N'] },
        ...{ waits: true, matchReasons: ['INE_EQUAL'] },
      },
      { seq: 2, sourceKey: 'P-78', kind: 'END', reason: 'NOT_STATED', uais: ['0440001M'] },
    ].filter(({ uais }) => !uai || uais.includes(uai)),
  }),
  listRemarkLines: () => ({
    lines: [{ code: 'UAI_INVALID', file: 'ENT1D_EtabEducNat_0000.xml', line: 12, subject: '1234' }],
  }),
  readRemarksFile: ({ cursor }: ReadRemarksFileRequest) => ({
    ...(cursor === ''
      ? { content: Buffer.from('\uFEFFCode;Fichier\r\n'), nextCursor: 'next' }
      : { content: Buffer.from('UAI_INVALID;a.xml\r\n'), nextCursor: '' }),
    fileName: 'remarques-aaf-44-2022-11-02.csv',
  }),
  startImport: ({ source, folder }: StartImportRequest) => {
    if (folder === '') {
      asked.push(source);
      return { importId: 'import-1' };
    }
    throw new RemoteProblem({
      code: 'FOLDER_UNKNOWN',
      kind: 'not-found',
      message: 'Ce dossier n’est pas dans la zone de dépôt.',
      details: {},
    });
  },
  approvePlan: ({ planId, uai, reason }: ApprovePlanRequest) => {
    decided.push({ planId, uai, reason });
    state = 'APPLYING';
    return {};
  },
  retryImport: () => {
    state = 'APPLYING';
    return {};
  },
};

const schools = {
  findFinancers: ({ on }: FindFinancersRequest) => ({
    financers: [
      {
        ...{ uai: '0440002N', membershipId: 'm-ancenis', marketCode: 'e-primo-2022' },
        memberName: `Ancenis-Saint-Géréon le ${on}`,
      },
    ],
  }),
};

jest.setTimeout(180_000);

beforeAll(async () => {
  const provisioning = {
    ...provisioningOfNights,
    ...provisioningOfPlans,
    ...provisioningOfFaults,
    ...provisioningOfFeeds,
    ...provisioningOfMissing,
    ...provisioningOfLetters,
  };
  pages = await PagesInBrowser.start(() => fakesOf({ directory, provisioning, schools }));
  await populate(pages.running);
}, 120_000);
afterAll(() => pages?.stop(), 60_000);
beforeEach(() => {
  state = 'HELD';
  decided = [];
  begun = [];
  asked = [];
  files = {};
});
afterEach(() => pages.giveBack());

const open = (path: string, role: Role, width = 1_280, uai = '0440001M'): Promise<Page> =>
  pages.open(path, { userId: role, roles: [role], uais: [uai] }, width);

const schoolRow = (page: Page, uai: string) =>
  page.getByRole('row', { name: new RegExp(`^${uai}`) });
const focused = (page: Page) =>
  page.evaluate('document.activeElement.innerText') as Promise<string>;

test('DIR-3: level 2 approves one school by its figure, hears what was done, and sees it end', async () => {
  const page = await open('/annuaire/imports/import-1', 'support-2');
  await schoolRow(page, '0440001M').waitFor();
  await page.getByRole('button', { name: 'Approuver 0440002N' }).click();
  const form = page.getByRole('form', { name: 'Approuver : l’école 0440002N' });
  expect(await focused(page)).toBe(unbroken('Approuver : l’école 0440002N'));
  await form.getByLabel('Motif').selectOption('FERMETURE_ECOLE');
  await form.getByLabel('Numéro de ticket').fill('SUP-42');
  await form.getByLabel('Nombre de départs').fill('120');
  await form.getByRole('button', { name: 'Approuver' }).click();
  // Another figure than the one shown: the form stays, and says why.
  const typed = form.getByLabel('Nombre de départs');
  expect(await page.evaluate('document.activeElement.validationMessage')).toMatch(
    /nombre de départs/,
  );
  expect(decided).toEqual([]);
  await typed.fill('1 200');
  await form.getByRole('button', { name: 'Approuver' }).click();
  await page.getByTestId('outcome').getByText('approbation enregistrée').waitFor();
  expect(await focused(page)).toMatch(/approbation enregistrée.*0440002N/i);
  expect(decided).toEqual([
    { planId: 'plan-1', uai: '0440002N', reason: 'FERMETURE_ECOLE SUP-42' },
  ]);
  await page.getByTestId('import-state').getByText('Terminé').waitFor();
  await page.getByRole('row', { name: /^0440001M École Jules Verne, Nantes/ }).waitFor();
});

test('DIR-3: all that is held is approved by the figure that counts its people', async () => {
  const page = await open('/annuaire/imports/import-1', 'support-2');
  await page.getByRole('button', { name: 'Tout approuver' }).click();
  const form = page.getByRole('form', { name: 'Approuver : 2 écoles retenues' });
  await form.getByLabel('Motif').selectOption('FIN_ANNEE');
  await form.getByLabel('Nombre de départs').fill('1100');
  await form.getByRole('button', { name: 'Approuver' }).click();
  await page.getByTestId('import-state').getByText('Terminé').waitFor();
  expect(decided).toEqual([{ planId: 'plan-1', uai: '', reason: 'FIN_ANNEE' }]);
});

test('DIR-3: level 2 reads why a school is held, and each difference of it with its reason', async () => {
  const page = await open('/annuaire/imports/import-1', 'support-2');
  await page
    .getByRole('row', {
      name: /^0440001M.*À lire avant d’appliquer.*3 personnes reconnues, 1 doublon possible/,
    })
    .waitFor();
  await page.getByRole('row', { name: /^0440002N.*Seuil dépassé/ }).waitFor();
  const ofAnother = page.getByRole('row', { name: /ne la déclare plus.*P-78/ });
  await ofAnother.waitFor();
  await page.getByLabel('Code UAI de l’école').fill('0440002n');
  await ofAnother.waitFor({ state: 'detached' });
  await page
    .getByRole('row', { name: /^Arrivée reconnue .*attente d’une décision.*même INE.*P-77/ })
    .waitFor();
});

test('DIR-3: who delivers is told where each remark stands, on the page and as a file', async () => {
  const page = await open('/annuaire/imports/import-1', 'support-2');
  await page.getByRole('row', { name: /EtabEducNat_0000\.xml 12 1234/ }).waitFor();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Télécharger les remarques' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('remarques-aaf-44-2022-11-02.csv');
  const file = readFileSync(await download.path(), 'utf8');
  expect(file).toBe('\uFEFFCode;Fichier\r\nUAI_INVALID;a.xml\r\n');
});

test('DIR-5: a head sends the tables of the own school, reads what would change, and approves within the thresholds', async () => {
  const page = await open('/annuaire', 'school');
  await page.getByRole('button', { name: 'Envoyer les fichiers de mon école' }).click();
  const form = page.getByRole('form', { name: 'Envoyer les fichiers de mon école' });
  await form.locator('input[type=file]').setInputFiles([
    { name: 'Élèves.csv', mimeType: 'text/csv', buffer: Buffer.from('a;b') },
    { name: 'Responsables.csv', mimeType: 'text/csv', buffer: Buffer.from('c;d') },
  ]);
  await form.locator('select[name=source]').selectOption('aaf-nantes');
  await form.getByLabel('Date des données').fill('2022-09-02');
  await form.getByRole('button', { name: 'Envoyer' }).click();
  await page.getByTestId('import-state').getByText('Rien n’est encore modifié').waitFor();
  expect(begun).toEqual([
    { source: 'aaf-nantes', uai: '0440001M', datedOn: '2022-09-02', bytes: 6 },
  ]);
  expect(files).toEqual({ 'Élèves.csv': 'a;b', 'Responsables.csv': 'c;d' });
  await page.getByText('l’assistance de niveau 2 les vérifie avec vous').waitFor();
  await page.getByText('de la source « Académie de Nantes »').waitFor();
  // Sentences and names, not codes.
  expect(await page.getByText('aaf-nantes').count()).toBe(0);
  await page.getByRole('row', { name: /^Écoles dont l’UAI est invalide.*EtabEducNat/ }).waitFor();
  expect(await page.getByText('UAI_INVALID').count()).toBe(0);
  expect(await page.getByRole('button', { name: 'Approuver 0440002N' }).count()).toBe(0);
  await page.getByRole('button', { name: 'Rejeter 0440002N' }).waitFor();
  await page.getByRole('button', { name: 'Approuver 0440001M' }).click();
  const decision = page.getByRole('form', { name: 'Approuver : l’école 0440001M' });
  await decision.getByLabel('Motif').selectOption('APERCU_VERIFIE');
  await decision.getByLabel('Nombre de départs').fill('40');
  await decision.getByRole('button', { name: 'Approuver' }).click();
  await page.getByTestId('import-state').getByText('Terminé').waitFor();
  expect(decided).toEqual([{ planId: 'plan-1', uai: '0440001M', reason: 'APERCU_VERIFIE' }]);
});

test('an import that failed is retried', async () => {
  state = 'FAILED';
  const page = await open('/annuaire/imports/import-1', 'support-2');
  await page.getByRole('button', { name: 'Relancer l’import' }).click();
  await page.getByTestId('outcome').getByText('L’import est relancé').waitFor();
  await page.getByTestId('import-state').getByText('Terminé').waitFor();
});

test('DIR-5: who starts an import of a folder that is not there reads why beside the button', async () => {
  const page = await open('/annuaire', 'support-2');
  await page.getByRole('button', { name: 'Importer un dossier déposé' }).click();
  await page.locator('select[name=source]').selectOption('aaf-nantes');
  await page.locator('input[name=folder]').fill('nowhere');
  await page.getByRole('button', { name: 'Lire le dossier' }).click();
  await page.getByRole('alert').getByText('n’est pas dans la zone de dépôt').waitFor();
});

test('DIR-5: the LDAP of an academy shows its last reading and its incident, a shared source how many schools wait; it is read whole on demand', async () => {
  const page = await open('/annuaire', 'support-2');
  await page.getByRole('row', { name: /^Académie de Nantes.*10.*noms : 30/ }).waitFor();
  const row = page.getByRole('row', { name: /^Annuaire de l’académie/ });
  await row.getByText('complète : 22 novembre 2026 ; changements : 27 novembre 2026').waitFor();
  // The list of imports holds none of this source: it tells its own last one, and what stands against it.
  await row.getByRole('link', { name: 'données du 28 novembre 2026' }).waitFor();
  await row.getByText('Refusé').waitFor();
  await row.getByText('L’annuaire de l’académie n’a pas pu être lu.').waitFor();
  await row.getByRole('link', { name: 'Incident depuis le 28 novembre 2026' }).waitFor();
  await page
    .getByRole('row', { name: /^ONDE des écoles.*3 écoles à décider, 1 école en incident/ })
    .waitFor();
  await page.getByRole('button', { name: 'Lire l’annuaire de l’académie' }).click();
  expect(await page.locator('input[name=folder]').count()).toBe(0);
  await page.getByRole('button', { name: 'Tout lire maintenant' }).click();
  await schoolRow(page, '0440002N').waitFor();
  expect(asked).toEqual(['ldap-nantes']);
});

test('DIR-5: a coordinator sees the figures, and no button that decides', async () => {
  const page = await open('/annuaire', 'coordinator');
  await page.getByRole('link', { name: 'export-1' }).click();
  await schoolRow(page, '0440002N').waitFor();
  expect(
    await page
      .getByRole('button', { name: /approuver|rejeter|relancer|importer|envoyer/i })
      .count(),
  ).toBe(0);
});

test.each(['support-2', 'coordinator'] as const)(
  'DIR-3: %s reads what a plan changes member by member, and in the schools that nobody pays for',
  async (role) => {
    const page = await open('/annuaire/imports/import-1', role);
    // Schools, to be decided, present, arrivals, changes, identities, returns, departures.
    await page
      .getByRole('row', { name: /^Ancenis-Saint-Géréon le 2022-09-01 1 1 1.250 2 0 0 0 1.200/ })
      .waitFor();
    await page
      .getByRole('row', { name: /^Écoles qu’aucun membre .* 1 1 1.250 2 0 0 0 40$/ })
      .waitFor();
  },
);

doublesInBrowser(open);
schoolPeopleInBrowser(open);
ldapSecretInBrowser(open);
entNightsInBrowser(open);
lettersInBrowser(open);
entPlansInBrowser(open);
entFaultsInBrowser(open);
fedSchoolsInBrowser(open);
missingSchoolsInBrowser(open);

test.each([
  ['/annuaire', 'support-2', /export-1/],
  ['/annuaire/imports/import-1', 'support-2', /0440001M/],
  ['/annuaire/doublons', 'support-2', /0440437L/],
  ['/annuaire/personnes', 'school', /EXÉMPLE Zoé/],
  ['/annuaire/doublons/pair-1', 'school', /Exémple/],
] as const)('fits on a phone: %s', async (path, role, shown) => {
  const page = await open(path, role, 320, '0440437L');
  await page.getByRole('row', { name: shown }).first().waitFor();
  expect(await page.evaluate('document.documentElement.scrollWidth - window.innerWidth')).toBe(0);
  expect(await axeFindings(page)).toEqual([]);
  expect(await looseTexts(page)).toEqual([]);
  await keepPicture(page, `phone${path.replaceAll('/', '_')}`);
});
