import { localDate } from '#libs/time';
import type { PersonExport } from '../src/person-exports/export-person.js';

export const why = { purpose: 'Ouvrir un accès.', kept: 'Trois mois.', recipients: 'Son école.' };
/** Of an invented pupil: what is held, what is not. */
export const exported: PersonExport = {
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
