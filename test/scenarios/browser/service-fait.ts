import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import type { Visit } from '../../support/browser/browser.js';
import { givePaper, openForm } from '../../support/browser/give-paper.js';
import { type InBrowser, menu } from './in-browser.js';

const looksMax = 40;

/** A quarter is billed; a commune's finance enters its engagement, contests, and certifies what takes the draft's place. */
export function serviceFaitOfTwo({ as }: InBrowser): void {
  test('BIL-9, ADH-1: a draft is contested with a piece, drafted anew with the engagement entered, certified, and issued', async () => {
    const supplier = await as('supplier');
    await menu(supplier.page, 'Membres du marché');
    await supplier.page.getByRole('link', { name: 'Facturation', exact: true }).click();
    const look = await openForm(supplier.page, 'Simuler une facturation');
    await look.getByLabel('Premier jour après la période').fill('2023-04-19');
    await look.getByRole('button', { name: 'Simuler, sans rien écrire' }).click();
    const simulated = supplier.page.getByTestId('billing-preview');
    await simulated.getByText(/^5 projets à établir/).waitFor();
    await supplier.picture('billing-preview');
    await look.getByRole('button', { name: 'Renoncer' }).click();
    const run = await openForm(supplier.page, 'Facturer une période');
    await run.getByLabel('Premier jour après la période').fill('2023-04-19');
    await run.getByRole('button', { name: 'Établir les projets de facture' }).click();
    await supplier.page
      .getByTestId('billing-run')
      .getByText(/^5 projets/)
      .waitFor();

    const finance = await as('member-finance-200083228');
    await menu(finance.page, 'Ma collectivité');
    await finance.page.getByRole('link', { name: 'Factures', exact: true }).click();
    await finance.page.getByRole('link', { name: 'Projet', exact: true }).first().click();
    const contest = await openForm(
      finance.page,
      'Contester ce projet',
      'Contester ce projet de facture',
    );
    await contest.getByLabel('Motif').fill('Notre numéro d’engagement de l’année manque.');
    await givePaper(contest, 'Pièce à l’appui', '2024-07-18');
    await finance.picture('draft-to-contest');
    await contest.getByRole('button', { name: 'Contester', exact: true }).click();
    await finance.page.getByText('Contesté par le membre').waitFor();
    const contested = finance.page.url();
    await menu(finance.page, 'Ma collectivité');
    await finance.page.getByRole('link', { name: 'Chorus Pro', exact: true }).click();
    const terms = await openForm(
      finance.page,
      'Enregistrer des données',
      'Enregistrer les données Chorus Pro',
    );
    await terms.getByLabel('À partir du').fill('2024-07-19');
    await terms.getByRole('textbox', { name: /^Numéro d’engagement/ }).fill('EJ-2024-0007');
    await terms.getByRole('button', { name: 'Enregistrer', exact: true }).click();
    await finance.page.getByRole('row', { name: /EJ-2024-0007/ }).waitFor();
    await rhythmChosen(finance);

    await menu(supplier.page, 'Membres du marché');
    await supplier.page.getByRole('link', { name: 'Facturation', exact: true }).click();
    await supplier.picture('drafts-to-settle');
    await supplier.page
      .getByRole('link', { name: 'Ouvrir le projet de Ancenis-Saint-Géréon' })
      .click();
    await supplier.page
      .getByRole('link', { name: 'Télécharger la pièce de la contestation' })
      .waitFor();
    const withdrawal = await openForm(
      supplier.page,
      'Retirer ce projet',
      'Retirer ce projet de facture',
    );
    await withdrawal.getByLabel('Motif').fill('Un nouveau projet porte votre engagement.');
    await withdrawal.getByRole('button', { name: 'Retirer le projet' }).click();
    await supplier.page.getByRole('link', { name: 'Voir ce qui le remplace' }).waitFor();

    await finance.page.goto(contested);
    await finance.page.getByRole('link', { name: 'Voir ce qui le remplace' }).click();
    await finance.page.getByText('EJ-2024-0007').waitFor();
    const acceptance = await openForm(finance.page, 'Certifier le service fait');
    await acceptance.getByRole('button', { name: 'Certifier', exact: true }).click();
    await finance.page.getByText('Service fait certifié').waitFor();
    await untilIssued(finance.page);
    await finance.page.getByText('EJ-2024-0007').waitFor();
    await finance.page.getByRole('link', { name: /^Télécharger Annexe 2/ }).waitFor();
    await finance.picture('invoice-certified');
    await recountedBySupplier(supplier);
    await recountedByMember(finance);
  }, 240_000);
}

