import { mistakeAt } from '../../support/browser/mistake-at.js';
import { type InBrowser, menu } from './in-browser.js';

/** People fill in what cannot be: each mistake is told at its field, and goes once that field is changed. */
export function mistakesOfADay({ as }: InBrowser): void {
  test('an order with two mistakes tells each at its field and leads to the first', async () => {
    const { page, picture } = await as('member-orderer-214902140');
    await menu(page, 'Ma collectivité');
    await page.getByRole('link', { name: 'Commander' }).first().click();
    const quantities = page.getByLabel('Nombre de comptes en plus');
    const days = page.getByLabel('À partir du');
    await quantities.fill('99999999');
    await page.getByRole('button', { name: 'Ajouter une ligne' }).click();
    await quantities.last().fill('5');
    await days.last().fill('12024-09-02');
    await page.getByRole('button', { name: 'Vérifier' }).click();
    const alert = page.getByRole('alert');
    await alert.getByText('2 champs sont à corriger').waitFor();
    expect(await mistakeAt(quantities)).toMatch(/ligne 1\)?\s: au plus 1\s000\s000/i);
    await picture('order-mistakes');

    await quantities.first().fill('5');
    expect(await page.locator('[aria-invalid=true]').count()).toBe(1);
    await alert.getByRole('button', { name: 'Aller au premier champ' }).click();
    expect(await mistakeAt(days)).toMatch(/ligne 2\)?\s: une date/i);
    await days.last().fill('2024-09-02');
    await page.getByRole('button', { name: 'Vérifier' }).click();
    await page.getByTestId('accepted').waitFor();

    // The draft of the same lines: another mistake, at the line that is left.
    await page.getByRole('button', { name: 'Garder comme projet' }).click();
    await page.getByRole('link', { name: /Ouvrir le projet/ }).click();
    await page.getByRole('button', { name: 'Retirer la ligne 1' }).click();
    await quantities.fill('1000001');
    await page.getByRole('button', { name: 'Enregistrer' }).click();
    expect(await mistakeAt(quantities)).toMatch(/au plus 1\s000\s000/);
    await alert.getByText('1 champ est à corriger').waitFor();
    await picture('draft-mistake');
    await page.getByRole('button', { name: 'Annuler ce projet' }).click();
    await page.getByText('Annulé', { exact: true }).waitFor();
  }, 240_000);

  test('a search by one letter is told what is missing where it was typed', async () => {
    const { page } = await as('support-1');
    await menu(page, 'Assistance');
    const text = page.getByRole('textbox', { name: /^Nom/ });
    await text.fill('a');
    await page.getByLabel('Motif').selectOption('FAMILY_CALL');
    await page.getByRole('button', { name: 'Rechercher' }).click();
    expect(await mistakeAt(text)).toMatch(/au moins deux lettres/);
  }, 240_000);
}
