import { expect, test } from '@jest/globals';
import { localDate } from '#libs/time';
import { pdfWords } from '../../../../test/support/pdf-words.js';
import type { PersonExport } from './export-person.js';
import { personExportPaper } from './person-export-paper.js';

const why = { purpose: 'Ouvrir un accès.', kept: 'Trois mois.', recipients: 'Son école.' };
const exported: PersonExport = {
  personId: '0b5d0f2a-6f3a-4c2e-9a55-1f7c5f0e7a11',
  businessDate: localDate('2024-07-03'),
  exportedAt: new Date('2024-07-03T09:12:00Z'),
  services: [
    {
      service: 'directory',
      tables: [
        {
          ...why,
          title: 'Identité',
          columns: ['Donnée', 'Valeur'],
          rows: [
            ['Nom', 'Kerduval-Şahin'],
            ['Date de naissance', '2016-11-28'],
            ['Consulté le', '2024-07-01 08:05'],
            ['Identifiant', '2016-13-28'],
          ],
        },
        { ...why, title: 'Liens de famille', columns: ['Lien', 'Combien'], rows: [] },
      ],
    },
    { service: 'billing', tables: [] },
  ],
};

test('RGPD 15: the paper tells every table, why and how long, what holds nothing, and the rights', async () => {
  const bytes = await personExportPaper(exported, 'Vous pouvez demander la rectification.');
  const words = pdfWords(bytes).join(' ');
  for (const said of [
    ...['DONNÉES PERSONNELLES DÉTENUES', '3 juillet 2024', exported.personId],
    ...['Identité', 'Kerduval-Sahin', 'Ouvrir un accès.', 'Durée : Trois mois.'],
    ...['28 novembre 2016', '1er juillet 2024 à 08:05', '2016-13-28'],
    ...['Liens de famille', 'comme ci-dessus', 'Rien.', 'Ne détiennent rien', 'facturation'],
    'Vous pouvez demander la rectification.',
  ])
    expect(words).toContain(said);
  expect(words).not.toContain('2016-11-28');
  expect(words.match(/Durée : Trois mois/g)).toHaveLength(1);
  // The same reading gives the same bytes.
  expect(await personExportPaper(exported, 'Vous pouvez demander la rectification.')).toEqual(
    bytes,
  );
});
