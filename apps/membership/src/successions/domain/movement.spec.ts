import { type MovementCell, type MovementRow, readMovements } from './movement.js';

const titles = [
  'Date',
  'Type',
  'Ancien membre',
  'Successeur',
  'Document',
  'Date du document',
  'Écoles',
];
const movement = (schools: MovementCell): MovementCell[] => [
  { text: '44927', day: '2023-01-01' },
  ...['commune nouvelle', '85289', 200099489, 'Arrêté préfectoral', '15/11/2022', schools],
];
const read = (cells: MovementCell[], hidden?: true) => {
  const row: MovementRow = { line: 2, cells, ...(hidden ? { hidden } : {}) };
  return readMovements([{ line: 1, cells: titles }, row]);
};
const codes = (cells: MovementCell[], hidden?: true) =>
  read(cells, hidden).faults.map(({ line, code }) => [line, code]);

test('ADH-5: a day and a number are taken as a spreadsheet stores them', () => {
  expect(read(movement('')).movements).toMatchObject([
    {
      effectiveOn: '2023-01-01',
      document: { datedOn: '2022-11-15' },
      successor: { siren: '200099489' },
    },
  ]);
});

test('ADH-5: a movement that nobody sees is told, not carried out', () => {
  expect(codes(movement(''))).toEqual([]);
  expect(codes(movement(''), true)).toEqual([[2, 'HIDDEN_LINE']]);
});

test.each([
  ['merged with the line above, or a formula that was never calculated', ''],
  ['in a column that is hidden', '0440437L'],
])('ADH-5: a movement does not go without its schools: %s', (_what, text) => {
  expect(codes(movement({ text }))).toEqual([[2, 'CELL_UNUSABLE']]);
});
