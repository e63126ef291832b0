import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import {
  AccountState,
  Profile,
  type RequestLetterRequest,
  type RestoreEntAccountRequest,
} from '#libs/contracts';
import type { Role } from '#libs/identity';
import { RemoteProblem } from '#libs/rpc';
import { axeFindings } from '../../support/browser/axe.js';
import { keepPicture } from '../../support/browser/keep-picture.js';

type Open = (path: string, role: Role, width?: number, uai?: string) => Promise<Page>;

const uai = '0440437L';
const accountId = 'a-zoe';
let requests: object[] = [];
let isRestored = false;
let asked: Partial<RequestLetterRequest | RestoreEntAccountRequest>[] = [];

const aRequest = (status: string, printedOn = '') => ({
  ...{ accountId, personId: 'p-zoe', uai, reason: 'LETTRE_PERDUE SUP-42' },
  ...{ askedOn: '2022-10-03', expiresOn: '2022-10-24', status, printedOn },
});

const sides = () => ({
  ...{ accountId, personId: 'p-zoe', state: AccountState.PROVISIONED },
  ...{ ent: isRestored ? 'PRESENT' : 'PRE_DELETED', mayRestore: !isRestored },
  entInWords: isRestored ? 'L’ENT a ce compte.' : 'L’ENT a supprimé ce compte, et le garde encore.',
  differences: isRestored ? [] : ['Le compte a été supprimé dans l’ENT : il peut être restauré.'],
  lines: [
    {
      about: 'NAME',
      directory: 'EXÉMPLE Zoé',
      books: 'dit à l’ENT',
      ent: 'EXEMPLE Zoé',
      differs: true,
    },
    { about: 'BIRTH_DATE', directory: '2014-02-28', ent: '2014-02-28' },
  ],
  places: [{ uai, classLabel: 'CM1', inDirectory: true, inBooks: true, inEnt: isRestored }],
});

/** A school with one class; who prints of an ENT that is away is told so. */
export const provisioningOfLetters = {
  listAccounts: () => ({
    accounts: [
      {
        ...{ accountId, personId: 'p-zoe', uai, since: '2022-09-05', wayIn: 'LOCAL' },
        ...{ profile: Profile.STUDENT, state: AccountState.PROVISIONED },
      },
    ],
  }),
  listLetterClasses: () => ({
    classes: [
      {
        ...{ label: 'CE1 A', pupils: 21, activated: 12, neverIn: 8 },
        ...{ adults: 36, adultsActivated: 20, adultsNeverIn: 15 },
      },
      { label: 'Équipe de l’école', adults: 9, adultsActivated: 9, adultsNeverIn: 0 },
    ],
  }),
  getSchoolDifferences: () => ({
    look: {
      ...{ uai, schoolName: 'École Camus', day: '2022-11-11', status: 'HELD', compared: 40 },
      ...{ seats: 2, seatsYearCents: 470n },
    },
    feed: { academy: 'NANTES', waitingForFeed: 2, waitingForKey: 0 },
    differences: [
      { kind: 'MISSING', fate: 'REPAIRED', count: 1 },
      { kind: 'BLOCK', fate: 'HELD', count: 2 },
    ],
    waiting: {
      ...{ madeOn: '2022-11-10', expiresOn: '2022-11-24', seats: 3, seatsYearCents: 705n },
      figures: { closes: 3 },
    },
  }),
  listHandMadeUsers: () => ({
    found: 101,
    users: [
      {
        ...{ entId: 'f3b1c9a2-6d1c-4b0e-9a53-1f1f6a3c00f1', profile: 'STUDENT', classId: 'c-1' },
        ...{ firstName: 'Inès', lastName: 'Autre', classLabel: 'CE1 A', foundOn: '2022-11-10' },
      },
      {
        ...{ entId: '0b7c7f3e-2a10-4f6e-9a53-1f1f6a3c00f1', profile: '', classId: 'c-1' },
        ...{ firstName: 'Yanis', lastName: 'Visite', classLabel: 'CE1 A', foundOn: '2022-11-11' },
      },
    ],
  }),
  listSchoolLetterRequests: () => ({ requests }),
  listAccountLetterRequests: () => ({ requests }),
  requestLetter: ({ accountId, reason }: RequestLetterRequest) => {
    asked.push({ accountId, reason });
    const request = aRequest('OPEN');
    requests = [request];
    return { request };
  },
  /** Deleted in the ENT by hand, until it is restored. */
  compareEntAccount: () => ({ sides: sides() }),
  restoreEntAccount: ({ accountId, reason }: RestoreEntAccountRequest) => {
    asked.push({ accountId, reason });
    isRestored = true;
    return { sides: sides() };
  },
  printAccountLetter: () => ({ fileName: 'lettre.pdf', content: Buffer.from('%PDF-1') }),
  printClassLetters: () => {
    throw new RemoteProblem({
      ...{ code: 'ENT_NOT_REACHED', kind: 'unavailable', details: {} },
      message: 'L’ENT ne répond pas : rien n’est imprimé. Réessayez dans quelques minutes.',
    });
  },
};

