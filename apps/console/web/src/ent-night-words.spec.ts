import { expect, test } from '@jest/globals';
import { EntDifferenceKind } from '#libs/contracts';
import {
  differenceExplained,
  differenceKind,
  differencesInWords,
  incidentInWords,
} from './ent-night-words.js';

test('PRV-5: each kind of difference that the contract knows has its words', () => {
  const kinds = Object.keys(EntDifferenceKind).filter(
    (kind) => Number.isNaN(Number(kind)) && kind !== 'UNSPECIFIED',
  );
  expect(kinds.length).toBe(19);
  const unnamed = kinds.filter((kind) => differenceKind(kind) === 'autres différences');
  expect(unnamed).toEqual([]);
});

test('PRV-5: a school reads why somebody who added himself to a class is taken out of it, and who decides of the others', () => {
  expect(differenceExplained('PLACE')).toMatch(/un enseignant aussi.*retiré la nuit.*annuaire/);
  expect(differenceExplained('UNKNOWN')).toMatch(/bloqués, jamais supprimés/);
  expect(differenceExplained('DUPLICATE')).toMatch(/code du premier/);
  expect(differenceExplained('MISSING')).toBe('');
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
