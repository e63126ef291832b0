import { parse } from 'csv-parse/sync';
import { writeCsv } from './index.js';

const text = (table: Parameters<typeof writeCsv>[0]) => writeCsv(table).toString('utf8');

test('GOV-1: a file that French offices open: mark of UTF-8, semicolons, CRLF, decimal comma', () => {
  expect(
    text([
      ['École', 'Nombre'],
      ['Les Pins', 158],
      [null, 1.5],
      ['', -3n],
    ]),
  ).toBe('\ufeffÉcole;Nombre\r\nLes Pins;158\r\n;1,5\r\n;-3\r\n');
});

test.each([
  ['=1+1', "'=1+1"],
  ['+33 2 40 00 00 00', "'+33 2 40 00 00 00"],
  ['-2', "'-2"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', "'\t=1"],
  ['\r=1', "'\r=1"],
  ['\n=1', "'\n=1"],
  ['＝1+1', "'＝1+1"],
  ['=HYPERLINK("http://example.org";"x")', `'=HYPERLINK("http://example.org";"x")`],
])('formula injection: %j is text and stays text', (value, read) => {
  expect(parse(writeCsv([[value, 1]]), { bom: true, delimiter: ';' })).toEqual([[read, '1']]);
});

test.each(['a;b', 'a"b', 'a\r\nb', ' a ', 'a,b', 'a=b', "l'école"])('%j comes back', (value) => {
  expect(parse(writeCsv([[value, 'x']]), { bom: true, delimiter: ';' })).toEqual([[value, 'x']]);
});

test('a number that is none is a bug', () => {
  expect(() => writeCsv([[Number.NaN]])).toThrow(RangeError);
});