export function lettersInBrowser(open: Open): void {
  beforeEach(() => {
    requests = [];
    asked = [];
    isRestored = false;
  });

  test('AUT-1: a head prints what the assistance asks for, and is told that the ENT is away', async () => {
    requests = [aRequest('OPEN')];
    const page = await open('/lettres', 'school', 1_280, uai);
    const row = page.getByRole('row', { name: /EXÉMPLE Zoé.*CE1 A Lettre perdue \(SUP-42\)/ });
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      row.getByRole('button', { name: 'Imprimer la lettre de EXÉMPLE Zoé' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('lettre.pdf');
    expect(readFileSync(await download.path(), 'utf8')).toBe('%PDF-1');
    await row.getByText('imprimez-le en recto seul').waitFor();
    const own = /CE1 A 21 12 8 1 36 : 20 déjà entrés, 15 jamais entrés, 1 sans accès/;
    await page.getByRole('row', { name: own }).waitFor();
    const staff = /Équipe de l’école — — — — 9 : 9 déjà entrés, 0 jamais entrés/;
    await page.getByRole('row', { name: staff }).waitFor();
    await page.getByRole('button', { name: 'Imprimer les lettres : Équipe de l’école' }).waitFor();
    await page.getByRole('button', { name: 'Imprimer les lettres de la classe CE1 A' }).click();
    await page.getByText('L’ENT ne répond pas').waitFor();
    const differences = page.getByRole('region', { name: 'Écarts avec l’ENT' });
    // PRV-9: a pupil whom the head adds waits for the academy.
    await differences.getByText('avec la prochaine alimentation').waitFor();
    await differences.getByText('3 fermetures, 3 (7,05 € HT par an) places libérées').waitFor();
    await differences.getByText('Places concernées : 2 (4,70 € HT par an)').waitFor();
    await differences.getByRole('row', { name: '1 absents de l’ENT réparée' }).waitFor();
    await differences.getByRole('row', { name: /^2 bloqués.*en attente d’un accord$/ }).waitFor();
    // PRV-5: the head deletes such a user in the ENT, or has the person entered in the directory.
    const handMade = page.getByRole('region', { name: 'Comptes créés à la main dans l’ENT' });
    const user = /^AUTRE Inès Élève CE1 A 10 novembre 2022 f3b1c9a2-/;
    await handMade.getByRole('row', { name: user }).waitFor();
    await handMade.getByText('2 comptes affichés sur 101').waitFor();
  });

  test('AUT-1: level 1 asks the school for a letter, and reads that it is asked for', async () => {
    const page = await open('/assistance/personnes/p-zoe?reason=FAMILY_CALL', 'support-1');
    await page.getByRole('button', { name: 'Faire imprimer une lettre par l’école' }).click();
    const form = page.getByRole('form', { name: 'Faire imprimer une lettre par l’école' });
    await form.getByLabel('Pourquoi ?').selectOption('CODE_REFUSE');
    await form.getByLabel('Numéro de ticket').fill('SUP-42');
    await form.getByRole('button', { name: 'Demander la lettre' }).click();
    await page.getByTestId('letter-request').getByText('à imprimer avant le').waitFor();
    expect(asked).toEqual([{ accountId, reason: 'CODE_REFUSE SUP-42' }]);
    expect(await page.getByRole('button', { name: /^Faire imprimer/ }).count()).toBe(0);
  });

  test('PRV-5, SUP-1: level 2 reads the three sides of an account and has it restored; on a phone too', async () => {
    const page = await open('/assistance/personnes/p-zoe?reason=CHECK', 'support-2', 1_280);
    await page.getByRole('button', { name: 'Comparer à l’ENT' }).click();
    const shown = page.getByTestId('sides');
    await shown.getByText('il peut être restauré').waitFor();
    await shown
      .getByRole('row', { name: /^Nom EXÉMPLE Zoé dit à l’ENT EXEMPLE Zoé diffère$/ })
      .waitFor();
    await shown.getByRole('row', { name: /^Date de naissance 28 février 2014 — / }).waitFor();
    await page.setViewportSize({ width: 320, height: 900 });
    expect(await page.evaluate('document.documentElement.scrollWidth - window.innerWidth')).toBe(0);
    expect(await axeFindings(page)).toEqual([]);
    await keepPicture(page, 'phone_trois-cotes');
    await page.setViewportSize({ width: 1_280, height: 900 });
    await shown.getByRole('button', { name: 'Restaurer dans l’ENT' }).click();
    await shown.getByLabel('Pourquoi ?').selectOption('ERREUR');
    await shown.getByLabel('Numéro de ticket').fill('SUP-42');
    await shown.getByRole('button', { name: 'Restaurer dans l’ENT' }).click();
    await shown.getByText('L’annuaire, nos livres et l’ENT concordent.').waitFor();
    await shown.getByRole('row', { name: /^CM1.*oui oui oui$/ }).waitFor();
    expect(asked).toEqual([{ accountId, reason: 'ERREUR SUP-42' }]);
    const level3 = await open('/assistance/personnes/p-zoe?reason=CHECK', 'support-3');
    await level3.getByTestId('account').first().waitFor();
    expect(await level3.getByRole('button', { name: 'Comparer à l’ENT' }).count()).toBe(0);
  });

  test('fits on a phone: /lettres', async () => {
    requests = [aRequest('OPEN')];
    const page = await open('/lettres', 'school', 320, uai);
    await page.getByRole('row', { name: /EXÉMPLE Zoé/ }).waitFor();
    await page.getByRole('row', { name: /CE1 A.*Imprimer les lettres/ }).waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth - window.innerWidth')).toBe(0);
    expect(await axeFindings(page)).toEqual([]);
    await keepPicture(page, 'phone_lettres');
    await page.setViewportSize({ width: 1_280, height: 900 });
    await keepPicture(page, 'lettres');
  });
}
