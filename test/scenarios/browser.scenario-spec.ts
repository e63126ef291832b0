import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { removeStack, startStack, type Stack } from '../../deploy/local/stack.mjs';
import {
  applyForMembership,
  completeUnsigned,
  lateAndIncomplete,
} from '../support/browser/apply-for-membership.js';
import { openBrowser, visit, type Visit } from '../support/browser/browser.js';
import { givePaper, openForm } from '../support/browser/give-paper.js';
import { planSuccession } from '../support/browser/plan-succession.js';
import { proposeTransfer } from '../support/browser/propose-transfer.js';

/**
 * Goal: people get through their day in a real browser, on the real product. Method: the small demo
 * is played on a stack of its own; then an agent answers a call and the data-protection officer
 * finds the look, a commune's orderer is refused, orders, and asks why an invoice is what it is, and the
 * coordinator decides on what was sent to it.
 */
let stack: Stack;
let browser: Browser;
let dir: string;
const visits: Visit[] = [];

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'ent-browser-'));
  stack = await startStack({ dir, throwAway: true, environment: {} });
  const status = await stack.run('dist/deploy/local/demo/main.js', {
    args: ['--size', 'small'],
    name: 'demo',
  });
  expect(status).toBe(0);
  browser = await openBrowser();
}, 480_000);

afterAll(async () => {
  await browser?.close();
  await stack?.stop();
  removeStack(dir);
}, 60_000);

afterEach(async () => {
  const complaints = visits.flatMap((one) => one.complaints);
  await Promise.all(visits.splice(0).map((one) => one.end()));
  expect(complaints).toEqual([]);
});

async function as(login: string): Promise<Visit> {
  const visited = await visit(browser, stack.consoleUrl, login);
  visits.push(visited);
  return visited;
}

const menu = (page: Page, name: string) =>
  page.getByRole('navigation').getByRole('link', { name, exact: true }).click();

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

test('SUP-1, SUP-2: support of level 1 finds a pupil, reads its account, and the look is in the journal', async () => {
  const { page, picture } = await as('support-1');
  await page.getByRole('banner').getByText('Académie de Nantes', { exact: true }).waitFor();
  await menu(page, 'Assistance');
  await search(page, 'École', 'albert camus');
  await picture('support-search-by-school');
  const name = await page.getByRole('row', { name: /Élève/ }).first().getByRole('link').innerText();

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
  await officer.page.getByLabel('Personne consultée').fill(personId);
  await officer.page.getByRole('button', { name: 'Filtrer' }).click();
  const looks = officer.page.getByRole('row', { name: /Nadia Corbel/ });
  await looks.filter({ hasText: 'Fiche d’une personne' }).first().waitFor();
  expect(await looks.filter({ hasText: 'Liste de recherche' }).count()).toBeGreaterThan(0);
  expect(await officer.page.getByText(/Chaîne vérifiée/).count()).toBe(1);
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
  await page.getByText('Date de naissance').waitFor();
  await page.getByRole('button', { name: 'Afficher l’historique' }).first().click();
  await page.getByRole('row', { name: /Demandé.*En création.*Import de l’annuaire/ }).waitFor();
  await picture('support-person-level-2');

  await decide(page, 'Suspendre le compte');
  await page.getByText('Le compte est suspendu').waitFor();
  await decide(page, 'Lever la suspension');
  await page.getByText('Le compte fonctionne').waitFor();
  await page.getByRole('button', { name: 'Afficher l’historique' }).first().click();
  await page
    .getByRole('row', {
      name: /Suspendu.*Actif.*personne habilitée.*Sécurité du compte \(SUP-17\).*support-2/,
    })
    .waitFor();
  await picture('support-after-a-decision');
}, 240_000);

