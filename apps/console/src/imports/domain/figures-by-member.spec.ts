import fc from 'fast-check';
import { figuresByMember } from './figures-by-member.js';

const none = { present: 0, added: 0, changed: 0, identities: 0, ended: 0, returned: 0 };
const school = (uai: string, figures: object = {}, state = 'RELEASED', over = false) => ({
  ...{ uai, state, over },
  figures: { ...none, ...figures },
});
const financer = (uai: string, membershipId: string, memberName = membershipId) => ({
  ...{ uai, membershipId, memberName, marketCode: 'e-primo-2022' },
});

test('DIR-3: sums a member’s schools kind by kind, and apart those that no member pays for', () => {
  const told = figuresByMember(
    [
      school('0440001M', { present: 100, ended: 3 }),
      school('0440002N', { present: 50, ended: 20, identities: 1 }, 'HELD', true),
      school('0440003P', { present: 10, added: 4 }),
      school('0440004R', { present: 7, returned: 2, changed: 1 }, 'HELD'),
    ],
    [
      financer('0440001M', 'm-1', 'Ancenis'),
      financer('0440002N', 'm-1', 'Ancenis'),
      financer('0440003P', 'm-2', 'Vertou'),
    ],
  );
  expect(told).toEqual({
    members: [
      {
        ...{ membershipId: 'm-1', memberName: 'Ancenis', marketCode: 'e-primo-2022' },
        ...{ schools: 2, held: 1, over: 1 },
        figures: { ...none, present: 150, ended: 23, identities: 1 },
      },
      {
        ...{ membershipId: 'm-2', memberName: 'Vertou', marketCode: 'e-primo-2022' },
        ...{ schools: 1, held: 0, over: 0 },
        figures: { ...none, present: 10, added: 4 },
      },
    ],
    unfinanced: {
      ...{ schools: 1, held: 1, over: 0 },
      figures: { ...none, present: 7, returned: 2, changed: 1 },
    },
  });
});

test('puts first whose school waits, then goes by name, as French sorts it', () => {
  const { members } = figuresByMember(
    [school('A'), school('B'), school('C', {}, 'HELD'), school('D')],
    [
      financer('A', '1', 'Vertou'),
      financer('B', '2', 'Évron'),
      financer('C', '3', 'Zuydcoote'),
      financer('D', '4', 'Fégréac'),
    ],
  );
  expect(members.map(({ memberName }) => memberName)).toEqual([
    ...['Zuydcoote', 'Évron', 'Fégréac', 'Vertou'],
  ]);
});

test('no school is lost or counted twice, whoever pays for which', () => {
  const drawn = fc.array(
    fc.record({ paidBy: fc.option(fc.constantFrom('1', '2', '3')), ended: fc.nat(1_000) }),
  );
  fc.assert(
    fc.property(drawn, (all) => {
      const schools = all.map(({ ended }, at) => school(`U${at}`, { ended }));
      const financers = all.flatMap(({ paidBy }, at) =>
        paidBy === null ? [] : [financer(`U${at}`, paidBy)],
      );
      const { members, unfinanced } = figuresByMember(schools, financers);
      const rows = [...members, unfinanced];
      const total = (of: (row: (typeof rows)[number]) => number) =>
        rows.reduce((sum, row) => sum + of(row), 0);
      expect(total((row) => row.schools)).toBe(all.length);
      expect(total((row) => row.figures.ended)).toBe(
        all.reduce((sum, { ended }) => sum + ended, 0),
      );
      expect(new Set(members.map(({ membershipId }) => membershipId)).size).toBe(members.length);
    }),
    { numRuns: 50 },
  );
});
