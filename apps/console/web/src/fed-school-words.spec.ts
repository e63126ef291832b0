import { expect, test } from '@jest/globals';
import {
  exposureInWords,
  fedPeriod,
  fedSchoolInWords,
  previewInWords,
  waitingInWords,
} from './fed-school-words.js';

const school = {
  ...{ uai: '0440001A', schoolName: 'École', academy: 'NANTES', declaredOn: '2022-09-01' },
  ...{ startsOn: '2022-09-05', endsOn: '', reason: 'ERREUR', waitingForFeed: 0, waitingForKey: 0 },
};

test('PRV-9: the period of a fed school, open, closed or cancelled', () => {
  expect(fedPeriod(school)).toBe('à partir du 5 septembre 2022');
  expect(fedPeriod({ ...school, endsOn: '2023-07-08' })).toBe(
    'du 5 septembre 2022 au 8 juillet 2023 exclu',
  );
  expect(fedPeriod({ ...school, endsOn: '2022-09-05' })).toMatch(/^annulée/);
});

test('PRV-9: level 3 reads what the feed will do: who is kept, who gets a second account, who waits, which classes are doubled', () => {
  expect(waitingInWords(school)).toBe('personne');
  expect(
    previewInWords({
      ...{ taken: 12, second: 1, waitingForFeed: 2, waitingForKey: 1 },
      classLabels: ['CE2 A', 'CP'],
    }),
  ).toEqual([
    '12 comptes seront repris sous la clé de l’académie : même identifiant, même code, nom de famille en capitales.',
    '1 compte porte une autre clé : l’alimentation en créera un second, que l’ENT ne signale pas. Le rapprochement de nuit les liste.',
    'En attente : 2 comptes arriveront avec l’alimentation, 1 compte attend une clé de l’académie.',
    'Classes qui auront un double de même nom : CE2 A, CP.',
  ]);
});

test('PRV-9: the head of a fed school reads that an added pupil waits for the feed, and what is missing without a key', () => {
  expect(fedSchoolInWords({ waitingForFeed: 2, waitingForKey: 0 })).toMatch(
    /avec la prochaine alimentation\. En attente : 2 comptes arriveront avec l’alimentation\.$/,
  );
  expect(fedSchoolInWords({ waitingForFeed: 0, waitingForKey: 1 })).toMatch(/ONDE pour un élève/);
});

test('PRV-9: since when at the earliest a guardian link stood again, and until when', () => {
  const exposure = {
    ...{ uai: '0440001A', schoolName: '', childAccountId: 'c', guardianAccountId: 'g' },
    ...{ childPersonId: 'pc', guardianPersonId: 'pg', absentAt: '2022-11-10T05:00:00Z' },
    ...{ foundAt: '2022-11-11T05:00:00Z', cutAt: '2022-11-11T05:00:09Z' },
  };
  expect(exposureInWords(exposure)).toBe(
    'au plus tôt depuis le 10/11/2022 06:00:00, trouvé le 11/11/2022 06:00:00, coupé le 11/11/2022 06:00:09',
  );
  expect(exposureInWords({ ...exposure, absentAt: '', cutAt: '' })).toBe(
    'trouvé le 11/11/2022 06:00:00, pas encore coupé',
  );
});
