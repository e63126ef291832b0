import { chromium, type Browser, type Page } from 'playwright-core';
import { unbroken } from '#libs/trade';
import { axeFindings } from './axe.js';
import { keepPicture } from './keep-picture.js';
import { logIn } from './log-in.js';
import type { WarmPages } from './warm-pages.js';

const password = 'demonstration';
const desk = { width: 1_280, height: 900 };
const phone = { width: 320, height: 900 };

/** Debian's Chromium, by choice without the browser around it, told to ask nothing of the network by itself. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--lang=fr-FR',
    ],
  });
}

export type Visit = {
  readonly page: Page;
  /**
   * What a person would complain about: script errors, answers of 5xx, requests to elsewhere; on the pages of pictures
   * what axe-core finds serious, what is wider than a phone, and a text whose line may break before its colon.
   */
  readonly complaints: readonly string[];
  /** The page as it is, judged, and a picture of it where those are asked for. */
  picture(name: string): Promise<void>;
};

/** On the issuer's page. */
export async function proveIdentity(page: Page, login: string): Promise<void> {
  await page.getByLabel('Identifiant').fill(login);
  await page.getByLabel('Mot de passe').fill(password);
  await page.getByRole('button', { name: 'Se connecter', exact: true }).click();
}

/**
 * A person who is logged in, on a page of their own. `atPage`: by the issuer's page, as people do; else its questions
 * are answered without the browser, which spares each visit two pages.
 */
export async function visit(
  pages: WarmPages,
  consoleUrl: string,
  login: string,
  { atPage = false } = {},
): Promise<Visit> {
  const page = await pages.take(desk);
  if (!atPage) await page.context().addCookies(await cookiesOf(consoleUrl, login));
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`script error: ${error.message}`));
  page.on('response', (response) => {
    if (response.status() >= 500) complaints.push(`${response.status()} ${response.url()}`);
  });
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (protocol.startsWith('http') && hostname !== 'localhost') complaints.push(request.url());
  });
  await page.goto(consoleUrl);
  if (atPage) {
    await page.getByRole('main').getByRole('button', { name: 'Se connecter' }).click();
    await proveIdentity(page, login);
  }
  await page.getByRole('heading', { name: /^Bonjour/ }).waitFor();
  return {
    page,
    complaints,
    picture: async (name) => {
      complaints.push(...(await axeFindings(page)));
      for (const text of await looseTexts(page)) {
        complaints.push(`${name}: a line may begin with a sign: ${text}`);
      }
      await keepPicture(page, name);
      await page.setViewportSize(phone);
      const beyond = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
      if (beyond !== 0) complaints.push(`${name}: ${String(beyond)} px wider than a phone`);
      await keepPicture(page, `${name}-phone`);
      await page.setViewportSize(desk);
    },
  };
}

/** Texts of the page that do not break as French ones do. */
export async function looseTexts(page: Page): Promise<string[]> {
  const text = await page.locator('body').innerText();
  return text.split('\n').filter((line) => unbroken(line) !== line);
}

/** As a browser keeps them, which does not tell the ports of a host apart. */
async function cookiesOf(consoleUrl: string, login: string) {
  const { cookie, cookieAtIssuer } = await logIn(consoleUrl, login);
  const pairs = [cookie, cookieAtIssuer].flatMap((header) => header.split('; ')).filter(Boolean);
  const where = { domain: new URL(consoleUrl).hostname, path: '/', secure: true };
  return pairs.map((pair) => {
    const [name = '', ...value] = pair.split('=');
    return { ...where, name, value: value.join('=') };
  });
}
