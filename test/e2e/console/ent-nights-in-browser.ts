import type { Page } from 'playwright-core';
import type { ApproveEntPlanRequest } from '#libs/contracts';
import type { Role } from '#libs/identity';
import { axeFindings } from '../../support/browser/axe.js';
import { keepPicture } from '../../support/browser/keep-picture.js';

type Open = (path: string, role: Role, width?: number) => Promise<Page>;

const day = '2022-11-11';
const uai = '0440001M';
let status = 'HELD';
let approved: Partial<ApproveEntPlanRequest>[] = [];
const differences = [{ kind: 'BLOCK', count: 3 }];
const schoolName = 'École Camus';
const look = () => ({ uai, schoolName, day, status, compared: 40, differences, seats: 3, held: 3 });

/** One night, and one school of it that waits for a decision. */
export const provisioningOfNights = {
  listEntNights: () => ({
    nights: [{ day, schools: 2, held: 1, incidents: 1, compared: 40, differences, seats: 3 }],
  }),
  listEntSchoolLooks: () => ({
    looks: [look(), { uai: '0440002N', day, status: 'INCIDENT', incidentCode: 'ENT_THROTTLED' }],
  }),
  getEntSchoolLook: () => ({
    look: look(),
    differences: ['a-1', 'a-2', 'a-3'].map((accountId) => ({
      ...{ kind: 'BLOCK', accountId, entId: `ent-${accountId}`, fate: 'HELD' },
    })),
  }),
  approveEntPlan: ({ day, uai, reason }: ApproveEntPlanRequest) => {
    approved.push({ day, uai, reason });
    status = 'APPROVED';
    return { look: look() };
  },
};

export function entNightsInBrowser(open: Open): void {
  beforeEach(() => {
    status = 'HELD';
    approved = [];
  });

  test('PRV-8: level 3 reads a night, a school of it, and accepts what is held; who decides not has no button', async () => {
    const page = await open('/rapprochements', 'support-3');
    await page.getByRole('link', { name: '11 novembre 2022' }).click();
    await page.getByText('L’ENT demande d’attendre').waitFor();
    await page.getByRole('link', { name: `École Camus (${uai})` }).click();
    await page.getByRole('button', { name: 'Accepter' }).click();
    const form = page.getByRole('form', { name: `Accepter : école ${uai}` });
    await form.getByLabel('Motif').selectOption('CONTROLE');
    await form.getByLabel('Numéro de ticket').fill('SUP-42');
    await form.getByRole('button', { name: 'Accepter' }).click();
    await page.getByTestId('outcome').getByText('C’est accepté').waitFor();
    expect(approved).toEqual([{ day, uai, reason: 'CONTROLE SUP-42' }]);
    expect(await page.getByRole('button', { name: 'Accepter' }).count()).toBe(0);
    status = 'HELD';
    const level2 = await open(`/rapprochements/${day}/${uai}`, 'support-2');
    await level2.getByText('Le niveau 3 de l’assistance décide').waitFor();
    expect(await level2.getByRole('button', { name: /accepter|rejeter/i }).count()).toBe(0);
  });

  test('SUP-3: a coordinator reads the figures of a night, and no way leads to an account', async () => {
    const page = await open(`/rapprochements/${day}`, 'coordinator');
    await page.getByText('3 bloqués ou ouverts à la main').waitFor();
    expect(await page.getByRole('link', { name: uai }).count()).toBe(0);
  });

  test.each([
    ['/rapprochements', 'coordinator', /11 novembre 2022/],
    [`/rapprochements/${day}`, 'support-2', /0440001M/],
    [`/rapprochements/${day}/${uai}`, 'support-3', /a-1/],
  ] as const)('fits on a phone: %s', async (path, role, shown) => {
    const page = await open(path, role, 320);
    await page.getByRole('row', { name: shown }).first().waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth - window.innerWidth')).toBe(0);
    expect(await axeFindings(page)).toEqual([]);
    await keepPicture(page, `phone${path.replaceAll('/', '_')}`);
  });
}
