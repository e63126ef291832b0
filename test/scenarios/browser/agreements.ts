import { givePaper, openForm } from '../../support/browser/give-paper.js';
import { xlsxOf } from '../../support/builders/spreadsheet-files.js';
import { type InBrowser, menu } from './in-browser.js';

/** Prices and the account that members pay to: the supplier proposes, the coordinator verifies, a member reads it. */
export function agreementsOfTwo({ as }: InBrowser): void {
  test('BIL-2: prices and an account are proposed by the supplier, decided by the coordinator, and told to the members', async () => {
    const supplier = await as('supplier');
    await menu(supplier.page, 'Membres du marché');
    await supplier.page.getByRole('link', { name: 'Prix et compte', exact: true }).click();
    const prices = await openForm(supplier.page, 'Proposer des prix');
    await prices.getByLabel('Le fichier des prix').setInputFiles({
      name: 'prix.xlsx',
      mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      // 19 July 2025 as a spreadsheet keeps a day, and 20 % as a percentage.
      buffer: await xlsxOf([
        {
          rows: [
            ['Article', 'À partir du', 'Prix unitaire HT (€)', 'TVA (%)'],
            ['COMPTE_ELEVE', { xml: '<v>45857</v>', style: 1 }, 2.5, 0.2],
          ],
        },
      ]),
    });
    await prices.getByRole('button', { name: 'Voir ce qui changerait' }).click();
    await prices.getByRole('row', { name: /2,4182.* 2,5000/ }).waitFor();
    await givePaper(prices, 'Le bordereau signé (BPU)', '2022-07-01');
    await supplier.picture('prices-to-propose');
    await prices.getByRole('button', { name: 'Proposer ces prix' }).click();
    await supplier.page.getByText('Les prix sont proposés').waitFor();
    const account = await openForm(supplier.page, 'Proposer un compte bancaire');
    await account.getByLabel('IBAN').fill('BE68 5390 0754 7034');
    await account.getByLabel('À partir du').fill('2026-01-01');
    await givePaper(account, 'Le RIB numérisé', '2022-07-01');
    await account.getByRole('button', { name: 'Proposer ce compte' }).click();
    await supplier.page.getByText('Le compte est proposé').waitFor();

    const coordinator = await as('coordinator');
    await menu(coordinator.page, 'Groupement');
    const proposed = (subject: string) =>
      coordinator.page.getByRole('link', { name: new RegExp(`la proposition .*, ${subject}$`) });
    const toProposals = coordinator.page.getByRole('link', { name: 'Prix et compte du titulaire' });
    await toProposals.first().click();
    await proposed('Compte bancaire').first().click();
    await coordinator.page.getByText('BE68').waitFor();
    const rejection = await openForm(coordinator.page, 'Rejeter', 'Rejeter la proposition');
    await rejection.getByLabel('Pourquoi ?').fill('Le RIB est d’une autre société.');
    await rejection.getByRole('button', { name: 'Rejeter', exact: true }).click();
    await coordinator.page.getByText('La proposition est rejetée').waitFor();
    await toProposals.first().click();
    await proposed('Prix du marché').first().click();
    await coordinator.page.getByRole('row', { name: /2,4182.* 2,5000/ }).waitFor();
    await coordinator.page.getByRole('table', { name: /^Effet par membre/ }).waitFor();
    const approval = await openForm(
      coordinator.page,
      'Approuver',
      'Approuver ce que vous avez vérifié',
    );
    await coordinator.picture('prices-to-approve');
    await approval.getByRole('button', { name: 'Approuver', exact: true }).click();
    await coordinator.page.getByText('La proposition est approuvée').waitFor();

    const member = await as('member-reader-200083228');
    await menu(member.page, 'Ma collectivité');
    await member.page.getByText('à partir du 19 juillet 2025').first().waitFor();
    await member.page.getByRole('link', { name: 'Voir la pièce' }).first().click();
    await member.page.getByRole('row', { name: /Prix du marché .*2,5000/ }).waitFor();
    await member.picture('prices-told');
  }, 240_000);
}
