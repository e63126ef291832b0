import {
  defineProblem,
  DomainError,
  orRefusal,
  refusalTold,
  refuseMistakes,
  requireVersion,
} from './index.js';

class SeatsMissing extends defineProblem('SEATS_MISSING', 'conflict') {}

describe('a domain error', () => {
  test('carries a stable code, a kind, a message for people and its figures', () => {
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

  test('refuses a code that is not UPPER_SNAKE', () => {
    expect(() => defineProblem('seatsMissing', 'conflict')).toThrow(RangeError);
  });
});

describe('a common refusal', () => {
  class Stale extends defineProblem('STALE', 'stale') {}
  class Invalid extends defineProblem('INVALID', 'invalid') {}
  const refused = (work: () => void) => {
    try {
      return work();
    } catch (error) {
      const { code, message, details } = error as DomainError;
      return { code, message, details };
    }
  };

  test('of a version tells the one that is there and the one that was read', () => {
    const changed = (read: number) =>
      refused(() => requireVersion({ version: 2 }, read, Stale, 'Rechargez-la.'));
    expect(changed(2)).toBeUndefined();
    expect(changed(1)).toEqual({
      ...{ code: 'STALE', message: 'Rechargez-la.' },
      details: { version: 2, expectedVersion: 1 },
    });
  });

  test('of mistakes tells all of them, and what they offend', () => {
    const mend = (mistakes: string[], article?: string) =>
      refused(() => refuseMistakes(mistakes, Invalid, 'Corrigez l’offre', article));
    expect(mend([])).toBeUndefined();
    expect(mend(['le prix', 'la note'])).toEqual({
      ...{ code: 'INVALID', message: 'Corrigez l’offre : le prix ; la note.' },
      details: { mistakes: ['le prix', 'la note'] },
    });
    expect(mend(['le lieu'], 'art. 7.2')).toMatchObject({
      message: 'Corrigez l’offre : le lieu (art. 7.2).',
    });
  });
});

describe('a refusal', () => {
  class Unreached extends defineProblem('UNREACHED', 'unavailable') {}
  const fault = new RangeError('a bug');

  test('is what work gives that is refused, and nothing else is', async () => {
    const missing = new SeatsMissing('Il manque 3 places.');
    expect(await orRefusal(() => Promise.reject(missing))).toBe(missing);
    expect(await orRefusal(() => Promise.resolve(3))).toBe(3);
    await expect(orRefusal(() => Promise.reject(fault))).rejects.toBe(fault);
  });

  test('is told by code and sentence, unless it says nothing of what was asked', () => {
    expect(refusalTold(new SeatsMissing('Il manque 3 places.'))).toEqual({
      code: 'SEATS_MISSING',
      message: 'Il manque 3 places.',
    });
    const unreached = new Unreached('Réessayez.');
    for (const other of [unreached, fault]) expect(() => refusalTold(other)).toThrow(other);
  });
});
