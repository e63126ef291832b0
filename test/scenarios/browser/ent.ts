import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { demoScenario } from '../../../deploy/local/demo/scenario.js';
import { federatedLettersIn, lettersIn } from '../../../deploy/local/demo/ent/letters-on-paper.js';
import { proveIdentity } from '../../support/browser/browser.js';
import { type InBrowser, menu } from './in-browser.js';

const { uai } = demoScenario('small').members.find(({ key }) => key === 'montreuil')!.schools[0]!;
const head = `school-${uai.toLowerCase()}`;

/** What people see of the ENT, and have printed for it. */
export function entDay({ as, consoleUrl }: InBrowser): void {
  test('AUT-1: from the front page, a head has the letters of a class in four clicks', async () => {
    const { page, picture } = await as(head);
    const clicks = await clicksOn(page);
    await page.context().clearCookies();
    await page.goto(consoleUrl());
    await page.getByRole('main').getByRole('button', { name: 'Se connecter' }).click();
    await proveIdentity(page, head);
    await menu(page, 'Lettres d’accès');
    const button = page.getByRole('button', { name: /^Imprimer les lettres de la classe/ }).first();
    const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
    expect(await clicks()).toBe(4);
    const paper = readFileSync(await download.path());
    // The guardians' lead to ÉduConnect; most pupils have been in.
    expect(federatedLettersIn(paper)).toBeGreaterThan(10);
    const letters = lettersIn(paper);
    expect(letters.length).toBeGreaterThan(0);
    for (const letter of letters)
      expect(letter).toEqual({
        login: expect.stringMatching(/^[a-z]+\.[a-z]+\d*$/) as string,
        activationCode: expect.stringMatching(/^\w{6,}$/) as string,
      });
    await page.getByText('Le fichier est téléchargé').waitFor();
    await picture('head-letters');
  }, 240_000);

  test('PRV-8: the coordination reads the plan that it accepted, level 3 the nights and one of them', async () => {
    const coordination = await as('coordinator');
    await menu(coordination.page, 'Plans vers l’ENT');
    await coordination.page
      .getByRole('row', { name: /fermetures/ })
      .first()
      .waitFor();
    await coordination.picture('ent-plans');
    await coordination.page.getByRole('main').getByRole('table').getByRole('link').first().click();
    await coordination.page.getByText('Acceptée, faite').first().waitFor();
    await coordination.picture('ent-plan');
    const { page, picture } = await as('support-3');
    await menu(page, 'Rapprochements avec l’ENT');
    await page.getByRole('main').getByRole('table').getByRole('link').first().waitFor();
    await picture('ent-nights');
    await page.getByRole('main').getByRole('table').getByRole('link').first().click();
    await page.getByRole('heading', { level: 1 }).waitFor();
    await picture('ent-night');
  }, 240_000);

  test('SUP-4: the data-protection officer has an erasure proven, and reads where nothing is left', async () => {
    const { page, picture } = await as('dpo');
    await menu(page, 'Données personnelles');
    await page.getByRole('button', { name: 'Vérifier', exact: true }).last().click();
    await page.getByText('Effacement prouvé').waitFor();
    await page
      .getByRole('row', { name: /^ent Rien L’ENT ne connaît pas ou plus/ })
      .first()
      .waitFor();
    await picture('dpo-erasure-proof');
  }, 240_000);
}

/** Counts what a person clicks from now on, on whatever page. Read once: the page is another's afterwards. */
async function clicksOn(page: Page): Promise<() => Promise<number>> {
  const devtools = await page.context().newCDPSession(page);
  let count = 0;
  await devtools.send('Runtime.enable');
  await devtools.send('Page.enable');
  await devtools.send('Runtime.addBinding', { name: 'clicked' });
  devtools.on('Runtime.bindingCalled', () => (count += 1));
  const { identifier } = await devtools.send('Page.addScriptToEvaluateOnNewDocument', {
    source: `addEventListener('click', ({ isTrusted }) => isTrusted && clicked(''), true)`,
  });
  return async () => {
    // In order behind what was clicked.
    await devtools.send('Page.removeScriptToEvaluateOnNewDocument', { identifier });
    await devtools.detach();
    return count;
  };
}