test('ORD-2, BIL-7: an orderer is refused below the floor with figures, orders more, and reads why an invoice', async () => {
  const { page, picture } = await as('member-orderer-217201326');
  await menu(page, 'Ma collectivité');
  await page.getByText(/élèves? attend(ent)? une place/).waitFor();
  await picture('member-dashboard');
  await page.getByRole('link', { name: 'Commander' }).first().click();
  const ordered = async () =>
    Number((await page.getByTestId('ordered').innerText()).replace(/\D/g, ''));
  const before = await ordered();

  await page.getByText('réduire la commande').click();
  await page.getByLabel('Nombre de comptes en moins').fill('10');
  await page.getByRole('button', { name: 'Vérifier' }).click();
  await page.getByTestId('refusal').waitFor();
  await picture('order-refused');
  expect(await page.getByTestId('refusal').innerText()).toMatch(/art\. 7\.1/);
  const figures = await page.getByTestId('shortfalls').getByRole('cell').allInnerTexts();
  expect(figures.slice(2)).toEqual([String(before - 10), String(before), '10']);

  await page.getByText('commander plus de comptes').click();
  await page.getByLabel('Nombre de comptes en plus').fill('12');
  await page.getByRole('button', { name: 'Vérifier' }).click();
  const accepted = page.getByTestId('accepted');
  await accepted.waitFor();
  await picture('order-accepted');
  // What it brings until the end of the market, and what it costs, before anybody signs.
  await accepted.getByRole('img', { name: /avec cette commande/ }).waitFor();
  await accepted.getByRole('button', { name: /Marge, jour par jour/ }).click();
  const margins = accepted.getByRole('table', { name: /marge au-dessus/ }).getByRole('row');
  expect(await margins.last().innerText()).toMatch(
    new RegExp(`18 juillet 2026\\t${before + 12}\\t${before}\\t12$`),
  );
  const cost = await accepted.getByTestId('cost').innerText();
  expect(cost).toMatch(/31 décembre 2024\nannée civile\t\+15,84\s€\t\+13,20\s€/);
  expect(cost).toMatch(/18 juillet 2026\nfin de l’adhésion\t\+69,60\s€\t\+58,00\s€/);
  await page.getByRole('button', { name: 'Signer la commande' }).click();
  await page.getByTestId('signed').waitFor();
  await waitUntil(async () => (await ordered()) === before + 12);

  // PRV-2: the complementary order releases who waited, by itself.
  await page.getByRole('link', { name: 'Revenir au tableau de bord' }).click();
  await waitUntil(async () => {
    await page.reload();
    await page.getByText('Comptes par école').waitFor();
    return (await page.getByText(/attend(ent)? une place/).count()) === 0;
  });
  await picture('member-dashboard-after-the-order');

  await page.getByRole('link', { name: 'Factures' }).click();
  await page.getByRole('table').getByRole('link').last().click();
  const explanation = page.getByTestId('explanation');
  await explanation
    .getByText(/jours-comptes ×/)
    .first()
    .waitFor();
  expect(await explanation.innerText()).toMatch(/[Aa]nnexe 2/);
  await picture('invoice-explained');
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: /Télécharger la facture/ }).click();
  expect((await download).suggestedFilename()).toMatch(/\.pdf$/);
}, 240_000);

