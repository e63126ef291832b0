import { localDate } from '#libs/time';
import { rowsOfCsv } from '../annexe2.csv-source.js';
import { commitmentOf, readAnnexe2 } from './annexe2.js';
import { checkNotFrozen } from './annexe2-freeze.js';

const pupils = { code: 'COMPTE_ELEVE', label: 'Compte élève' };
const teachers = { code: 'COMPTE_ENSEIGNANT', label: 'Compte enseignant' };
const read = (content: string | Uint8Array, items = [pupils]) => {
  const parsed = rowsOfCsv(typeof content === 'string' ? Buffer.from(content) : content);
  if ('fault' in parsed) return { lines: [], faults: [parsed.fault] };
  return readAnnexe2(parsed.rows, items);
};
const codes = (content: string | Uint8Array, items = [pupils]) =>
  read(content, items).faults.map(({ line, code }) => [line, code]);

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
  ['commas and capitals', 'CODE UAI,NB\n0440437L,158\n'],
  ['tabs and an effectif', 'École\tEffectif\n0440437L\t158\n'],
  ['a name beside the UAI', 'École;Code UAI;Quantité\nLes Pins;0440437L;158\n'],
  ['a mark of UTF-8', '\ufeffUAI;Nombre\n0440437L;158\n'],
  ['quotes and thousands', 'UAI;Nombre\r\n"0440437L";"1 158"\r\n'],
  ['a lower-case UAI', 'uai;nombre\n0440437l;158\n'],
])('COM-1: %s are understood', (_name, content) => {
  expect(read(content).faults).toEqual([]);
  expect(read(content).lines).toHaveLength(1);
});

test('COM-1: ISO-8859-1 is read like UTF-8', () => {
  const content = 'École;Catégorie;Nombre\n0440437L;Compte élève;158\n';
  expect(read(Buffer.from(content, 'latin1'))).toEqual(read(content));
});

test('COM-1: every faulty line is reported at once with its number', () => {
  expect(
    codes(
      'UAI;Catégorie;Nombre\n0440437A;élève;158\n0441606G;parent;135\n0441689X;élève;12,5\n;élève;3\n0440437L;élève;1\n0440437L;élève;2\n=1+1;élève;-4\nTOTAL;;9\n',
    ),
  ).toEqual([
    [2, 'UAI_INVALID'],
    [3, 'ITEM_UNKNOWN'],
    [4, 'QUANTITY_INVALID'],
    [5, 'BENEFICIARY_MISSING'],
    [7, 'DUPLICATE_LINE'],
    [8, 'UAI_INVALID'],
    [8, 'QUANTITY_INVALID'],
  ]);
});

test('COM-1: a total that does not agree is a fault, per item too', () => {
  expect(codes('UAI;Nombre\n0440437L;158\nTotal général;159\n')).toEqual([[3, 'TOTAL_MISMATCH']]);
  const table =
    'UAI;Catégorie;Nombre\n0440437L;élève;158\n0440437L;enseignant;9\nTotal;enseignant;';
  expect(codes(`${table}9\n`, [pupils, teachers])).toEqual([]);
  expect(codes(`${table}10\n`, [pupils, teachers])).toEqual([[4, 'TOTAL_MISMATCH']]);
});

test.each([
  ['an empty file', '', [[0, 'HEADER_MISSING']]],
  ['other headers', 'a;b\n1;2\n', [[0, 'HEADER_MISSING']]],
  ['headers alone', 'UAI;Nombre\n', [[0, 'EMPTY']]],
  ['a binary file', 'PK\u0003\u0004\u0000', [[0, 'NOT_CSV']]],
  ['an open quote', 'UAI;Nombre\n"0440437L;158\n', [[2, 'NOT_CSV']]],
  ['a quantity that is too large', 'UAI;Nombre\n0440437L;2147483648\n', [[2, 'QUANTITY_INVALID']]],
  ['too many lines', `UAI;Nombre\n${'0440437L;1\n'.repeat(20_001)}`, [[0, 'TOO_MANY_LINES']]],
])('%s is refused with a reason', (_name, content, faults) => {
  expect(codes(content)).toEqual(faults);
});

test('another beneficiary than a school has an identifier of ours', () => {
  expect(read('Bénéficiaire;Nombre\nAUTRE-CENTRE-1;12\n').faults).toEqual([]);
});

test.each([
  ['on the last day', { today: '2022-01-15', hasVerified: true }, false],
  ['the day after, once verified', { today: '2022-01-16', hasVerified: true }, true],
  ['the day after, never verified', { today: '2022-01-16', hasVerified: false }, false],
  ['a document dated after the deadline', { today: '2022-01-20', datedOn: '2022-01-16' }, true],
  ['an active membership', { status: 'ACTIVE', today: '2022-01-10' }, true],
])('COM-3: annex 2 is replaced until the deadline: %s', (_name, over, isFrozen) => {
  const {
    status = 'ACCEPTED',
    today,
    datedOn = '2022-01-10',
    hasVerified = false,
  } = over as {
    status?: string;
    today: string;
    datedOn?: string;
    hasVerified?: boolean;
  };
  const check = () =>
    checkNotFrozen({
      status,
      today: localDate(today),
      datedOn: localDate(datedOn),
      adhesionDeadline: localDate('2022-01-15'),
      hasVerified,
    });
  if (isFrozen) expect(check).toThrow(expect.objectContaining({ code: 'ANNEXE2_FROZEN' }));
  else expect(check).not.toThrow();
});
