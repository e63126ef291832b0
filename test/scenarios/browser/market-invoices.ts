import type { Page } from 'playwright-core';
import type { Visit } from '../../support/browser/browser.js';
import { givePaper, openForm } from '../../support/browser/give-paper.js';
import { type InBrowser, menu } from './in-browser.js';

const looksMax = 40;

/** Once a quarter is drafted: what is contested and maintained, set aside, rejected, corrected, summed, provided for. */
export function invoicesOfAMarket({ as, asOwner }: InBrowser): void {
  test('BIL-6, BIL-9, MTR-2: a contest is maintained; a draft without a number is seen with why and what to do, and tried again; days lost by a restore are listed', async () => {
    const contesting = await as('member-finance-214902140');
    await toDraft(contesting.page);
    const contest = await openForm(
      contesting.page,
      'Contester ce projet',
      'Contester ce projet de facture',
    );
    await contest.getByLabel('Motif').fill('Une classe a fermé en mars.');
    await contest.getByRole('button', { name: 'Contester', exact: true }).click();
    await contesting.page.getByText('Contesté par le membre').waitFor();

    const supplier = await as('supplier');
    await toPage(supplier.page, 'Facturation');
    await supplier.page.getByRole('link', { name: 'Ouvrir le projet de Montreuil-Juigné' }).click();
    const answer = await openForm(
      supplier.page,
      'Maintenir ce projet',
      'Maintenir ce projet de facture',
    );
    await answer.getByLabel('Motif').fill('L’engagement signé reste dû.');
    await supplier.picture('draft-to-maintain');
    await answer.getByRole('button', { name: 'Maintenir', exact: true }).click();
    await supplier.page.getByText('Maintenu par le titulaire').waitFor();

    // As if it had been drafted before its member's SIRET was known: no page makes one so.
    await asOwner(
      'billing',
      `set session_replication_role = replica;
       update invoice set buyer = jsonb_set(buyer, '{recipientSiret}', '""')
        where status = 'DRAFT' and buyer ->> 'siren' = '217201326'`,
    );
    const certifying = await as('member-finance-217201326');
    await toDraft(certifying.page);
    const acceptance = await openForm(certifying.page, 'Certifier le service fait');
    await acceptance.getByRole('button', { name: 'Certifier', exact: true }).click();
    await certifying.page.getByText('Service fait certifié').waitFor();
    // As a restore leaves them: no page makes them so.
    await asOwner(
      'provisioning',
      `insert into lost_day (lost_account, membership_id, item_code, uai, from_on, to_on, recorded_on)
       select gen_random_uuid(), membership_id, 'ELEVE', '0440001A', '2022-11-03', '2022-11-08', '2022-11-21'
         from membership where organisation_name = 'Ancenis-Saint-Géréon'`,
    );
    await toPage(supplier.page, 'Facturation');
    await supplier.page
      .getByTestId('lost-days')
      .getByRole('row', {
        name: /Ancenis-Saint-Géréon ELEVE 1 5 3 novembre 2022 7 novembre 2022/,
      })
      .waitFor();
    const failures = supplier.page.getByTestId('numbering-failures');
    const failed = failures.getByRole('row', {
      name: /La Ferté-Bernard.*le SIRET du destinataire manque.*le membre enregistre ses données/,
    });
    await untilThere(supplier.page, () => failed.isVisible());
    // Counted with what is to be settled, and listed here alone.
    await supplier.page.getByText(/à régler .*sans numéro/).waitFor();
    const opened = supplier.page.getByRole('link', {
      name: 'Ouvrir le projet de La Ferté-Bernard',
    });
    expect(await opened.count()).toBe(1);
    await supplier.picture('numbering-failures');
    await failures.getByRole('button', { name: 'Numéroter La Ferté-Bernard' }).click();
    await failures.getByText('le projet a été remplacé par un projet à jour').waitFor();
    await failed.waitFor({ state: 'detached' });
  }, 240_000);

  test('BIL-7, BIL-8: a rejected invoice is found among all, calculated again, and corrected by two persons', async () => {
    const supplier = await as('supplier');
    await toPage(supplier.page, 'Factures');
    await supplier.page.getByLabel('Membre').selectOption({ label: 'Ancenis-Saint-Géréon' });
    await supplier.page
      .getByRole('row', { name: /Ancenis-Saint-Géréon EP22-2022-/ })
      .first()
      .waitFor();
    await supplier.page.getByLabel('État').selectOption({ label: 'Échue' });
    await supplier.page.getByText(/^\d+ documents?\.$/).waitFor();
    await supplier.picture('market-invoices');
    await supplier.page
      .getByRole('link', { name: /^EP22-2022-/ })
      .first()
      .click();
    const title = supplier.page.getByRole('heading', { level: 1, name: /EP22-2022-\d+/ });
    const number = /EP22-2022-\d+/.exec(await title.innerText())![0];
    await supplier.page.getByRole('button', { name: 'Recalculer', exact: true }).click();
    await supplier.page.getByTestId('replay').getByText('Tout concorde, au centime.').waitFor();
    await supplier.picture('invoice-replayed');
    const rejection = await openForm(
      supplier.page,
      'Indiquer un rejet',
      'Indiquer le rejet de la facture',
    );
    await rejection.getByLabel('Rejetée le').fill('2024-07-18');
    await rejection.getByLabel('Motif du rejet').fill('Numéro d’engagement absent.');
    await supplier.picture('invoice-to-reject');
    await rejection.getByRole('button', { name: 'Enregistrer', exact: true }).click();
    await supplier.page.getByText(/^Rejetée le 18 juillet 2024/).waitFor();

    await toPage(supplier.page, 'Corrections');
    const own = supplier.page.getByTestId('invoice-to-mend').filter({ hasText: number });
    // It is listed once it has been compared again, which a page that is open does not hear of.
    const propose = own.getByRole('button', { name: 'Proposer la correction' });
    for (let looks = 0; looks < 20 && !(await propose.isVisible()); looks += 1) {
      await supplier.page.waitForTimeout(1_000);
      await supplier.page.reload();
      await supplier.page.getByRole('heading', { level: 1, name: 'Corrections' }).waitFor();
      await supplier.page.waitForLoadState('networkidle');
    }
    await propose.click();
    const proposal = supplier.page.getByRole('form', {
      name: `Proposer la correction de la facture ${number}`,
    });
    await proposal.getByLabel('Motif').fill('Elle est établie à nouveau avec l’engagement.');
    await supplier.picture('correction-to-propose');
    await proposal.getByRole('button', { name: 'Proposer', exact: true }).click();
    await supplier.page.getByText('La correction est proposée').waitFor();

    const second = await as('supplier-2');
    await toPage(second.page, 'Corrections');
    const others = second.page.getByTestId('invoice-to-mend').filter({ hasText: number });
    await others.getByRole('button', { name: 'Approuver et émettre' }).click();
    const approval = second.page.getByRole('form', {
      name: `Approuver et émettre : facture ${number}`,
    });
    await second.picture('correction-to-approve');
    await approval.getByRole('button', { name: 'Approuver et émettre', exact: true }).click();
    await second.page.getByText('La correction est approuvée').waitFor();
    await toPage(second.page, 'Factures');
    await second.page.getByLabel('État').selectOption({ label: 'Avoir' });
    await second.page.getByRole('row', { name: new RegExp(`sur ${number}`) }).waitFor();
  }, 240_000);

  test('BIL-2, BIL-5, BIL-7, BIL-9: the coordinator sees what the market comes to, finance what it provides for, the supplier what a clause gives', async () => {
    const coordinator = await as('coordinator');
    await menu(coordinator.page, 'Groupement');
    await coordinator.page.getByRole('link', { name: 'Facturation', exact: true }).click();
    const totals = coordinator.page.getByTestId('billed-totals');
    await totals.getByRole('row', { name: /18 octobre 2022/ }).waitFor();
    await coordinator.picture('group-billing');
    // What the supplier's page began is the same run, and stays the only one (BIL-5).
    const run = await openForm(coordinator.page, 'Facturer une période');
    await run.getByLabel('Premier jour après la période').fill('2023-04-19');
    await run.getByRole('button', { name: 'Établir les projets de facture' }).click();
    await coordinator.page.getByTestId('billing-run').waitFor();
    const ofPeriod = coordinator.page
      .getByRole('table', { name: 'Périodes facturées' })
      .getByRole('row', { name: /18 avril 2023/ });
    await ofPeriod.first().waitFor();
    expect(await ofPeriod.count()).toBe(1);
    await coordinator.page.getByRole('link', { name: 'Factures', exact: true }).click();
    await coordinator.page.getByLabel('Période').selectOption({ index: 1 });
    await coordinator.page.getByText(/^\d+ documents?\.$/).waitFor();
    await coordinator.picture('group-invoices');

    const finance = await as('member-finance-200083228');
    await menu(finance.page, 'Ma collectivité');
    await finance.page.getByRole('link', { name: 'Comptes et usage', exact: true }).click();
    await finance.page
      .getByTestId('open-accounts')
      .getByRole('row', { name: /^Ecole .+ \(\d{7}[A-Z]\) Élève/ })
      .first()
      .waitFor();
    await finance.picture('usage-of-member');
    await finance.page.getByRole('link', { name: 'Fin d’exercice', exact: true }).click();
    await finance.page.getByLabel('Exercice').selectOption('2023');
    await finance.page
      .getByTestId('accrued')
      .getByRole('heading', { name: 'Charges à payer au 31 décembre 2023' })
      .waitFor();
    await finance.page.getByTestId('forecast').getByText(/TTC/).first().waitFor();
    await finance.picture('year-end');
    await revised(await as('supplier'));
  }, 240_000);
}