test('ORD-1, ORD-7: a draft is kept, changed, signed and acknowledged, and the état of the day is genuine', async () => {
  const { page, picture } = await as('member-orderer-200083228');
  await menu(page, 'Ma collectivité');
  await page.getByRole('link', { name: 'Projets de commande' }).click();
  await page.getByText('Aucun projet de commande').waitFor();
  await page.getByRole('link', { name: 'Préparer une commande' }).click();
  await page.getByLabel('Nombre de comptes en plus').fill('5');
  await page.getByRole('button', { name: 'Vérifier' }).click();
  await page.getByRole('button', { name: 'Garder comme projet' }).click();
  await page.getByRole('row', { name: /\+5 au .*À signer/ }).waitFor();
  await page.getByRole('link', { name: /Ouvrir le projet/ }).click();
  await page.getByLabel('Nombre de comptes en plus').fill('7');
  await page.getByLabel(/^Note/).fill('DCM-2024-17');
  await page.getByRole('button', { name: 'Enregistrer' }).click();
  await page.getByRole('button', { name: 'Vérifier avant de signer' }).click();
  await page.getByTestId('accepted').waitFor();
  await picture('draft-to-sign');
  await page.getByRole('button', { name: 'Signer la commande' }).click();
  const signed = await page.getByTestId('signed').innerText();
  const number = /Commande (\S+) signée/.exec(signed)![1]!;

  await page.getByRole('link', { name: 'Engagement et commandes' }).click();
  await page.getByRole('img', { name: /sur la durée du marché/ }).waitFor();
  const ordered = page.getByRole('row', { name: new RegExp(number) });
  expect(await ordered.innerText()).toMatch(/\+7 au .*Notifiée au titulaire/is);
  await picture('member-orders');

  const supplier = await as('supplier');
  await menu(supplier.page, 'Membres du marché');
  await supplier.page.getByRole('link', { name: 'Commandes à recevoir' }).click();
  const toAcknowledge = supplier.page.getByRole('button', {
    name: `Accuser réception de ${number} de Ancenis-Saint-Géréon`,
  });
  await toAcknowledge.waitFor();
  await supplier.picture('supplier-orders');
  await toAcknowledge.click();
  await toAcknowledge.waitFor({ state: 'detached' });
  await page.reload();
  await page
    .getByRole('row', { name: new RegExp(`${number}.*Reçue par le titulaire`, 'i') })
    .waitFor();

  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Télécharger l’état' }).click();
  const statement = join(dir, (await download).suggestedFilename());
  await (await download).saveAs(statement);
  await page.getByRole('main').getByRole('link', { name: 'Vérifier un état' }).click();
  await page.getByLabel('Le fichier PDF').setInputFiles(statement);
  await page.getByRole('button', { name: 'Vérifier' }).click();
  await page.getByText('Cet état est authentique').waitFor();
  await picture('statement-verified');
}, 240_000);

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
  await page.goto(`${stack.consoleUrl}/groupement/adhesions`);
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
  await givePaper(late, 'Document sur lequel repose la décision', '2024-07-18');
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
  await page.goto(`${stack.consoleUrl}/groupement/adhesions?marche=e-primo-2026`);
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
  await letter.getByLabel('Envoyée le').fill('2024-05-15');
  await letter.getByLabel('Reçue le').fill('2024-05-17');
  await givePaper(letter, 'La lettre numérisée', '2024-05-14');
  await letter.getByRole('button', { name: 'Enregistrer le retrait' }).click();
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

test('SCH-2: an orderer accepts schools that another member gives, with the order that seats their pupils', async () => {
  const coordinator = await as('coordinator');
  const uai = await proposeTransfer(coordinator.page, 'Montreuil-Juigné', 'La Ferté-Bernard');
  await coordinator.page.goto(`${stack.consoleUrl}/groupement/transferts`);
  await coordinator.page
    .getByRole('row', { name: new RegExp(`${uai}.*Attend l’accord`, 'i') })
    .waitFor();

  const { page, picture } = await as('member-orderer-217201326');
  await menu(page, 'Ma collectivité');
  await page.getByRole('link', { name: 'Écoles', exact: true }).click();
  const transfer = page.getByTestId('transfer');
  await transfer.getByText(/il manque \d+ places/).waitFor();
  await transfer.getByTestId('cost').waitFor();
  await picture('transfer-to-accept');
  await transfer
    .getByRole('button', { name: /^Accepter et commander \d+ comptes de plus/ })
    .click();
  await page.getByRole('row', { name: new RegExp(`^${uai}.*À venir`) }).waitFor();
  expect(await transfer.count()).toBe(0);
}, 240_000);

test('ADH-5: the coordinator cancels a planned succession and says why', async () => {
  const { page, picture } = await as('coordinator');
  await planSuccession(page, 'Montreuil-Juigné', '200083228');
  await page.goto(`${stack.consoleUrl}/groupement/successions`);
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

test('SUP-3: a member that types another member’s address is told that it does not exist', async () => {
  const coordinator = await as('coordinator');
  await menu(coordinator.page, 'Groupement');
  await coordinator.page.getByRole('table').waitFor();
  await coordinator.picture('coordinator-members');
  const link = coordinator.page.getByRole('link', { name: 'Ancenis-Saint-Géréon' });
  const address = (await link.getAttribute('href'))!;

  const { page } = await as('member-orderer-217201326');
  await page.goto(`${stack.consoleUrl}${address}`);
  await page
    .getByRole('alert')
    .getByText(/n’existe pas/)
    .waitFor();
}, 240_000);

test('a person who logs out is logged out of the issuer too', async () => {
  const { page } = await as('support-3');
  await page.getByRole('button', { name: 'Se déconnecter' }).first().click();
  await page.getByRole('main').getByRole('button', { name: 'Se connecter' }).click();
  await page.getByLabel('Mot de passe').waitFor();
}, 240_000);

async function waitUntil(holds: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 30; i += 1) {
    if (await holds()) return;
    await sleep(1_000);
  }
  throw new Error('it did not come true in 30 s');
}
