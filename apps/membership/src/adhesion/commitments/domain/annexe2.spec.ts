import { localDate } from '#libs/time';
import { type Annexe2Cell, checkNotFrozen, commitmentOf } from './annexe2.js';
import { checkCommitment, readAnnexe2 } from './annexe2-reading.js';

const pupils = { code: 'COMPTE_ELEVE', label: 'Compte élève' };
const teachers = { code: 'COMPTE_ENSEIGNANT', label: 'Compte enseignant' };
type Row = Annexe2Cell[] | { hidden: true; cells: Annexe2Cell[] };
/** Text as a table, `;` between cells; or the cells of a spreadsheet. Empty rows are left out, as readers do. */
const read = (table: string | Row[], items = [pupils]) => {
  const rows = typeof table === 'string' ? table.split('\n').map((row) => row.split(';')) : table;
  const numbered = rows.map((row, i) => ({
    line: i + 1,
    ...(Array.isArray(row) ? { cells: row } : row),
  }));
  return readAnnexe2(
    numbered.filter(({ cells }) => cells.some((cell) => cell !== '')),
    items,
  );
};
const codes = (table: string | Row[], items = [pupils]) =>
  read(table, items).faults.map(({ line, code }) => [line, code]);
const both = [pupils, teachers];

test('COM-1: the commitment is the sum of the lines, and the TOTAL row agrees', () => {
  const { lines, faults } = read(
    'Annexe 2;;\nUAI;Catégorie;Nombre de comptes\n0440437L;Compte élève;158\n0441606G;élèves;135\n0441689X;;119\nTOTAL;;412\n',
  );
  expect(faults).toEqual([]);
  expect(commitmentOf(lines, [pupils])).toEqual([{ itemCode: 'COMPTE_ELEVE', quantity: 412 }]);
  expect(lines[0]).toEqual({
    line: 3,
    beneficiary: '0440437L',
    itemCode: 'COMPTE_ELEVE',
    quantity: 158,
  });
});

test.each([
  [
    'beside the titles',
    'UAI;Nombre de comptes\n0440437L;158;0441606G;135',
    [[2, 'CELL_WITHOUT_TITLE']],
  ],
  [
    'under an empty title',
    'UAI;Nombre;;\n0440437L;158; 0441606g ;135',
    [[2, 'CELL_WITHOUT_TITLE']],
  ],
  // What is no school is a remark, and a school under a title is said by it to be something else.
  ['remarks', 'UAI;Nombre de comptes\n0440437L;158;à confirmer;135', []],
  ['the school of a grouping', 'UAI;Nombre de comptes;Siège du RPI\n0440437L;158;0441606G', []],
])('COM-1: a second school in a row is not lost in silence: %s', (_what, table, faults) => {
  expect(codes(table)).toEqual(faults);
});

test.each([
  ['capitals', 'CODE UAI;NB'],
  ['an effectif', 'École;Effectif'],
  ['a name beside the UAI', 'Quantité;Code UAI;École'],
  ['RNE', 'N° RNE;Nombre de comptes demandés'],
  ['the UAI of the school', 'Code UAI (RNE) de l’école;Nbre comptes'],
  ['a code of the school', 'Code école;Nombre'],
  ['a beneficiary', 'Bénéficiaire;Qté engagée'],
  ['pupils', 'Établissement;Nb d’élèves'],
  ['a prévision', 'Identifiant;Effectifs prévus à la rentrée'],
  ['the number of classes beside', 'UAI;Nombre de comptes;Nombre de classes'],
  ['accounts rather than pupils', 'UAI;Nombre de comptes;Effectif'],
  ['a category', 'uai;Nombre de comptes;Catégorie de comptes'],
  ['a need', 'UAI;quantité;Nature du besoin'],
])('COM-1: headers with %s are recognised', (_name, header) => {
  const titles = header.split(';');
  const cells = titles.map((title) => {
    if (/^(code|uai|n°|école|établissement|identifiant|bénéf)/i.test(title)) {
      return title === 'École' && titles.length > 2 ? 'Les Pins' : '0440437L';
    }
    if (/classes/.test(title)) return '6';
    if (title === 'Effectif' && titles.length > 2) return '171';
    return /catégorie|besoin/i.test(title) ? 'élève' : '158';
  });
  const table = `Groupement de commandes;;\nCommune d’Ancenis;;\n\n${header}\n${cells.join(';')}`;
  expect(read(table)).toEqual({
    faults: [],
    lines: [{ line: 5, beneficiary: '0440437L', itemCode: 'COMPTE_ELEVE', quantity: 158 }],
  });
});

