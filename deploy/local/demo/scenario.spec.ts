import { isSiren, isUai, parseInseeCode } from '#libs/identifiers';
import { realCommunes, realPublicSchools } from '../../../test/support/data/schools.js';
import { demoScenario } from './scenario.js';

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

describe('the demo scenario', () => {
  const { members, days } = demoScenario();
  const schools = members.flatMap((member) => member.schools);

  it('has 40 schools and 6,000 pupils of eleven members', () => {
    expect({
      members: members.length,
      schools: new Set(schools.map(({ uai }) => uai)).size,
      pupils: sum(schools.map(({ headcount }) => headcount)),
    }).toEqual({ members: 11, schools: 40, pupils: 6000 });
  });

  it('BIL-3: has the commune of the worked examples, C = 412 and 38 pupils more than seats', () => {
    const ancenis = members.find(({ key }) => key === 'ancenis')?.schools ?? [];
    expect(sum(ancenis.map(({ committed }) => committed))).toBe(412);
    expect(sum(ancenis.map(({ headcount }) => headcount))).toBe(450);
  });

  it('takes real public schools, each in a commune of the member that pays for it', () => {
    const real = new Map(realPublicSchools().map((school) => [school.uai, school]));
    for (const member of members) {
      for (const { uai, insee } of member.schools) {
        expect(isUai(uai)).toBe(true);
        expect(real.get(uai)?.inseeCode).toBe(parseInseeCode(insee));
        expect(member.communes ?? [member.insee]).toContain(insee);
      }
    }
  });

  it('gives communes their real SIREN, and others an invented one that says so', () => {
    const real = new Map(realCommunes().map((commune) => [commune.inseeCode, commune]));
    for (const { kind, siren, insee, name } of members) {
      expect(isSiren(siren)).toBe(true);
      if (kind === 'COMMUNE') expect(real.get(insee ?? '')).toMatchObject({ siren, name });
      else expect([siren.slice(0, 3), /\(ficti(f|ve)\)$/.test(name)]).toEqual(['999', true]);
    }
  });

  it('plays its days in order, in both sizes', () => {
    const small = demoScenario('small');
    for (const scenario of [days, small.days]) {
      const dates = scenario.map(({ on }) => on);
      expect(dates).toEqual([...dates].sort());
    }
    for (const scenario of [days, small.days]) expect(scenario.at(-1)?.on).toBe('2024-07-19');
    expect(days.at(-3)?.on).toBe('2023-07-30');
    expect(small.days.at(-3)?.on).toBe('2023-01-30');
  });
});