/** One invoice for the next contract year (BIL-3). */
async function rhythmChosen({ page, picture }: Visit): Promise<void> {
  const choice = await openForm(page, 'Changer de rythme', 'Choisir le rythme de facturation');
  // The label says in it what the choice means.
  await choice.locator('label', { hasText: /^Une facture par an/ }).click();
  await picture('billing-rhythm');
  await choice.getByRole('button', { name: 'Enregistrer', exact: true }).click();
  await page.getByText(/^Enregistré\s: une facture par an à partir du/).waitFor();
}

/** What is certified is numbered at the next look, a moment later. */
async function untilIssued(page: Page): Promise<void> {
  const issued = page.getByRole('heading', { name: /^Facture EP22-2024-/ });
  for (let look = 1; look <= looksMax && !(await issued.isVisible()); look += 1) {
    await page.waitForTimeout(500);
    await page.reload();
    await page.getByRole('heading', { name: /^(Facture EP22|Projet)/ }).waitFor();
  }
  await issued.waitFor();
}

/** What was invoiced and what was used, with the journal for its books. */
async function recountedBySupplier({ page, picture }: Visit): Promise<void> {
  await menu(page, 'Membres du marché');
  await page.getByRole('link', { name: 'Données Chorus Pro', exact: true }).click();
  await page.getByRole('table', { name: 'Membres à relancer' }).waitFor();
  await picture('billing-terms');
  await page.getByRole('link', { name: 'Facturation', exact: true }).click();
  // Until what stands above it is there: a button that moves under the pointer is not pressed.
  await page.getByRole('table', { name: /^Période par période/ }).waitFor();
  await page.getByRole('table', { name: 'Périodes facturées' }).waitFor();
  await page.getByRole('button', { name: 'Contrôler toutes les factures' }).click();
  await page.getByText('Tout concorde').waitFor();
  const [journal] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: /^Télécharger le journal des ventes/ }).click(),
  ]);
  expect(journal.suggestedFilename()).toMatch(/^\d{9}FEC2024\d{4}-ventes-e-primo-2022\.txt$/);
  const lines = readFileSync(await journal.path(), 'utf8')
    .split('\r\n')
    .map((line) => line.split('\t'));
  expect(lines[0]?.slice(0, 3)).toEqual(['JournalCode', 'JournalLib', 'EcritureNum']);
  expect(lines.some((line) => line[8]?.startsWith('EP22-2024-'))).toBe(true);
  await picture('invoices-checked');
  await page.getByRole('link', { name: 'Usage certifié', exact: true }).click();
  const certifying = await openForm(page, 'Certifier une période');
  await certifying.getByLabel('Premier jour de la période').fill('2023-01-19');
  await certifying.getByLabel('Premier jour après la période').fill('2023-04-19');
  await certifying.getByRole('button', { name: 'Certifier l’usage compté' }).click();
  await page.getByText('Période certifiée').waitFor();
  await page.getByRole('button', { name: 'Recompter tous les certificats' }).click();
  await page.getByText('Tout concorde').waitFor();
  await picture('usage-certified');
}

async function recountedByMember({ page, picture }: Visit): Promise<void> {
  await menu(page, 'Ma collectivité');
  await page.getByRole('link', { name: 'Comptes et usage', exact: true }).click();
  const certificates = page.getByTestId('certificates');
  await certificates.getByRole('row', { name: /18 avril 2023/ }).waitFor();
  await certificates.getByRole('button', { name: 'Recompter ces certificats' }).click();
  await certificates.getByText('Tout concorde').waitFor();
  await picture('certificates-of-member');
}