test('COM-1: two columns that may both be meant are a fault, not a guess', () => {
  const wide = 'UAI;Nombre de comptes élèves;Nombre de comptes enseignants\n0440437L;158;9';
  expect(read(wide, both).faults).toEqual([
    {
      line: 1,
      code: 'HEADER_AMBIGUOUS',
      message: expect.stringContaining('« Nombre de comptes élèves », « Nombre de comptes ens'),
    },
  ]);
  const open = 'UAI;Nombre de comptes ouverts en 2021;Quantité engagée\n0440437L;12;158';
  expect(codes(open)).toEqual([[1, 'HEADER_AMBIGUOUS']]);
});

test('COM-1: every faulty line is reported at once with its number', () => {
  expect(
    codes(
      [
        'UAI;Catégorie;Nombre',
        '0440437A;élève;158',
        '0441606G;parent;135',
        '0441689X;élève;12,5',
        ';élève;3',
        '0440437L;élève;1',
        '0440437 l;élève;2',
        '=1+1;élève;-4',
        '044043L;;',
        '0440965K;enseignant;3000000000',
        '0440965K;élève;douze',
        'TOTAL;;9',
      ].join('\n'),
      both,
    ),
  ).toEqual([
    [2, 'UAI_LETTER_WRONG'],
    [3, 'ITEM_UNKNOWN'],
    [4, 'QUANTITY_FRACTIONAL'],
    [5, 'BENEFICIARY_MISSING'],
    [7, 'DUPLICATE_LINE'],
    [8, 'FORMULA_IN_TEXT'],
    [8, 'UAI_INVALID'],
    [8, 'QUANTITY_NEGATIVE'],
    [9, 'UAI_INVALID'],
    [9, 'ITEM_MISSING'],
    [9, 'QUANTITY_MISSING'],
    [10, 'QUANTITY_TOO_LARGE'],
    [11, 'QUANTITY_INVALID'],
  ]);
});

test.each<[string, Annexe2Cell, string | undefined]>([
  ['a number', 158, undefined],
  ['nothing needed', 0, undefined],
  ['thousands', '1\u202f158', undefined],
  ['millions, with spaces around', ' 1 158 000\u00a0', undefined],
  ['two numbers, one under the other', '158\n2', 'QUANTITY_INVALID'],
  ['two numbers that are no thousands', '12 15', 'QUANTITY_INVALID'],
  ['a number and the call of a note', '158 1', 'QUANTITY_INVALID'],
  ['a fraction', 12.5, 'QUANTITY_FRACTIONAL'],
  ['a negative number', -3, 'QUANTITY_NEGATIVE'],
  ['a number beyond all sense', 1e21, 'QUANTITY_TOO_LARGE'],
  ['the largest number', 2_147_483_647, undefined],
  ['one more', 2_147_483_648, 'QUANTITY_TOO_LARGE'],
  ['a day', { unusable: 'DATE', text: '44571' }, 'CELL_IS_DATE'],
  [
    'a formula without value',
    { unusable: 'FORMULA_WITHOUT_VALUE', text: '' },
    'FORMULA_WITHOUT_VALUE',
  ],
  ['an error', { unusable: 'ERROR', text: '#REF!' }, 'CELL_UNUSABLE'],
  ['what is crossed out', { unusable: 'STRUCK', text: '158' }, 'CELL_STRUCK'],
  ['a merged cell', { unusable: 'MERGED', text: '' }, 'MERGED_CELLS'],
  ['an exponent', '1e3', 'QUANTITY_INVALID'],
])('COM-1: as a quantity, %s', (_name, cell, code) => {
  const expected = code === undefined ? [] : [[2, code]];
  expect(
    codes([
      ['UAI', 'Nombre'],
      ['0440437L', cell],
    ]),
  ).toEqual(expected);
});

