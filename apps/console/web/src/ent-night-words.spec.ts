import { expect, test } from '@jest/globals';
import { EntDifferenceKind } from '#libs/contracts';
import { differenceKind, differencesInWords, incidentInWords } from './ent-night-words.js';

test('PRV-5: each kind of difference that the contract knows has its words', () => {
  const kinds = Object.keys(EntDifferenceKind).filter(
    (kind) => Number.isNaN(Number(kind)) && kind !== 'UNSPECIFIED',
  );
  expect(kinds.length).toBe(13);
  const unnamed = kinds.filter((kind) => differenceKind(kind) === 'autres différences');
  expect(unnamed).toEqual([]);
});

test('says figures and incidents as a person reads them', () => {
  expect(differencesInWords([])).toBe('aucune');
  expect(
    differencesInWords([
      { kind: 'MISSING', count: 3 },
      { kind: 'NAME', count: 1 },
    ]),
  ).toBe('3 absents de l’ENT, 1 sous un autre nom ou une autre date de naissance');
  expect(incidentInWords('ENT_NEW_CODE')).toMatch(/pas fiable/);
});
