import { vatExemptionOf, vatRateIn, vatTerritoryOf } from './vat-territory.js';

test.each([
  ['44', 2000, 2000],
  ['2A', 550, 550],
  // A BPU of Réunion: metropolitan France knows no 8.5 %.
  ['44', 850, 2000],
  [undefined, 850, 2000],
  ['973', 850, 0],
  [undefined, 2000, 2000],
  ['971', 2000, 850],
  ['972', 550, 210],
  ['974', 1000, 210],
  ['974', 850, 850],
  ['973', 2000, 0],
  ['976', 550, 0],
  ['974', 0, 0],
  ['987', 2000, 0],
])('BIL-2: to a member in %s a rate of %s is one of %s', (department, stated, charged) => {
  expect(vatRateIn(vatTerritoryOf(department), stated)).toBe(charged);
});

test('BIL-2: where nothing is charged, the article is the one of the member’s territory', () => {
  expect(vatExemptionOf('973')).toBe('TVA non applicable, art. 294 du CGI');
  for (const department of ['974', '44', undefined]) {
    expect(vatExemptionOf(department)).toBe('TVA non applicable, art. 293 B du CGI');
  }
});
