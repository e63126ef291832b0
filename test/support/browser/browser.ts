import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';

const password = 'demonstration';
const pictures = join('.local', 'screenshots');

/** Debian's Chromium, told to ask nothing of the network by itself. */
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
  /** What a person would complain about: script errors, answers of 5xx, requests to elsewhere. */
  readonly complaints: readonly string[];
  /** A picture for people to look at, under .local/screenshots. */
  picture(name: string): Promise<void>;
  end(): Promise<void>;
};

/** On the issuer's page. */
export async function proveIdentity(page: Page, login: string): Promise<void> {
  await page.getByLabel('Identifiant').fill(login);
  await page.getByLabel('Mot de passe').fill(password);
  await page.getByRole('button', { name: 'Se connecter', exact: true }).click();
}

/** A person logs in at the issuer's page, in a browser of their own. */
export async function visit(browser: Browser, consoleUrl: string, login: string): Promise<Visit> {
  const context = await browser.newContext({
    locale: 'fr-FR',
    viewport: { width: 1280, height: 900 },
  });
  context.setDefaultTimeout(45_000);
  const page = await context.newPage();
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
  await page.getByRole('main').getByRole('button', { name: 'Se connecter' }).click();
  await proveIdentity(page, login);
  await page.getByRole('heading', { name: /^Bonjour/ }).waitFor();
  mkdirSync(pictures, { recursive: true });
  return {
    page,
    complaints,
    picture: async (name) => {
      await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
    },
    end: () => context.close(),
  };
}