test('COM-1: a folded line is told, and a beneficiary merged over two lines', () => {
  const merged = { unusable: 'MERGED', text: '' };
  const table: Row[] = [
    ['UAI', 'Besoin', 'Nombre'],
    ['0440437L', 'élève', 158],
    [merged, 'enseignant', 9],
    { hidden: true, cells: ['0441606G', 'élève', 135] },
  ];
  expect(codes(table, both)).toEqual([
    [3, 'MERGED_CELLS'],
    [4, 'HIDDEN_LINE'],
  ]);
});

test('COM-1: figures of a column that nobody sees are not taken for those beside it', () => {
  const hidden = (text: string) => ({ unusable: 'HIDDEN', text });
  const table: Row[] = [
    ['UAI', hidden('Nombre de comptes'), 'Nombre d’élèves'],
    ['0440437L', hidden('158'), 12],
  ];
  expect(codes(table)).toEqual([[1, 'HIDDEN_COLUMN']]);
  const category: Row[] = [
    ['UAI', hidden('Catégorie'), 'Nombre'],
    ['0440437L', hidden('enseignant'), 12],
  ];
  expect(codes(category, both)).toEqual([[2, 'HIDDEN_COLUMN']]);
  const besides: Row[] = [
    ['UAI', hidden('Observations'), 'Nombre'],
    ['0440437L', hidden('à revoir'), 12],
  ];
  expect(codes(besides)).toEqual([]);
});

test('COM-1: a total that does not agree tells both figures', () => {
  expect(read('UAI;Nombre\n0440437L;158\nTotal général;159').faults).toEqual([
    {
      line: 3,
      code: 'TOTAL_DISAGREES',
      message: 'Le total annonce 159 comptes, les lignes en font 158 : vérifiez la saisie.',
    },
  ]);
  expect(codes('UAI;Nombre\n0440437L;158\nTOTAL;=B2')).toEqual([[3, 'TOTAL_INVALID']]);
});

test('COM-1: totals per item, subtotals, and what is written under the total', () => {
  const table = (figures: number[]) =>
    [
      'UAI;Catégorie;Nombre',
      '0440437L;élève;158',
      '0440437L;enseignant;9',
      `Sous-total;;${figures[0]}`,
      '0441606G;élève;135',
      '0441606G;enseignant;7',
      `Sous-total élèves;;${figures[1]}`,
      `Sous-total enseignants;;${figures[2]}`,
      `Total;élève;${figures[3]}`,
      `TOTAL comptes enseignants;;${figures[4]}`,
      `TOTAL GÉNÉRAL;;${figures[5]}`,
      'Fait à Ancenis, le 10 janvier 2022;;',
      'Le maire (signature);;',
    ].join('\n');
  const right = [167, 135, 7, 293, 16, 309];
  expect(codes(table(right), both)).toEqual([]);
  right.forEach((figure, i) => {
    const wrong = codes(table(right.with(i, figure + 1)), both);
    expect(wrong).toEqual([[i === 0 ? 4 : i + 6, 'TOTAL_DISAGREES']]);
  });
  expect(codes('UAI;Nombre\n0440437L;158\nTotal;158\nannexe;3')).toEqual([[4, 'UAI_INVALID']]);
});

test.each([
  ['under the total', 'TOTAL;;158\n0441606G;élève;135', [[4, 'LINE_UNDER_TOTAL']]],
  [
    'under the total of its category',
    'Total;élève;158\n0441606G;enseignant;9\n0441606G;élève;135',
    [[5, 'LINE_UNDER_TOTAL']],
  ],
  ['without need', 'TOTAL;;158\n0441606G;élève;0', []],
  ['before a total that counts all', 'TOTAL;;158\n0441606G;élève;135\nTOTAL;;293', []],
  ['under a subtotal', 'Sous-total;;158\n0441606G;élève;135', []],
])('COM-1: C is never more than the total that was signed: a school %s', (_what, rows, faults) => {
  expect(codes(`UAI;Catégorie;Nombre\n0440437L;élève;158\n${rows}`, both)).toEqual(faults);
});

