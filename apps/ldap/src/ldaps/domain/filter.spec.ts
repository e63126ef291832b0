import { staffEntry } from './entry.js';
import { type Filter, matches, plain, shapeOf } from './filter.js';
import { narrowedBy } from './tree.js';

const entry = staffEntry({
  ...{ personId: 'p-1', firstName: 'Maëlle', lastName: 'BRUME-LUNE' },
  places: [{ uai: '0440437L', isTeacher: true, isHead: false }],
});
const equal = (name: string, value: string): Filter => ({ kind: 'EQUAL', name, value });
const not = (of: Filter): Filter => ({ kind: 'NOT', of });
const and = (...of: Filter[]): Filter => ({ kind: 'AND', of });
const or = (...of: Filter[]): Filter => ({ kind: 'OR', of });
const pieces = (initial: string, any: string[], final: string): Filter => ({
  ...{ kind: 'SUBSTRINGS', name: 'sn', initial, any, final },
});
const unknown = equal('ENTEleveINE', '1');

test.each<[string, Filter, boolean]>([
  ['an equality, whatever the case', equal('SN', 'brume-lune'), true],
  ['an equality with another value', equal('sn', 'brume'), false],
  [
    'a DN, whatever its spaces',
    equal(
      'ENTPersonStructRattach',
      'entstructureuai=0440437l, ou=structures, dc=ent-groupement,dc=fr',
    ),
    true,
  ],
  ['an equality, whatever its spaces', equal('cn', ' maëlle   brume-LUNE '), true],
  ['pieces in their order', pieces('b', ['um', 'l'], 'e'), true],
  ['pieces that would have to overlap', pieces('brume', ['e-l'], 'lune'), false],
  ['pieces in another order', pieces('', ['lune', 'brume'], ''), false],
  ['a beginning and an end that would have to overlap', pieces('brume-lu', [], 'lune'), false],
  ['what is not there', not(equal('l', 'Nantes')), true],
  ['what nobody knows', unknown, false],
  ['the contrary of what nobody knows: neither', not(unknown), false],
  ['one that decides beside what nobody knows', or(unknown, equal('sn', 'BRUME-LUNE')), true],
  ['the contrary of two, one of them unknown', not(and(unknown, equal('sn', 'x'))), true],
  ['all of nothing', and(), true],
  ['one of nothing', or(), false],
])('RFC 4511: a filter that asks %s', (_what, filter, wanted) => {
  expect(matches(filter, entry)).toBe(wanted);
});

test('SUP-4: the shape of a filter holds no value, no name that is no attribute, and no more than 300 characters', () => {
  const filter = and(equal('Brume', 'x'), not(pieces('Bru', [], 'me')), equal('UID', 'p-1'));
  expect(shapeOf(filter)).toBe('(&(?=?)(!(sn=?*))(uid=?))');
  expect(shapeOf(or(...Array.from({ length: 200 }, () => equal('uid', 'x'))))).toHaveLength(300);
});

test('a filter narrows what is read to no less than what matches', () => {
  const dn = 'ENTStructureUAI=0440437L,ou=structures,dc=ent-groupement,dc=fr';
  expect(narrowedBy(and(equal('uid', 'P-1'), equal('ENTPersonStructRattach', dn)))).toEqual({
    ...{ personIds: ['p-1'], uais: ['0440437L'] },
  });
  const functions: Filter = {
    ...{ kind: 'SUBSTRINGS', name: 'ENTPersonFonctions', initial: '0440437L$', any: [], final: '' },
  };
  expect(narrowedBy(functions)).toEqual({ uais: ['0440437L'] });
  for (const wide of [
    or(equal('uid', 'p-1'), unknown),
    not(equal('uid', 'p-1')),
    pieces('b', [], ''),
  ]) {
    expect(narrowedBy(wide)).toEqual({});
  }
});

test.each(['', ',', '=', 'x'])(
  'spaces without end, then %p, cost no more than their length',
  (end) => {
    const begun = process.threadCpuUsage().user;
    expect(plain(`uid${' '.repeat(65_000)}${end}`)).toMatch(/^uid/);
    expect(process.threadCpuUsage().user - begun).toBeLessThan(500_000);
  },
);
