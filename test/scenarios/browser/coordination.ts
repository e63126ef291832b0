import {
  applyForMembership,
  completeUnsigned,
  lateAndIncomplete,
} from '../../support/browser/apply-for-membership.js';
import { givePaper, openForm } from '../../support/browser/give-paper.js';
import { mistakeAt } from '../../support/browser/mistake-at.js';
import { planSuccession } from '../../support/browser/plan-succession.js';
import { type InBrowser, menu } from './in-browser.js';

/** The coordinator looks at the group and decides on what was sent to it. */
export function coordinatorDay({ as, consoleUrl }: InBrowser): void {
  test('GOV-1, ORD-6, MKT-3, ADH-3: the coordinator sees who is near the floor, the ceilings, the adhesions and what is due', async () => {
    const { page, picture } = await as('coordinator');
    await menu(page, 'Groupement');
    const to = (name: string) =>
      page
        .getByRole('navigation', { name: 'Pages du groupement' })
        .getByRole('link', { name, exact: true })
        .click();
    await to('Marges');
    await page.getByRole('row', { name: /Ancenis-Saint-Géréon/ }).waitFor();
    await page.getByLabel('Marge au plus').fill('0');
    await page.getByRole('row', { name: /Ancenis-Saint-Géréon/ }).waitFor({ state: 'detached' });
    await page.getByRole('row', { name: /^Montreuil-Juigné\s+0\s/ }).waitFor();
    await picture('coordinator-margins');
    await to('Plafonds');
    await page.getByTestId('ceiling').getByRole('img').waitFor();
    await picture('coordinator-ceilings');
    await to('Adhésions');
    await page.getByRole('row', { name: /Ancenis-Saint-Géréon.*En vigueur/i }).waitFor();
    await picture('coordinator-adhesions');
    await to('Calendrier');
    await page.getByRole('row', { name: /Dernier jour du marché 18 juillet 2026/ }).waitFor();
    await picture('coordinator-calendar');
    await to('Successions');
    await page.getByLabel('État').selectOption('');
    await page.getByText(/Successions, la plus récente|Aucune succession/).waitFor();
    await picture('coordinator-successions');
  }, 240_000);

  test('ADH-2, ADH-3: the coordinator lets in a letter that came late, may not accept it incomplete, and refuses it', async () => {
    const { page, picture } = await as('coordinator');
    await applyForMembership(page, lateAndIncomplete);
    await page.goto(`${consoleUrl()}/groupement/adhesions`);
    await page
      .getByRole('row', { name: /Vertou.*À décider/i })
      .first()
      .getByRole('link')
      .click();
    const late = await openForm(
      page,
      'Admettre malgré la réception tardive',
      'Admettre la demande malgré sa réception tardive',
    );
    await late.getByLabel('Motif').selectOption('POSTAL_DELAY');
    await givePaper(late, 'Document sur lequel repose la décision', '12024-07-18');
    await late.getByRole('button', { name: 'Admettre' }).click();
    const datedOn = late.getByLabel('Daté du');
    expect(await mistakeAt(datedOn)).toMatch(/une date/i);
    await datedOn.fill('2024-07-18');
    await picture('application-received-late');
    await late.getByRole('button', { name: 'Admettre' }).click();
    await page.getByRole('row', { name: /Réception tardive admise.*acheminement/ }).waitFor();

    const acceptance = await openForm(page, 'Accepter', 'Accepter la demande');
    await acceptance.getByRole('button', { name: 'Accepter la demande' }).click();
    const incomplete = acceptance.locator('[data-problem=APPLICATION_INCOMPLETE]');
    expect(await incomplete.innerText()).toMatch(
      /manque la convention signée \(.*art\. 2\).*annexe 2.*\(.*art\. 4\.1\)/,
    );
    await picture('application-incomplete');
    await acceptance.getByRole('button', { name: 'Renoncer' }).click();

    const refusal = await openForm(page, 'Refuser', 'Refuser la demande');
    await refusal.getByLabel('Motif').selectOption('INCOMPLETE');
    await refusal.getByLabel('Note').fill('Relance restée sans réponse.');
    await refusal.getByRole('button', { name: 'Refuser la demande' }).click();
    await page.getByTestId('application-state').filter({ hasText: 'Refusée' }).waitFor();
    await page.getByText(/Le dossier envoyé est incomplet \(convention, art\. 2 et/).waitFor();
    expect(await page.getByRole('button', { name: /Accepter|Refuser/ }).count()).toBe(0);
    await picture('application-refused');
  }, 240_000);

  test('ADH-6, MKT-3: the coordinator accepts a complete application and records the convention once it is signed', async () => {
    const { page, picture } = await as('coordinator');
    await applyForMembership(page, completeUnsigned);
    await page.goto(`${consoleUrl()}/groupement/adhesions?marche=e-primo-2026`);
    await page
      .getByRole('row', { name: /Rectorat.*Demande déposée/i })
      .first()
      .getByRole('link')
      .click();
    const acceptance = await openForm(page, 'Accepter', 'Accepter la demande');
    await acceptance.getByRole('button', { name: 'Accepter la demande' }).click();
    await page.getByTestId('application-state').filter({ hasText: 'Acceptée' }).waitFor();
    await page.getByText('Pas encore enregistrée').waitFor();

    const convention = await openForm(page, 'Enregistrer la convention signée');
    await givePaper(convention, 'La convention signée', '2024-07-16');
    await convention.getByRole('button', { name: 'Enregistrer la convention' }).click();
    await page.getByRole('definition').filter({ hasText: '16 juillet 2024' }).waitFor();
    await picture('application-signed');
  }, 240_000);

  test('WDR-1: a letter of withdrawal that left too early is refused with the days on which it had to leave, and is kept', async () => {
    const { page, picture } = await as('coordinator');
    await menu(page, 'Groupement');
    await page.getByRole('link', { name: 'Montreuil-Juigné' }).click();
    await page.getByRole('link', { name: 'Retrait', exact: true }).click();
    const letter = await openForm(page, 'Enregistrer une lettre de retrait');
    await letter.getByLabel('Numéro de la lettre').fill('1A 214902140 44');
    const sentOn = letter.getByLabel('Envoyée le');
    const receivedOn = letter.getByLabel('Reçue le');
    await sentOn.fill('12024-05-15');
    await receivedOn.fill('12024-05-17');
    await givePaper(letter, 'La lettre numérisée', '2024-05-14');
    const record = letter.getByRole('button', { name: 'Enregistrer le retrait' });
    await record.click();
    expect(await mistakeAt(sentOn)).toMatch(/une date/i);
    await letter.getByText('2 champs sont à corriger').waitFor();
    await picture('withdrawal-mistakes');
    await sentOn.fill('2024-05-15');
    await receivedOn.fill('2024-05-17');
    await record.click();
    const tooEarly = letter.locator('[data-problem=WITHDRAWAL_TOO_EARLY]');
    expect(await tooEarly.innerText()).toMatch(
      /entre le 19 mai 2024 et le 18 juillet 2024 inclus, ce qui n’est plus possible.*\(convention, art\. 3\)/,
    );
    await picture('withdrawal-too-early');

    await page.getByRole('link', { name: 'Documents', exact: true }).click();
    await page.getByRole('row', { name: /^Lettre de retrait Lettre 14 mai 2024/ }).waitFor();

    const member = await as('member-orderer-214902140');
    await member.page.goto(page.url().replace('/documents', '/retrait'));
    await member.page.getByText('Le délai de retrait est passé').waitFor();
    expect(await member.page.getByRole('button', { name: /Enregistrer/ }).count()).toBe(0);
  }, 240_000);

  test('ADH-5: the coordinator cancels a planned succession and says why', async () => {
    const { page, picture } = await as('coordinator');
    await planSuccession(page, 'Montreuil-Juigné', '200083228');
    await page.goto(`${consoleUrl()}/groupement/successions`);
    const cancellation = await openForm(
      page,
      'Annuler la succession de Montreuil-Juigné à Ancenis-Saint-Géréon',
    );
    await cancellation.getByLabel('Pourquoi').fill('Arrêté retiré.');
    await picture('succession-to-cancel');
    await cancellation.getByRole('button', { name: 'Annuler la succession' }).click();
    await page.getByText('1 succession est annulée.').waitFor();
    await page.getByLabel('État').selectOption('CANCELLED');
    await page
      .getByRole('row', { name: /^1er janvier 2025 Montreuil-Juigné .*Arrêté retiré/ })
      .waitFor();
  }, 240_000);
}