test.each([
  ['sorted with the schools', '0441606G;Les Pins;135\n', [[1, 'LINE_ABOVE_TITLES']]],
  ['under another table', 'Code;Élèves\n0441606g;1 135\nTotal;1135\n', [[2, 'LINE_ABOVE_TITLES']]],
  ['under a letterhead', 'École pilote;0441606G\nTél.;0240123456\nAnnexe;2\n', []],
])('COM-1: no school is lost where the titles are %s', (_what, above, faults) => {
  expect(codes(`${above}UAI;École;Nombre\n0440437L;Le Parc;158`)).toEqual(faults);
});

test.each([
  ['no rows', '', [[0, 'HEADER_MISSING']]],
  ['other headers', 'a;b\n1;2', [[0, 'HEADER_MISSING']]],
  ['headers alone', 'UAI;Nombre', [[0, 'EMPTY']]],
  ['a total alone', 'UAI;Nombre\nTOTAL;0', [[0, 'EMPTY']]],
  ['too many lines', `UAI;Nombre\n${'0440437L;1\n'.repeat(20_001)}`, [[0, 'TOO_MANY_LINES']]],
  [
    'a sum beyond all sense',
    'UAI;Nombre\n0440437L;2147483647\n0441606G;1',
    [[0, 'QUANTITY_TOO_LARGE']],
  ],
])('%s: refused with a reason', (_name, table, faults) => {
  expect(codes(table)).toEqual(faults);
});

test('more faults than anybody reads are counted', () => {
  const { faults } = read(`UAI;Nombre\n${'x;1\n'.repeat(20_000)}`);
  expect(faults).toHaveLength(5_001);
  expect(faults.at(-1)).toMatchObject({
    code: 'MORE_FAULTS',
    message: expect.stringMatching(/^15000 /),
  });
});

test('another beneficiary than a school has an identifier of ours', () => {
  expect(read('Bénéficiaire;Nombre\nAUTRE-CENTRE-1;12').faults).toEqual([]);
  expect(codes('Bénéficiaire;Nombre\nCentre de loisirs;12')).toEqual([[2, 'UAI_INVALID']]);
});

test('ADH-2: only who may commit to nothing does', () => {
  const { lines } = read('UAI;Nombre\n0440437L;0');
  expect(checkCommitment(lines, true)).toEqual([]);
  expect(checkCommitment(lines, false)).toMatchObject([{ code: 'COMMITMENT_TOO_SMALL' }]);
});

test.each([
  ['on the last day', { today: '2022-01-15', hasVerified: true }, false],
  ['the day after, once verified', { today: '2022-01-16', hasVerified: true }, true],
  ['the day after, never verified', { today: '2022-01-16', hasVerified: false }, false],
  ['the member itself, on the last day', { today: '2022-01-15', byMember: true }, false],
  ['the member itself, the day after', { today: '2022-01-16', byMember: true }, true],
  ['a document dated on the last day', { today: '2022-01-20', datedOn: '2022-01-15' }, false],
  ['a document dated after the deadline', { today: '2022-01-20', datedOn: '2022-01-16' }, true],
  ['an active membership', { status: 'ACTIVE', today: '2022-01-10' }, true],
])('COM-3: annex 2 is replaced until the deadline: %s', (_name, over, isFrozen) => {
  const {
    status = 'ACCEPTED',
    today,
    datedOn = '2022-01-10',
    hasVerified = false,
    byMember = false,
  } = over as {
    status?: string;
    today: string;
    datedOn?: string;
    hasVerified?: boolean;
    byMember?: boolean;
  };
  const check = () =>
    checkNotFrozen({
      status,
      today: localDate(today),
      datedOn: localDate(datedOn),
      adhesionDeadline: localDate('2022-01-15'),
      hasVerified,
      byMember,
    });
  if (isFrozen) expect(check).toThrow(expect.objectContaining({ code: 'ANNEXE2_FROZEN' }));
  else expect(check).not.toThrow();
});
