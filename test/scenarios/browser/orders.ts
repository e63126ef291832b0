import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { proveIdentity } from '../../support/browser/browser.js';
import { type InBrowser, menu } from './in-browser.js';

/** An orderer is refused, orders, asks why an invoice is what it is, and signs a draft. */
export function ordererDay({ as, letLoginsAge, folder }: InBrowser): void {
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
    await letLoginsAge();
    await page.getByRole('button', { name: 'Signer la commande' }).click();
    // Signing asks who is there; what was typed is still there afterwards, and nowhere in an address.
    await page.getByText('votre connexion doit dater de moins de cinq minutes').waitFor();
    await picture('order-login-afresh');
    await proveIdentity(page, 'member-orderer-217201326');
    await page.getByText('Votre commande est conservée').waitFor();
    expect(await page.getByLabel('Nombre de comptes en plus').inputValue()).toBe('12');
    await picture('order-kept');
    await page.getByRole('button', { name: 'Vérifier' }).click();
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
    // An issued one: a draft that was withdrawn stands beside it.
    await page
      .getByRole('table')
      .getByRole('link', { name: /^EP22-/ })
      .last()
      .click();
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
    const statement = join(folder(), (await download).suggestedFilename());
    await (await download).saveAs(statement);
    await page.getByRole('main').getByRole('link', { name: 'Vérifier un état' }).click();
    await page.getByLabel('Le fichier PDF').setInputFiles(statement);
    await page.getByRole('button', { name: 'Vérifier' }).click();
    await page.getByText('Cet état est authentique').waitFor();
    await picture('statement-verified');
  }, 240_000);
}

async function waitUntil(holds: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 30; i += 1) {
    if (await holds()) return;
    await sleep(1_000);
  }
  throw new Error('it did not come true in 30 s');
}
