import { expect, test } from '@jest/globals';
import { soundOf } from './spoken-name.js';
import { joined, wordsThatCount } from './written-name.js';

const sound = (name: string) => soundOf(joined(wordsThatCount(name)));

test.each([
  ['Mathieu', 'Matthieu'],
  ['Dupont', 'Dupond'],
  ['Lefebvre', 'Lefèvre'],
  ['Thibault', 'Tibaud'],
  ['Philippe', 'Filipe'],
  ['Hélène', 'Élène'],
  ['Kévin', 'Quévin'],
  ['Gauthier', 'Gautier'],
  ['Maëlys', 'Maélis'],
  ['Le Goff', 'Goff'],
  ['Ancelin', 'Enselain'],
  ['Łubowiec', 'lubowiec'],
])('%s sounds like %s', (one, other) => {
  expect(sound(one)).toBe(sound(other));
});

test.each([
  ['Louis', 'Louise'],
  ['Léa', 'Léo'],
  ['Martin', 'Martine'],
  ['Emma', 'Emmy'],
  ['Jean-Pierre', 'Jean-Paul'],
  ['Gar', 'Mar'],
])('%s does not sound like %s', (one, other) => {
  expect(sound(one)).not.toBe(sound(other));
});

test.each(['H', 'Hé', 'S', 'Xz', 'Th', 'E'])('%s has a sound', (name) => {
  expect(sound(name)).not.toBe('');
});
