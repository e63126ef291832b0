import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { demoScenario } from '../../../deploy/local/demo/scenario.js';
import * as directory from '../../../deploy/tools/directory.js';
import { givePaper, openForm } from '../../support/browser/give-paper.js';
import { entOn } from '../../support/ent-command.js';
import { type InBrowser, menu } from './in-browser.js';

const { uai, headcount } = demoScenario('small').members.find(({ key }) => key === 'ancenis')!
  .schools[0]!;
const members = 'Pages de l’annuaire';

/** What a head brings in, who is in the school then, and what the data-protection officer sees of it. */
export function directoryDay({ as, consoleUrl, env, folder }: InBrowser): void {
  test('DIR-3, DIR-5: a head sends a list, reads what it would change, approves it, and finds the pupil in the class', async () => {
    const declared = ['--kind', 'ONDE', '--title', 'ONDE des écoles', '--priority', '20'];
    expect((await entOn(env(), directory, 'declare-source', 'onde', ...declared))[0]).toBe(0);
    const { page, picture } = await as(`school-${uai.toLowerCase()}`);
    await menu(page, 'Listes de mon école');
    await picture('head-imports');
    const form = await openForm(page, 'Envoyer les fichiers de mon école');
    await form.locator('input[type=file]').setInputFiles({
      ...{ name: 'CSVExtraction.csv', mimeType: 'text/csv', buffer: onde },
    });
    await form.getByLabel('Date des données').fill('2024-06-28');
    await picture('head-upload');
    await form.getByRole('button', { name: 'Envoyer' }).click();
    await page.getByTestId('import-state').getByText('Rien n’est encore modifié').waitFor();
    await page.getByRole('row', { name: new RegExp(`^${uai}`) }).waitFor();
    await picture('head-plan');
    await page.getByRole('button', { name: `Approuver ${uai}` }).click();
    const decision = page.getByRole('form', { name: `Approuver : l’école ${uai}` });
    await decision.getByLabel('Motif').selectOption('APERCU_VERIFIE');
    await decision.getByLabel(/^Nombre d/).fill('1');
    await decision.getByRole('button', { name: 'Approuver' }).click();
    await page.getByTestId('import-state').getByText('Terminé').waitFor();
    await picture('head-plan-applied');

    await subPage(page, 'Personnes', 'Listes de mon école');
    await page
      .getByRole('row')
      .nth(headcount > 20 ? 20 : 1)
      .waitFor();
    await picture('head-people');
    // The console hears of it a moment later.
    const itsClass = page
      .getByLabel('Classe')
      .locator('option', { hasText: 'Classe des Tilleuls' });
    for (let attempt = 0; attempt < 30 && (await itsClass.count()) === 0; attempt += 1) {
      await page.reload();
      await page.getByLabel('Classe').waitFor();
    }
    await page.getByLabel('Classe').selectOption({ label: 'Classe des Tilleuls (1)' });
    await page.getByRole('row', { name: /^KERDUVAL Ysaline Classe des Tilleuls/ }).waitFor();
    expect(await page.getByRole('row').count()).toBe(2);
    await picture('head-people-of-a-class');
  }, 240_000);

  test('SUP-2, DIR-2: level 2 reads an import, the drop area, two who may be one, and a school by its name', async () => {
    const { page, picture } = await as('support-2');
    await menu(page, 'Annuaire');
    await page.getByRole('heading', { name: 'Zone de dépôt' }).waitFor();
    await picture('support-imports');
    await page.getByRole('main').getByRole('table').first().getByRole('link').first().click();
    await page.getByTestId('import-state').waitFor();
    await picture('support-import');
    await subPage(page, 'Doublons', 'Annuaire');
    await page
      .getByRole('link', { name: /^Comparer/ })
      .first()
      .waitFor();
    await picture('support-doubles');
    await page
      .getByRole('link', { name: /^Comparer/ })
      .first()
      .click();
    await giveReason(page, 'Afficher les deux fiches');
    await page.getByRole('row', { name: /^Nom / }).waitFor();
    await picture('support-double');
    await subPage(page, 'Personnes', 'Annuaire');
    await picture('support-people-asked');
    await page.getByLabel('École').fill('albert camus');
    await giveReason(page, 'Afficher l’école');
    await page.getByRole('row').nth(5).waitFor();
    await picture('support-people');
  }, 240_000);

  test('RGPD 15, SUP-3, SUP-4: the officer hands over what is held of a person, and sees who reads over LDAP', async () => {
    const member = await as('coordinator');
    await menu(member.page, 'Groupement');
    await member.page.getByRole('link', { name: 'Ancenis-Saint-Géréon' }).click();
    await member.page.getByRole('link', { name: 'Annuaire LDAP' }).click();
    await member.page.getByText('L’accès n’a jamais été ouvert').waitFor();
    await member.picture('member-ldap-never-open');
    const opening = await openForm(
      member.page,
      'Ouvrir l’accès',
      'Ouvrir l’annuaire LDAP à cet adhérent',
    );
    await givePaper(opening, 'Décision du responsable de traitement', '2024-06-03');
    await opening.getByLabel('Fin de l’accès').fill('2026-01-01');
    await member.picture('member-ldap-to-open');
    await opening.getByRole('button', { name: 'Ouvrir l’accès' }).click();
    await member.page.getByText('L’accès est ouvert. L’adhérent').waitFor();
    await member.picture('member-ldap');

    const head = await as(`school-${uai.toLowerCase()}`);
    await head.page.goto(`${consoleUrl()}/annuaire/personnes`);
    const link = head.page.getByRole('row').nth(1).getByRole('link');
    const personId = (await link.getAttribute('href'))!.split('/').at(-1)!;

    const { page, picture } = await as('dpo');
    await menu(page, 'Accès LDAP');
    await page.getByText('Ancenis-Saint-Géréon').first().waitFor();
    await picture('dpo-ldap');
    await menu(page, 'Données personnelles');
    await page.getByText('Aucun effacement').or(page.getByRole('table')).first().waitFor();
    await picture('dpo-personal-data');
    await page.getByLabel('Identifiant de la personne').fill(personId);
    await page.getByRole('button', { name: 'Réunir ses données' }).click();
    await page.getByTestId('outcome').getByText('Données réunies').waitFor();
    await picture('dpo-person-export');
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Enregistrer pour la personne (PDF)' }).click();
    const file = join(folder(), (await download).suggestedFilename());
    await (await download).saveAs(file);
    expect(file).toMatch(/donnees-[0-9a-f-]{36}\.pdf$/);
    expect(readFileSync(file).subarray(0, 5).toString()).toBe('%PDF-');
  }, 240_000);
}

/** Of one pupil whom no other source states. */
const onde = Buffer.from(
  [
    'Nom élève;Prénom élève;Date naissance;Niveau;Libellé classe;Identifiant classe',
    'KERDUVAL;Ysaline;2016-03-09;CE1;Classe des Tilleuls;7',
  ].join('\n'),
);

async function subPage(page: Page, name: string, from: string): Promise<void> {
  await page.getByRole('banner').getByRole('link', { name: from, exact: true }).click();
  await page.getByRole('navigation', { name: members }).getByRole('link', { name }).click();
}

async function giveReason(page: Page, submit: string): Promise<void> {
  await page.getByLabel('Motif').selectOption('CHECK');
  await page.getByRole('button', { name: submit }).click();
}
