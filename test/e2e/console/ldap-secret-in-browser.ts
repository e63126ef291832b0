import type { Page } from 'playwright-core';
import type { Role } from '#libs/identity';
import { axeFindings } from '../../support/browser/axe.js';
import { keepPicture } from '../../support/browser/keep-picture.js';

type Open = (path: string, role: Role, width?: number) => Promise<Page>;

const secret = 'q3vN-8wTz-Lk2p-Yx7d-Rm4s-Bc9f-Hj6g-Wt5n';
const access = {
  ...{ status: 'OPEN', decidedOn: '2024-06-03', endsOn: '2026-01-01', secretDrawnOn: '2024-07-01' },
  ...{ url: 'ldaps://ldap.example.org:636', bindDn: 'uid=m-ancenis,ou=comptes,dc=example,dc=org' },
  document: { title: 'Décision du 3 juin 2024' },
};

/** What is answered is said here: the page alone is looked at, and what it keeps. */
export function ldapSecretInBrowser(open: Open): void {
  test.each([1_280, 320])(
    'SUP-3: a member reads the secret that it has just drawn, once the access is told anew (%d px)',
    async (width) => {
      const page = await open('/', 'member-orderer', width);
      const path = '**/api/memberships/m-ancenis';
      await page.route(path, (route) =>
        route.fulfill({ json: { membership: { name: 'Ancenis-Saint-Géréon' } } }),
      );
      await page.route(`${path}/ldap-access`, (route) => route.fulfill({ json: { access } }));
      await page.route(`${path}/ldap-access/secret`, (route) =>
        route.fulfill({ json: { access, secret } }),
      );
      await page.goto(new URL('/collectivite/m-ancenis/ldap', page.url()).href);
      await page.getByText('L’accès est ouvert').waitFor();
      const toldAnew = page.waitForResponse(/ldap-access$/);
      await page.getByRole('button', { name: 'Tirer un nouveau mot de passe' }).click();
      await toldAnew;
      await page.getByText('L’accès est ouvert').waitFor();
      await page.getByRole('status').getByText(secret).waitFor({ timeout: 10_000 });
      expect(await page.evaluate('document.documentElement.scrollWidth - window.innerWidth')).toBe(
        0,
      );
      expect(await axeFindings(page)).toEqual([]);
      await keepPicture(page, `member-ldap-secret-${width}`);
    },
  );
}
