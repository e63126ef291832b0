import type { Page } from 'playwright-core';
import type { RetryEntFaultRequest } from '#libs/contracts';
import type { Role } from '#libs/identity';
import { axeFindings } from '../../support/browser/axe.js';
import { keepPicture } from '../../support/browser/keep-picture.js';

type Open = (path: string, role: Role, width?: number) => Promise<Page>;

let asked: Partial<RetryEntFaultRequest>[] = [];
const counts = { waiting: 0, underWay: 0, through: 0, again: 0, gone: 0, left: 0 };
const aRetry = (state: string, figures: object) => ({
  ...{ retryId: 'r1', code: 'ENT_SCHOOL_REFUSED', askedOn: '2022-11-14', state, accounts: 240 },
  ...{ reason: 'INCIDENT_ENT SUP-42', ...counts, ...figures },
});

/** One cause that keeps 240 accounts; once it is retried, each look finds it further on. */
export const provisioningOfFaults = {
  listEntFaults: () => ({
    faults: [
      {
        ...{ code: 'ENT_SCHOOL_REFUSED', failed: 240, refused: 2, schools: 1, beingRetried: 0 },
        ...{ inWords: 'L’ENT refuse de créer l’école.', nextStep: 'Faites créer l’école.' },
      },
    ],
    retries:
      asked.length === 0 ? [] : [aRetry('RUNNING', { through: 180, underWay: 40, waiting: 20 })],
  }),
  retryEntFault: ({ code, reason }: RetryEntFaultRequest) => {
    asked.push({ code, reason });
    return { retry: aRetry('RUNNING', { waiting: 240 }) };
  },
  getEntContract: () => ({
    contract: {
      ...{ address: 'https://ent.example.org', level: 'READING', confirmed: 41, left: 0 },
      ...{ ranAt: '2022-11-13T08:00:00Z', recordedOn: '2022-11-13' },
      cases: [
        {
          ...{ id: 'classes-list', verdict: 'DIFFERENT', source: '§1.2', certainty: 'F' },
          ...{ expected: 'statut 200', came: 'statut 400' },
        },
        { id: 'create-pupil', verdict: 'UNKNOWN', source: '§1.3', certainty: 'F', why: 'WRITING' },
      ],
    },
  }),
  getEntConnector: () => ({
    processes: [
      {
        ...{ processId: 'a1b2c3d4', busy: true, callsPerSecond: 200, mostPerSecond: 800 },
        ...{ refusedSlowings: 2, slowSlowings: 0, pausesInARow: 3, stillForSeconds: 0 },
        loginPausedForSeconds: 0,
      },
    ],
    ...{ missingRights: ['créer une classe'], areRightsKnown: true },
  }),
};

export function entFaultsInBrowser(open: Open): void {
  beforeEach(() => {
    asked = [];
  });

  test('PRV-4: level 2 reads what the ENT refuses and why, and has all of a cause tried again; how the connector stands is for level 3', async () => {
    const page = await open('/refus-ent', 'support-2');
    await page.getByRole('row', { name: /L’ENT refuse de créer l’école.*240/ }).waitFor();
    await page.getByRole('button', { name: 'Reprendre une cause' }).click();
    const form = page.getByRole('form', { name: 'Reprendre tous les comptes d’une cause' });
    await form.getByLabel('Motif').selectOption('INCIDENT_ENT');
    await form.getByLabel('Numéro de ticket').fill('SUP-42');
    await form.getByRole('button', { name: 'Reprendre' }).click();
    await page.getByTestId('outcome').getByText('La reprise a commencé').waitFor();
    await page.getByText('180 passés, 60 à venir').waitFor();
    expect(asked).toEqual([{ code: 'ENT_SCHOOL_REFUSED', reason: 'INCIDENT_ENT SUP-42' }]);
    expect(await page.getByText('Le connecteur').count()).toBe(0);
    const level3 = await open('/refus-ent', 'support-3');
    await level3
      .getByRole('row', { name: /Processus 1 .*3 coupures de suite.*200 au plus/ })
      .waitFor();
    await level3
      .getByText('À accorder dans la console d’administration de l’ENT : créer une')
      .waitFor();
    await level3
      .getByText(
        '41 comportements confirmés, 1 différent, 1 inconnu, dont 1 qui demande d’écrire dans l’ENT.',
      )
      .waitFor();
    await level3.getByRole('row', { name: /classes-list.*§1.2.*statut 200 statut 400/ }).waitFor();
  });

  test('fits on a phone: /refus-ent', async () => {
    const page = await open('/refus-ent', 'support-3', 320);
    await page.getByText(/Processus 1 /).waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth - window.innerWidth')).toBe(0);
    expect(await axeFindings(page)).toEqual([]);
    await keepPicture(page, 'phone_refus-ent');
    const wide = await open('/refus-ent', 'support-3', 1280);
    await wide.getByText(/Processus 1 /).waitFor();
    await keepPicture(wide, 'wide_refus-ent');
  });
}
