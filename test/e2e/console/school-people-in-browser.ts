import type { Page } from 'playwright-core';
import type { Role } from '#libs/identity';
import { axeFindings } from '../../support/browser/axe.js';
import { keepPicture } from '../../support/browser/keep-picture.js';

type Open = (path: string, role: Role, width?: number, uai?: string) => Promise<Page>;

/** Who is in a school, in a browser: a head's own, and level 2's once it said why (SUP-2, SUP-3). */
export function schoolPeopleInBrowser(open: Open): void {
  test('SUP-3: a head reads the pupils of the own school with their guardians, then the families', async () => {
    const page = await open('/annuaire', 'school', 1_280, '0440437L');
    await page.getByRole('link', { name: 'Personnes', exact: true }).click();
    await page.getByRole('row', { name: /^EXÉMPLE Zoé CE1 A EXÉMPLE Luc/ }).waitFor();
    await page.getByLabel('Classe').selectOption({ label: 'CE1 A (2)' });
    await page.getByRole('row', { name: /^EXEMPLAIRE Ana CE1 A — Pas encore de compte/ }).waitFor();
    await page.getByLabel('Profil').selectOption({ label: 'Responsable légal (1)' });
    await page.getByRole('row', { name: /^EXÉMPLE Luc/ }).waitFor();
    expect(await page.getByText('EXEMPLAIRE Ana').count()).toBe(0);
  });

  test('SUP-2: level 2 finds a school by its name, and sees nobody before it said why', async () => {
    const page = await open('/annuaire/personnes', 'support-2');
    const asked: string[] = [];
    page.on('request', (request) => {
      const { pathname } = new URL(request.url());
      if (pathname.startsWith('/api/support/')) asked.push(pathname);
    });
    await page.getByLabel('École').fill('albert camus');
    await page.getByRole('button', { name: 'Afficher l’école' }).click();
    expect(asked).toEqual([]);
    await page.getByLabel('Motif').selectOption('SCHOOL_CALL');
    await page.getByRole('button', { name: 'Afficher l’école' }).click();
    await page.getByRole('heading', { name: /École primaire Albert Camus/ }).waitFor();
    await page.getByRole('link', { name: 'EXÉMPLE Zoé' }).waitFor();
    const handMade = page.getByRole('region', { name: 'Comptes créés à la main dans l’ENT' });
    await handMade.getByRole('row', { name: /^VISITE Yanis Autre profil CE1 A/ }).waitFor();
    await handMade.getByText('supprime le compte dans la console de l’ENT').waitFor();
    await page.setViewportSize({ width: 320, height: 900 });
    expect(await page.evaluate('document.documentElement.scrollWidth - window.innerWidth')).toBe(0);
    expect(await axeFindings(page)).toEqual([]);
    await keepPicture(page, 'phone_personnes-ecole');
    await page.setViewportSize({ width: 1_280, height: 900 });
    await keepPicture(page, 'personnes-ecole');
    await page.getByRole('button', { name: 'Choisir une autre école' }).click();
    await page.getByLabel('École').fill('0440965K');
    await page.getByLabel('Motif').selectOption('CHECK');
    await page.getByRole('button', { name: 'Afficher l’école' }).click();
    await page.getByText('Aucune école ne correspond dans votre périmètre.').waitFor();
  });
}
