import { readFileSync } from 'node:fs';
import type { MarketStory } from './scenario.js';
import type { DemoSettings } from './settings.js';
import type { Doors } from './summary.js';

/** Addresses to open and a login per role, for the one who reads the summary. */
export function doorsOf(
  { members }: MarketStory,
  { CONSOLE_URL, ISSUER_URL, ENT_URL }: DemoSettings,
): Doors {
  const first = members[0];
  const uai = first?.schools[0]?.uai.toLowerCase() ?? '';
  const member = (role: string) => `member-${role}-${first?.siren ?? ''}`;
  return {
    addresses: [
      { label: 'Application', url: CONSOLE_URL },
      { label: 'Connexion (émetteur local)', url: ISSUER_URL },
      { label: 'Open ENT-NG simulé', url: `${ENT_URL}/__simulator` },
    ],
    logins: [
      { role: 'Assistance, niveau 1', login: 'support-1' },
      { role: 'Assistance, niveau 2 (rectorat)', login: 'support-2' },
      { role: 'Assistance, niveau 3 (titulaire)', login: 'support-3' },
      { role: `Commandes, ${first?.name ?? ''}`, login: member('orderer') },
      { role: `Finances, ${first?.name ?? ''}`, login: member('finance') },
      { role: `Lecture, ${first?.name ?? ''}`, login: member('reader') },
      { role: 'Direction d’école', login: `school-${uai}` },
      { role: 'Coordination du groupement', login: 'coordinator' },
      { role: 'Coordination, seconde personne', login: 'coordinator-2' },
      { role: 'Titulaire du marché', login: 'supplier' },
      { role: 'Titulaire, seconde personne', login: 'supplier-2' },
      { role: 'Protection des données', login: 'dpo' },
      { role: 'Administration', login: 'admin' },
    ],
    password: passwordOfDemo(),
  };
}

function passwordOfDemo(): string {
  const file = new URL(
    '../issuer/users.json',
    import.meta.url.replace('/dist/deploy/', '/deploy/'),
  );
  return (JSON.parse(readFileSync(file, 'utf8')) as { password: string }).password;
}
