import type { Page } from 'playwright-core';
import { type InBrowser, menu } from './in-browser.js';

/** Support answers a call, repairs an account, and is seen doing so. */
export function supportDay({ as }: InBrowser): void {
  test('SUP-1, SUP-2: support of level 1 finds a pupil, reads its account, and the look is in the journal', async () => {
    const { page, picture } = await as('support-1');
    await page.getByRole('banner').getByText('Académie de Nantes', { exact: true }).waitFor();
    await menu(page, 'Assistance');
    await search(page, 'École', 'albert camus');
    await picture('support-search-by-school');
    const name = await page
      .getByRole('row', { name: /Élève/ })
      .first()
      .getByRole('link')
      .innerText();

    await search(page, 'Nom', name);
    await page
      .getByRole('row', { name: /Élève/ })
      .getByRole('link', { name, exact: true })
      .first()
      .click();
    await page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
    await page.getByTestId('account').first().waitFor();
    await picture('support-person-level-1');
    const words = await page.getByTestId('state-in-words').first().innerText();
    expect(words).toMatch(/^Le compte /);
    const masked = await page.getByTestId('masked').innerText();
    expect(masked).toMatch(/date de naissance.*responsables.*identifiant complet.*historique/);
    expect(await page.getByRole('button', { name: /historique/ }).count()).toBe(0);
    const personId = new URL(page.url()).pathname.split('/').at(-1)!;

    const officer = await as('dpo');
    await menu(officer.page, 'Journal des consultations');
    const line = officer.page
      .getByRole('row', { name: /Nadia Corbel/ })
      .filter({ hasText: 'Fiche d’une personne' })
      .first();
    await line.getByRole('button', { name: 'Afficher les noms' }).click();
    await line
      .getByRole('listitem')
      .filter({ hasText: name })
      .getByRole('button', { name: 'Ses consultations' })
      .click();
    await officer.page.getByText(`Consultations de ${name}`).waitFor();
    expect(await officer.page.getByText(personId).count()).toBe(0);
    const looks = officer.page.getByRole('row', { name: /Nadia Corbel/ });
    await looks.filter({ hasText: 'Fiche d’une personne' }).first().waitFor();
    expect(await looks.filter({ hasText: 'Liste de recherche' }).count()).toBeGreaterThan(0);
    expect(
      await officer.page.getByText(/Journal vérifié\s: .* scellée.* et vérifiées ensuite/).count(),
    ).toBe(1);
    await officer.picture('journal-of-looks');
  }, 240_000);

  test('SUP-1: support of level 2 reads the whole history of an account, suspends it and gives it back', async () => {
    const { page, picture } = await as('support-2');
    await menu(page, 'Assistance');
    await search(page, 'École', 'albert camus');
    await page
      .getByRole('row', { name: /Élève.*Actif/ })
      .first()
      .getByRole('link')
      .click();
    await page.getByText('Date de naissance', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Afficher l’historique' }).first().click();
    await page.getByRole('row', { name: /Demandé.*En création.*Import de l’annuaire/ }).waitFor();
    await picture('support-person-level-2');

    await page.getByRole('button', { name: 'Comparer à l’ENT' }).first().click();
    const sides = page.getByTestId('sides');
    await sides.getByText('L’annuaire, nos livres et l’ENT concordent.').waitFor();
    await sides.getByRole('row', { name: /^Accès — ouvert ouvert oui/ }).waitFor();
    await picture('support-three-sides');

    await decide(page, 'Suspendre le compte');
    await page.getByText('Le compte est suspendu').waitFor();
    await decide(page, 'Lever la suspension');
    await page.getByText('Le compte fonctionne').waitFor();
    await page.getByRole('button', { name: 'Afficher l’historique' }).first().click();
    await page
      .getByRole('row', {
        name: /Suspendu.*Actif.*personne habilitée.*Sécurité du compte \(SUP-17\).*Yann Le Floc’h/,
      })
      .waitFor();
    await picture('support-after-a-decision');
  }, 240_000);
}

async function search(page: Page, by: string, text: string) {
  await page.getByText(by, { exact: true }).first().click();
  await page.locator('input[name=q]').fill(text);
  await page.getByLabel('Motif').selectOption({ label: 'Appel d’une famille' });
  await page.getByRole('button', { name: 'Rechercher' }).click();
  await page.getByRole('table').waitFor();
}

async function decide(page: Page, decision: string) {
  await page.getByRole('button', { name: decision }).click();
  await page.getByLabel('Pourquoi').selectOption({ label: 'Sécurité du compte' });
  await page.getByLabel('Numéro de ticket').fill('SUP-17');
  await page.getByRole('button', { name: decision }).click();
}
