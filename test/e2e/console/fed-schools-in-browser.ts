import type { Page } from 'playwright-core';
import type { DeclareFedSchoolRequest } from '#libs/contracts';
import type { Role } from '#libs/identity';
import { axeFindings } from '../../support/browser/axe.js';
import { keepPicture } from '../../support/browser/keep-picture.js';

type Open = (path: string, role: Role, width?: number) => Promise<Page>;

const uai = '0440001M';
let declared: Partial<DeclareFedSchoolRequest>[] = [];

/** One school, once it is declared; a link that its feed restored. */
export const provisioningOfFeeds = {
  listFedSchools: () => ({
    academies: ['NANTES'],
    schools: declared.map(({ academy, startsOn }) => ({
      ...{ uai, schoolName: 'École Jules Verne', academy, startsOn, declaredOn: '2022-09-01' },
      ...{ reason: 'ALIMENTATION_ACADEMIE', waitingForFeed: 2, waitingForKey: 1 },
    })),
  }),
  previewFedSchool: () => ({ taken: 12, second: 1, classLabels: ['CE2 A'] }),
  declareFedSchool: ({ academy, startsOn, reason }: DeclareFedSchoolRequest) => {
    declared.push({ academy, startsOn, reason });
    return {};
  },
  listLinkExposures: () => ({
    exposures: [
      {
        ...{ uai, childAccountId: 'c', childPersonId: 'p-c', guardianAccountId: 'g' },
        ...{ guardianPersonId: 'p-g', foundAt: '2022-11-11T05:00:00Z' },
      },
    ],
  }),
};

export function fedSchoolsInBrowser(open: Open): void {
  beforeEach(() => {
    declared = [];
  });

  test('PRV-9: a coordinator declares a fed school once the preview was shown; level 3 alone reads the links that a feed restored', async () => {
    const page = await open('/ecoles-alimentees', 'coordinator');
    await page.getByText('Aucune école n’est déclarée').waitFor();
    await page.getByRole('button', { name: 'Déclarer une école' }).click();
    const form = page.getByRole('form', { name: 'Déclarer une école alimentée par l’académie' });
    await form.getByLabel('UAI de l’école').fill('0440437L');
    await form.getByLabel('Premier jour').fill('2022-11-20');
    await form.getByLabel('Motif').selectOption('ALIMENTATION_ACADEMIE');
    await form.getByRole('button', { name: 'Voir ce que fera l’alimentation' }).click();
    await form.getByText('12 comptes seront repris').waitFor();
    expect(declared).toEqual([]);
    await form.getByRole('button', { name: 'Déclarer' }).click();
    await page
      .getByRole('row', { name: /École Jules Verne.*NANTES.*1 compte attend une clé/ })
      .waitFor();
    expect(declared).toEqual([
      { academy: 'NANTES', startsOn: '2022-11-20', reason: 'ALIMENTATION_ACADEMIE' },
    ]);
    expect(await page.getByText('Liens de famille rétablis').count()).toBe(0);
    const level3 = await open('/ecoles-alimentees', 'support-3', 320);
    await level3.getByRole('row', { name: /trouvé le 11\/11\/2022.*pas encore coupé/ }).waitFor();
    expect(await level3.evaluate('document.documentElement.scrollWidth - window.innerWidth')).toBe(
      0,
    );
    expect(await axeFindings(level3)).toEqual([]);
    await keepPicture(level3, 'phone_ecoles-alimentees');
  });
}
