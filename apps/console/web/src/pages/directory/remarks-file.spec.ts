import { expect, test } from '@jest/globals';
import { remarksFile } from './remarks-file.js';

test('writes a line per remark, quotes doubled', () => {
  expect(
    remarksFile([{ code: 'UAI_INVALID', count: 2, message: 'Écoles « 044 » ; "a" ignorées.' }]),
  ).toBe(
    '\uFEFF"code";"nombre";"remarque"\r\n"UAI_INVALID";"2";"Écoles « 044 » ; ""a"" ignorées."\r\n',
  );
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1'])(
  'a spreadsheet does not compute « %s »',
  (message) => {
    expect(remarksFile([{ code: 'X', count: 1, message }])).toContain(`"'${message}"`);
  },
);
