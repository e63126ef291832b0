import { expect, test } from '@jest/globals';
import { StagedRows } from './staged-rows.js';

test('numbers what is to be held on and on, whatever was copied in meanwhile: of an entity stated twice the first counts', () => {
  const rows = new StagedRows('key-of-the-tests-only');
  const hold = () =>
    rows.hold({
      ...{ kind: 'guardian', sourceKey: '1', lastName: 'Montcourt', firstName: 'Zoé' },
      ...{ file: 'a.xml', line: 1, attributes: {} },
    });
  hold();
  const [[first]] = [...rows.statement] as [unknown[]];
  rows.take();
  hold();
  expect([first, rows.statement[0]![0]]).toEqual([1, 2]);
});
