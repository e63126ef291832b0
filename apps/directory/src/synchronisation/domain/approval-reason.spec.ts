import { approvalReason, approvalReasons } from './approval-reason.js';

describe('why a held import is approved', () => {
  test.each([...approvalReasons])('DIR-3: keeps %s, alone or with a ticket', (code) => {
    expect(approvalReason(code)).toBe(code);
    expect(approvalReason(` ${code}  SUP-1234 `)).toBe(`${code} SUP-1234`);
  });

  test.each(['', 'Vérifié avec Mme Évrard', 'AUTRE Zoé', 'AUTRE SUP-1 SUP-2', 'autre'])(
    'SUP-4: refuses %j, and repeats nothing of it',
    (text) => {
      expect(() => approvalReason(text)).toThrow(
        expect.objectContaining({ code: 'INPUT_INVALID', details: { field: 'reason' } }),
      );
    },
  );
});
