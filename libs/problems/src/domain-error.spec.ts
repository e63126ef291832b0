import { defineProblem, DomainError } from './index.js';

class SeatsMissing extends defineProblem('SEATS_MISSING', 'conflict') {}

describe('a domain error', () => {
  it('carries a stable code, a kind, a message for people and its figures', () => {
    const error = new SeatsMissing('Il manque 3 places : complétez la commande.', { missing: 3 });
    expect(error).toBeInstanceOf(DomainError);
    expect({ ...error, name: error.name, message: error.message }).toEqual({
      code: 'SEATS_MISSING',
      kind: 'conflict',
      details: { missing: 3 },
      name: 'SeatsMissing',
      message: 'Il manque 3 places : complétez la commande.',
    });
  });

  it('refuses a code that is not UPPER_SNAKE', () => {
    expect(() => defineProblem('seatsMissing', 'conflict')).toThrow(RangeError);
  });
});
