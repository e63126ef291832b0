import { evidenceViolations } from './ledger-hash.js';

test('ORD-7: evidence that is gone, new or unreadable is named; a ledger that chained none is older', () => {
  const said = (recorded: readonly object[], chained: readonly string[]) =>
    evidenceViolations(
      'm',
      recorded as never,
      chained.map((content) => ({ content })),
    ).map((one) => 'evidence' in one && one.evidence);
  const annexe2 = { kind: 'ANNEXE2', lines: [{ line: 2, quantity: 5 }] };
  const moved = { kind: 'SUCCESSION', successionId: 's1' };
  expect(said([annexe2], ['{"lines": [{"quantity": 5, "line": 2}], "kind": "ANNEXE2"}'])).toEqual(
    [],
  );
  expect(said([annexe2, moved], [JSON.stringify(annexe2)])).toEqual(['s1']);
  expect(said([annexe2], [JSON.stringify(annexe2), JSON.stringify(moved)])).toEqual(['s1']);
  expect(said([annexe2], ['by hand'])).toEqual(['ANNEXE2', 'UNREADABLE']);
  expect(said([annexe2], [])).toEqual([]);
});