/** What a revision clause gives, before anything is proposed (BIL-2). */
async function revised({ page, picture }: Visit): Promise<void> {
  await toPage(page, 'Prix et compte');
  const form = await openForm(
    page,
    'Réviser par la formule',
    'Réviser les prix par la formule du marché',
  );
  await form.getByLabel('Jour du prix de base').fill('2022-07-19');
  await form.getByLabel('Prix révisés à partir du').fill('2025-07-19');
  await form.getByLabel('Part fixe').fill('0,15');
  await form.getByLabel('Nom de l’indice').fill('Syntec');
  await form.getByLabel('Coefficient (Syntec)').fill('0,85');
  for (const [label, value, on] of [
    ['Valeur de base', '280,4', '2022-04-01'],
    ['Dernière valeur', '308,44', '2024-04-01'],
  ] as const) {
    await form.getByLabel(label, { exact: true }).fill(value);
    await form.getByLabel(`${label} : jour ou mois`).fill(on);
    await form.getByLabel(`${label} : publiée où ?`).fill('syntec.fr');
  }
  await form.getByRole('button', { name: 'Calculer', exact: true }).click();
  // 2,3500 € × (0,15 + 0,85 × 1,1).
  await form
    .getByRole('row', { name: /2,5498/ })
    .first()
    .waitFor();
  await givePaper(form, 'Le bordereau révisé (BPU)', '2025-07-01');
  await picture('price-revision');
  await form.getByRole('button', { name: 'Renoncer' }).click();
}

async function toPage(page: Page, name: string): Promise<void> {
  await menu(page, 'Membres du marché');
  await page
    .getByRole('navigation', { name: 'Pages du titulaire' })
    .getByRole('link', { name, exact: true })
    .click();
}

async function toDraft(page: Page): Promise<void> {
  await menu(page, 'Ma collectivité');
  await page.getByRole('link', { name: 'Factures', exact: true }).click();
  await page.getByRole('link', { name: 'Projet', exact: true }).first().click();
}

/** What is certified is numbered, or set aside, at the next look, a moment later. */
async function untilThere(page: Page, isThere: () => Promise<boolean>): Promise<void> {
  for (let look = 1; look <= looksMax && !(await isThere()); look += 1) {
    await page.waitForTimeout(500);
    await page.reload();
    await page.getByRole('heading', { name: 'Totaux du marché' }).waitFor();
    await page.getByTestId('billed-totals').getByRole('table').waitFor();
  }
  expect(await isThere()).toBe(true);
}
