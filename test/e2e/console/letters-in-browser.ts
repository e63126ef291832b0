import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { AccountState, Profile, type RequestLetterRequest } from '#libs/contracts';
import type { Role } from '#libs/identity';
import { RemoteProblem } from '#libs/rpc';
import { axeFindings } from '../../support/browser/axe.js';
import { keepPicture } from '../../support/browser/keep-picture.js';

type Open = (path: string, role: Role, width?: number, uai?: string) => Promise<Page>;

const uai = '0440437L';
const accountId = 'a-zoe';
let requests: object[] = [];
let asked: Partial<RequestLetterRequest>[] = [];

const aRequest = (status: string, printedOn = '') => ({
  ...{ accountId, personId: 'p-zoe', uai, reason: 'LETTRE_PERDUE SUP-42' },
  ...{ askedOn: '2022-10-03', expiresOn: '2022-10-24', status, printedOn },
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
    classes: [{ label: 'CE1 A', pupils: 21, activated: 12, neverIn: 8 }],
  }),
  getSchoolDifferences: () => ({
    look: {
      ...{ uai, schoolName: 'École Camus', day: '2022-11-11', status: 'HELD', compared: 40 },
      ...{ seats: 2, seatsYearCents: 470n },
    },
    differences: [
      { kind: 'MISSING', fate: 'REPAIRED', count: 1 },
      { kind: 'BLOCK', fate: 'HELD', count: 2 },
    ],
    waiting: {
      ...{ madeOn: '2022-11-10', expiresOn: '2022-11-24', seats: 3, seatsYearCents: 705n },
      figures: { closes: 3 },
    },
  }),
  listSchoolLetterRequests: () => ({ requests }),
  listAccountLetterRequests: () => ({ requests }),
  requestLetter: ({ accountId, reason }: RequestLetterRequest) => {
    asked.push({ accountId, reason });
    const request = aRequest('OPEN');
    requests = [request];
    return { request };
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
    await page.getByRole('row', { name: /CE1 A 21 12 8 1 / }).waitFor();
    await page.getByRole('button', { name: 'Imprimer les lettres de la classe CE1 A' }).click();
    await page.getByText('L’ENT ne répond pas').waitFor();
    const differences = page.getByRole('region', { name: 'Écarts avec l’ENT' });
    await differences.getByText('3 fermetures, 3 (7,05 € HT par an) places libérées').waitFor();
    await differences.getByText('Places concernées : 2 (4,70 € HT par an)').waitFor();
    await differences.getByRole('row', { name: '1 absents de l’ENT réparée' }).waitFor();
    await differences.getByRole('row', { name: /^2 bloqués.*en attente d’un accord$/ }).waitFor();
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
