import { faultsIn, type Invitee } from './invitation.js';

const nantes: Invitee = {
  siren: '214401093',
  name: 'Nantes',
  kind: 'COMMUNE',
  insee: '44109',
  letterNumber: '1A 1',
};
const sirenOf = (insee: string) => ({ '44109': '214401093', '44215': '214402158' })[insee];
const codes = (...invitees: Partial<Invitee>[]) =>
  faultsIn(
    invitees.map((over, index) => ({ line: index + 2, invitee: { ...nantes, ...over } })),
    sirenOf,
  ).map(({ line, code }) => `${line} ${code}`);

test('a list without a mistake has none', () => {
  expect(codes({}, { siren: '999000029', kind: 'EPCI', insee: '', letterNumber: '' })).toEqual([]);
});

test('every mistake is told with its line, at once', () => {
  expect(
    codes(
      { siren: '' },
      { siren: '214401094', letterNumber: '2' },
      { insee: '44999', letterNumber: '3' },
      { siren: '214402158', letterNumber: '4' },
      { siren: '214402158', insee: '44215', letterNumber: '4' },
      { siren: '999000029', name: '', kind: 'AUTRE' as never, insee: 'x', letterNumber: '' },
    ),
  ).toEqual([
    '2 SIREN_REQUIRED',
    '3 SIREN_INVALID',
    '4 COMMUNE_UNKNOWN',
    '5 SIREN_CONTRADICTED',
    '6 SIREN_TWICE',
    '6 LETTER_TWICE',
    '7 NAME_REQUIRED',
    '7 KIND_UNKNOWN',
    '7 INSEE_CODE_INVALID',
  ]);
});
