import { compose, establish, lacksOf, type Seat } from './committee.js';

const market = { code: 'm', departments: ['44', '85'] };
const seat = (functionTitle: string, over: Partial<Seat> = {}): Seat => ({
  functionTitle,
  organisation: 'Commune fictive',
  organisationId: '',
  side: 'COLLECTIVITE',
  ...over,
});
const dasen = seat('IA-DASEN', { organisation: 'DSDEN 44', side: 'EDUCATION_NATIONALE' });
const thrown = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return error as { code: string; message: string; details: object };
  }
  throw new Error('nothing was refused');
};

test('GOV-5: one department of the market for a departmental group, none for the steering committee', () => {
  expect(establish('c', market, 'DEPARTMENTAL', '85')).toMatchObject({ department: '85' });
  expect(establish('c', market, 'STEERING', '')).toMatchObject({ seats: [], version: 1 });
  for (const [kind, department] of [
    ['DEPARTMENTAL', '75'],
    ['DEPARTMENTAL', ''],
    ['STEERING', '44'],
  ] as const) {
    const refusal = thrown(() => establish('c', market, kind, department));
    expect(refusal.code).toBe('COMMITTEE_DEPARTMENT_UNKNOWN');
    expect(refusal.message).toContain('art. 4.2');
  }
});

test('GOV-5: the composition is replaced whole, and names every mistake', () => {
  const committee = establish('c', market, 'STEERING', '');
  const composed = compose(committee, 1, [dasen, seat('Maire')]);
  expect(composed).toMatchObject({ seats: [dasen, seat('Maire')], version: 2 });
  expect(thrown(() => compose(composed, 1, [])).code).toBe('COMMITTEE_STALE');
  const refusal = thrown(() => compose(composed, 2, [seat('Maire'), seat('Maire'), seat(' ')]));
  expect(refusal.code).toBe('COMPOSITION_INVALID');
  expect(refusal.details).toMatchObject({ mistakes: [/siège 3/, /figure déjà/].map(match) });
  const many = Array.from({ length: 101 }, (_, n) => seat(`Fonction ${n}`));
  expect(thrown(() => compose(composed, 2, many)).message).toContain('au plus 100');
});
const match = (pattern: RegExp) => expect.stringMatching(pattern) as unknown;

test('GOV-5: the steering committee has both sides of art. 4.2; a departmental group may have one', () => {
  expect(lacksOf({ kind: 'STEERING', seats: [dasen, seat('Maire')] })).toEqual([]);
  expect(lacksOf({ kind: 'STEERING', seats: [dasen] })).toEqual([match(/collectivités.*art. 4.2/)]);
  expect(lacksOf({ kind: 'STEERING', seats: [seat('Maire')] })).toHaveLength(1);
  expect(lacksOf({ kind: 'DEPARTMENTAL', seats: [dasen] })).toEqual([]);
  expect(lacksOf({ kind: 'DEPARTMENTAL', seats: [] })).toHaveLength(1);
});
