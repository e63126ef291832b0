import type { Page } from 'playwright-core';
import type { DecideEntMissingRequest, ProposeEntMissingRequest } from '#libs/contracts';
import type { Role } from '#libs/identity';
import { axeFindings } from '../../support/browser/axe.js';
import { keepPicture } from '../../support/browser/keep-picture.js';

type Open = (path: string, role: Role, width?: number) => Promise<Page>;

const schools = [
  { uai: '0440001M', schoolName: 'École Jules Verne', missing: 140, compared: 160 },
  { uai: '0440437L', schoolName: 'École des Ponts', missing: 90, compared: 90, isEmptied: true },
];
/** Empty: nothing waits. */
let waiting: typeof schools = [];
let proposed: string[] = [];
let isOwn = false;
let decided: Pick<DecideEntMissingRequest, 'digest' | 'outcome' | 'reason'>[] = [];

export const provisioningOfMissing = {
  listEntMissing: () => ({
    schools: waiting,
    ...(proposed.length > 0 && {
      proposal: {
        proposalId: 'p1',
        digest: 'd1',
        reason: 'ENT_RESTAURE SUP-7',
        proposedBy: 'u',
        proposedOn: '2022-11-10',
        expiresOn: '2023-01-09',
        isOwn,
        schools,
      },
    }),
  }),
  proposeEntMissing: ({ uais }: ProposeEntMissingRequest) => {
    proposed = uais;
    isOwn = true;
    return {};
  },
  decideEntMissing: ({ digest, outcome, reason }: DecideEntMissingRequest) => {
    decided.push({ digest, outcome, reason });
    proposed = [];
    return {};
  },
};

export function missingSchoolsInBrowser(open: Open): void {
  afterEach(() => {
    [waiting, proposed, isOwn, decided] = [[], [], false, []];
  });

  test('PRV-5: level 3 proposes the figures of all schools; another person reads them and confirms', async () => {
    waiting = schools;
    const page = await open('/rapprochements', 'support-3');
    await page.getByRole('row', { name: /École des Ponts.*90.*90.*liste vide/ }).waitFor();
    await page.getByRole('button', { name: 'Proposer de confirmer' }).click();
    const form = page.getByRole('form', { name: 'Proposer de confirmer les comptes absents' });
    await form.getByText('2 écoles, 230 comptes absents').waitFor();
    await form.getByLabel('Motif').selectOption('ENT_RESTAURE');
    await form.getByRole('button', { name: 'Proposer' }).click();
    await page.getByText('Une autre personne doit en décider').waitFor();
    expect(proposed).toEqual(['0440001M', '0440437L']);
    expect(await page.getByRole('button', { name: 'Confirmer' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Retirer' }).waitFor();

    isOwn = false;
    const other = await open('/rapprochements', 'support-3', 320);
    await other.getByRole('heading', { name: 'Confirmation proposée' }).waitFor();
    expect(await axeFindings(other)).toEqual([]);
    await keepPicture(other, 'phone_comptes-absents');
    await other.getByRole('button', { name: 'Confirmer' }).click();
    await other
      .getByRole('form', { name: 'Confirmer : 2 écoles, 230 comptes absents' })
      .getByRole('button', { name: 'Confirmer' })
      .click();
    await other.getByText('C’est confirmé').waitFor();
    expect(decided).toEqual([{ digest: 'd1', outcome: 'APPROVED', reason: '' }]);
  });

  test('PRV-5: a coordinator reads the nights without the schools to confirm', async () => {
    waiting = schools;
    const page = await open('/rapprochements', 'coordinator');
    await page.getByRole('heading', { name: 'Rapprochements avec l’ENT' }).waitFor();
    await page.getByRole('table').first().waitFor();
    expect(await page.getByText('trop de comptes manquent').count()).toBe(0);
  });
}
