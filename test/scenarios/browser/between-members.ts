import { proposeTransfer } from '../../support/browser/propose-transfer.js';
import { type InBrowser, menu } from './in-browser.js';

/** Members give each other schools, and see nothing else of each other. */
export function betweenMembers({ as, consoleUrl }: InBrowser): void {
  test('SCH-2: an orderer accepts schools that another member gives, with the order that seats their pupils', async () => {
    const coordinator = await as('coordinator');
    const uai = await proposeTransfer(coordinator.page, 'Montreuil-Juigné', 'La Ferté-Bernard');
    await coordinator.page.goto(`${consoleUrl()}/groupement/transferts`);
    await coordinator.page
      .getByRole('row', { name: new RegExp(`\\(${uai}\\).*Attend l’accord`, 'i') })
      .waitFor();

    const { page, picture } = await as('member-orderer-217201326');
    await menu(page, 'Ma collectivité');
    await page.getByRole('link', { name: 'Écoles', exact: true }).click();
    const transfer = page.getByTestId('transfer');
    // Schools by name, with their number.
    await transfer.getByText(new RegExp(`: .+ \\(${uai}\\)`)).waitFor();
    await transfer.getByText(/il manque \d+ places/).waitFor();
    await transfer.getByTestId('cost').waitFor();
    await picture('transfer-to-accept');
    const accept = transfer.getByRole('button', {
      name: /^Accepter et commander \d+ comptes de plus/,
    });
    // A mistake whose field is not on the page is told by the alert, whole. No click of this page makes one.
    await page.route('**/acceptance', (route) => route.fulfill(mistakeWithoutField), { times: 1 });
    await accept.click();
    await transfer.getByRole('alert').getByText(mistakeWithoutField.json.detail).waitFor();
    await accept.click();
    await page.getByRole('row', { name: new RegExp(`^.+ \\(${uai}\\).*À venir`) }).waitFor();
    expect(await transfer.count()).toBe(0);
  }, 240_000);

  test('SUP-3: a member that types another member’s address is told that it does not exist', async () => {
    const coordinator = await as('coordinator');
    await menu(coordinator.page, 'Groupement');
    await coordinator.page.getByRole('table').waitFor();
    await coordinator.picture('coordinator-members');
    const link = coordinator.page.getByRole('link', { name: 'Ancenis-Saint-Géréon' });
    const address = (await link.getAttribute('href'))!;

    const { page } = await as('member-orderer-217201326');
    await page.goto(`${consoleUrl()}${address}`);
    await page
      .getByRole('alert')
      .getByText(/n’existe pas/)
      .waitFor();
  }, 240_000);

  test('a person who logs in at the issuer’s page and logs out is logged out of the issuer too', async () => {
    const { page } = await as('support-3', { atPage: true });
    await page.getByRole('button', { name: 'Se déconnecter' }).first().click();
    await page.getByRole('main').getByRole('button', { name: 'Se connecter' }).click();
    await page.getByLabel('Mot de passe').waitFor();
  }, 240_000);
}

const mistakeWithoutField = {
  status: 422,
  contentType: 'application/problem+json',
  json: {
    title: 'Demande invalide',
    status: 422,
    detail: 'Date d’effet (ligne 1) : à renseigner. Corrigez et renvoyez la demande.',
    code: 'INPUT_INVALID',
    details: {
      mistakes: [{ field: 'lines.0.effectiveFrom', message: 'Date d’effet : à renseigner.' }],
    },
  },
};
