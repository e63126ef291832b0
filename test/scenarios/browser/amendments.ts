import { readFileSync } from 'node:fs';
import { givePaper, openForm } from '../../support/browser/give-paper.js';
import { type InBrowser, menu } from './in-browser.js';

/** The market changes: one coordinator proposes, another decides, a member reads it. */
export function amendmentOfTwo({ as, consoleUrl }: InBrowser): void {
  test('MKT-6: an amendment is proposed by one coordinator, approved by another, and told to the members', async () => {
    const path = 'deploy/local/demo/markets/e-primo-2022.json';
    const terms = JSON.parse(readFileSync(path, 'utf8')) as {
      billing: { paymentTermDays: number };
    };
    terms.billing.paymentTermDays = 20;
    const first = await as('coordinator');
    await first.page.goto(`${consoleUrl()}/groupement/avenants`);
    await first.page.getByText('Ce marché n’a pas d’avenant.').waitFor();
    const form = await openForm(first.page, 'Proposer un avenant');
    await form.getByLabel('Numéro de l’avenant').fill('Avenant n° 1');
    await givePaper(form, 'L’avenant signé', '2024-07-01');
    await form.getByLabel('Le fichier du marché').setInputFiles({
      name: 'marche.json',
      mimeType: 'application/json',
      buffer: Buffer.from(JSON.stringify(terms)),
    });
    await form.getByLabel('Prend effet le').fill('2025-01-01');
    await form.getByRole('button', { name: 'Proposer l’avenant' }).click();
    await first.page.getByText('« Avenant n° 1 » est proposé').waitFor();
    await first.page.getByRole('button', { name: 'Lire Avenant n° 1' }).click();
    await first.page.getByText('Délai de paiement, en jours').waitFor();
    expect(await first.page.getByRole('button', { name: 'Approuver' }).count()).toBe(0);
    await first.picture('amendment-proposed');

    const second = await as('coordinator-2');
    await second.page.goto(`${consoleUrl()}/groupement/avenants`);
    await second.page.getByRole('button', { name: 'Lire et décider Avenant n° 1' }).click();
    const decision = await openForm(second.page, 'Approuver', 'Approuver l’avenant');
    await second.picture('amendment-to-approve');
    await decision.getByRole('button', { name: 'Approuver l’avenant' }).click();
    await second.page.getByText('« Avenant n° 1 » est enregistré').waitFor();

    const member = await as('member-reader-200083228');
    await menu(member.page, 'Ma collectivité');
    await member.page.getByText('Le marché change : Avenant n° 1').waitFor();
    await member.page.getByRole('link', { name: 'Ce qui change' }).click();
    await member.page
      .getByRole('row', {
        name: /^Avenant n° 1 1er juillet 2024 1er janvier 2025 Délai de paiement/,
      })
      .waitFor();
    await member.picture('amendment-told');
  }, 240_000);
}
