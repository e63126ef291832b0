import {
  odsOf,
  odsRow,
  odsTable,
  xlsxOf,
  zipOf,
} from '../../../test/support/builders/spreadsheet-files.js';
import { spreadsheetTypeOf, spreadsheetTypes, writeCsv, writeOds } from './index.js';

const { XLSX, ODS, CSV } = spreadsheetTypes;
const rows = [
  ['UAI', 'Nombre'],
  ['0440437L', 12],
];

test.each([
  ['a workbook', () => xlsxOf([{ rows }]), XLSX],
  ['a workbook with macros', () => xlsxOf([{ rows }], [['xl/vbaProject.bin', '']]), undefined],
  ['a table of an office', () => odsOf(odsTable(rows.map((row) => odsRow(row)).join(''))), ODS],
  ['a table of ours', () => writeOds([{ name: 'Feuille', rows }]), ODS],
  ['a table as text', () => writeCsv(rows), CSV],
  ['an archive', () => zipOf([['a.pdf', '%PDF-1.7']]), undefined],
  ['a program', () => Buffer.from('MZ\x90\0', 'latin1'), undefined],
])('ADH-2: %s is told by its bytes', async (_name, made, type) => {
  expect(await spreadsheetTypeOf(await made())).toBe(type);
});
