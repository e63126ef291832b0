import type { Page } from 'playwright-core';
import type { ApproveEntPlanPartRequest } from '#libs/contracts';
import type { Role } from '#libs/identity';
import { axeFindings } from '../../support/browser/axe.js';
import { keepPicture } from '../../support/browser/keep-picture.js';

type Open = (path: string, role: Role, width?: number) => Promise<Page>;

const planId = '0b7c7f3e-2a10-4f6e-9a53-1f1f6a3c00f1';
let isHeld = true;
let approved: Partial<ApproveEntPlanPartRequest>[] = [];
const figures = { closes: 30, moves: 2 };
const plan = () => ({
  ...{ planId, madeOn: '2022-11-14', expiresOn: '2022-11-28', season: 'NORMAL', schools: 1 },
  ...{ held: isHeld ? 1 : 0, heldBy: isHeld ? 'MEMBER' : '', figures, seats: 30, released: 4 },
});

/** One plan that waits, beyond the threshold of its member. */
export const provisioningOfPlans = {
  listEntPlans: () => ({ plans: [plan()] }),
  getEntPlan: () => ({
    plan: plan(),
    members: [
      {
        membershipId: 'm-1',
        memberName: 'Ancenis',
        schools: 1,
        held: isHeld ? 1 : 0,
        figures,
        seats: 30,
      },
    ],
    schools: [
      {
        ...{
          uai: '0440001M',
          schoolName: 'École Camus',
          membershipId: 'm-1',
          state: isHeld ? 'HELD' : 'DONE',
        },
        ...{ heldBy: 'MEMBER', figures, seats: 30, counted: 32 },
        ...{ decidedOn: isHeld ? '' : '2022-11-15' },
      },
    ],
  }),
  approveEntPlanPart: ({ planId, uai, reason }: ApproveEntPlanPartRequest) => {
    approved.push({ planId, uai, reason });
    isHeld = false;
    return { schools: 1, accounts: 32 };
  },
};

export function entPlansInBrowser(open: Open): void {
  beforeEach(() => {
    isHeld = true;
    approved = [];
  });

  test('PRV-8: a coordinator reads how many would close and why it waits, and accepts; level 2 has no button, level 3 is told whose it is', async () => {
    const page = await open('/plans-ent', 'coordinator');
    await page.getByText('seuil du membre dépassé').waitFor();
    await page.getByRole('link', { name: '14 novembre 2022' }).click();
    await page.getByText('30 fermetures').first().waitFor();
    await page.getByRole('link', { name: 'Ancenis' }).waitFor();
    await page.getByRole('row', { name: /École Camus \(0440001M\)/ }).waitFor();
    await page.getByRole('button', { name: 'Accepter' }).click();
    const form = page.getByRole('form', { name: 'Accepter ce plan' });
    await form.getByLabel('Motif').selectOption('DEPART_CONFIRME');
    await form.getByLabel('Numéro de ticket').fill('SUP-42');
    await form.getByRole('button', { name: 'Accepter' }).click();
    await page.getByTestId('outcome').getByText('C’est accepté').waitFor();
    await page.getByText('Acceptée, faite').waitFor();
    expect(approved).toEqual([{ planId, uai: '', reason: 'DEPART_CONFIRME SUP-42' }]);
    isHeld = true;
    const level2 = await open(`/plans-ent/${planId}`, 'support-2');
    await level2.getByText('ou la coordination décide').waitFor();
    expect(await level2.getByRole('button', { name: /accepter|rejeter/i }).count()).toBe(0);
    const level3 = await open(`/plans-ent/${planId}`, 'support-3');
    await level3.getByText('seule la coordination accepte').waitFor();
  });

  test.each(['/plans-ent', `/plans-ent/${planId}`])('fits on a phone: %s', async (path) => {
    const page = await open(path, 'coordinator', 320);
    await page
      .getByRole('row', { name: /30 fermetures/ })
      .first()
      .waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth - window.innerWidth')).toBe(0);
    expect(await axeFindings(page)).toEqual([]);
    await keepPicture(page, `phone${path.replaceAll('/', '_')}`);
    const wide = await open(path, 'coordinator', 1280);
    await wide
      .getByRole('row', { name: /30 fermetures/ })
      .first()
      .waitFor();
    await keepPicture(wide, `wide${path.replaceAll('/', '_')}`);
  });
}
