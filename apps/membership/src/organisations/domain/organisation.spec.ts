import { parseInseeCode, parseSiren } from '#libs/identifiers';
import { checkEligible, NotEligible, type Organisation, organisationIdOf } from './organisation.js';

const market = { departments: ['44', '49', '53', '72', '85'], coordinatorSiren: '999000045' };
const nantes: Organisation = {
  organisationId: organisationIdOf(parseSiren('214401093')),
  name: 'Nantes',
  siren: parseSiren('214401093'),
  kind: 'COMMUNE',
  insee: parseInseeCode('44109'),
  communes: [],
  address: '',
  chorusPro: { recipientSiret: '', serviceCode: '', purchaseOrderNumber: '', marketNumber: '' },
};
const judged = (over: Partial<Organisation>) => () => checkEligible({ ...nantes, ...over }, market);
const communes = (...codes: string[]) => codes.map((code) => parseInseeCode(code));

test('ADH-1: a commune of the five departments is eligible, one of another is not', () => {
  expect(judged({})).not.toThrow();
  expect(judged({ insee: parseInseeCode('35238') })).toThrow(NotEligible);
  expect(judged({ insee: '' })).toThrow('code INSEE');
});

test('ADH-1: a grouping is eligible where one of its communes is inside', () => {
  const epci = { kind: 'EPCI', insee: '' } as const;
  expect(judged({ ...epci, communes: communes('35238', '44036') })).not.toThrow();
  expect(judged({ ...epci, communes: communes('35238') })).toThrow(NotEligible);
  expect(judged({ ...epci, communes: [] })).toThrow('composent le groupement');
});

test('ADH-1: of the State only the coordinating rectorat is a member', () => {
  const state = { kind: 'STATE', insee: '' } as const;
  expect(judged({ ...state, siren: parseSiren('999000045') })).not.toThrow();
  expect(judged(state)).toThrow('art. 2');
});
