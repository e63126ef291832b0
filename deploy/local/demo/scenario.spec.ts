import { isSiren, isUai, parseInseeCode } from '#libs/identifiers';
import { addDays } from '#libs/time';
import { realCommunes, realPublicSchools } from '../../../test/support/data/schools.js';
import { demoScenario } from './scenario.js';

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

describe('the demo scenario', () => {
  const { members, days } = demoScenario();
  const schools = members.flatMap((member) => member.schools);

  test('has 42 schools and 6,208 pupils of thirteen members', () => {
    expect({
      members: members.length,
      schools: new Set(schools.map(({ uai }) => uai)).size,
      pupils: sum(schools.map(({ headcount }) => headcount)),
    }).toEqual({ members: 13, schools: 42, pupils: 6208 });
  });

  test('BIL-3: has the commune of the worked examples, C = 412 and 38 pupils more than seats', () => {
    const ancenis = members.find(({ key }) => key === 'ancenis')?.schools ?? [];
    expect(sum(ancenis.map(({ committed }) => committed))).toBe(412);
    expect(sum(ancenis.map(({ headcount }) => headcount))).toBe(450);
  });

  test('takes real public schools, each in a commune of the member that pays for it', () => {
    const real = new Map(realPublicSchools().map((school) => [school.uai, school]));
    for (const member of members) {
      for (const { uai, insee, territoryException } of member.schools) {
        expect(isUai(uai)).toBe(true);
        expect(real.get(uai)?.inseeCode).toBe(parseInseeCode(insee));
        const own = (member.communes ?? [member.insee]).includes(insee);
        expect([uai, own]).toEqual([uai, territoryException === undefined]);
      }
    }
  });

  test('gives communes their real SIREN, and others an invented one that says so', () => {
    const real = new Map(realCommunes().map((commune) => [commune.inseeCode, commune]));
    for (const { kind, siren, insee, name, isFormer } of members) {
      expect(isSiren(siren)).toBe(true);
      // A commune that is gone is in no register: its SIREN is made of its INSEE code.
      if (isFormer)
        expect(siren).toMatch(new RegExp(`^21${insee?.slice(0, 2)}0?${insee?.slice(2)}`));
      else if (kind === 'COMMUNE') expect(real.get(insee ?? '')).toMatchObject({ siren, name });
      else expect([siren.slice(0, 3), /\(ficti(f|ve)\)$/.test(name)]).toEqual(['999', true]);
    }
  });

  test('ADH-5: merges two communes into one that there is, on a day between two quarters', () => {
    const acts = days.flatMap((day) => day.acts);
    const planned = acts.find((act) => act.kind === 'plan-succession');
    const { successor, effectiveOn, members: former } = planned!;
    expect(realCommunes()).toContainEqual(
      expect.objectContaining({ siren: successor.siren, name: successor.name }),
    );
    expect(former.every((key) => members.some((one) => one.key === key && one.isFormer))).toBe(
      true,
    );
    expect(days.some(({ on }) => on === effectiveOn)).toBe(true);
  });

  test('PRV-5, AUT-1: has both sizes play what happens to the ENT, each night after what it repairs', () => {
    const dayOf = (scenario: typeof days, kind: string) =>
      scenario.filter(({ acts }) => acts.some((act) => act.kind === kind)).map(({ on }) => on);
    for (const scenario of [days, demoScenario('small').days]) {
      const broken = ['put-ent-back', 'change-ent-by-hand'].flatMap((kind) =>
        dayOf(scenario, kind),
      );
      expect(broken).toHaveLength(2);
      // The day after, so that no day without the account is counted (PRV-3).
      expect(dayOf(scenario, 'read-night')).toEqual(broken.map((on) => addDays(on, 1)));
      for (const kind of ['use-letters', 'log-in-by-academy', 'back-up-ent', 'prove-erasure'])
        expect(dayOf(scenario, kind)).toHaveLength(1);
    }
  });

  test('plays its days in order, in both sizes', () => {
    const small = demoScenario('small');
    for (const scenario of [days, small.days]) {
      const dates = scenario.map(({ on }) => on);
      expect(dates).toEqual([...dates].sort());
    }
    expect(days.at(-1)?.on).toBe('2024-07-30');
    expect(small.days.at(-1)?.on).toBe('2024-07-19');
    expect(small.days.at(-3)?.on).toBe('2023-02-13');
  });

  test('BIL-3: bills two contract years, and on the last day of the second what ends on it', () => {
    const bills = days.flatMap(({ acts }) => acts.filter(({ kind }) => kind === 'bill'));
    expect(bills).toHaveLength(8);
    // BIL-2: the second year's price is revised before anything is billed at it.
    const [revision, ...more] = days.flatMap(({ on, acts }) =>
      acts.flatMap((act) => (act.kind === 'revise-prices' ? [{ on, ...act }] : [])),
    );
    expect(more).toEqual([]);
    expect(revision!.effectiveFrom).toBe('2023-07-19');
    expect(revision!.on < revision!.effectiveFrom).toBe(true);
    const last = days.find(({ on }) => on === '2024-07-19');
    expect(last?.acts.map(({ kind }) => kind).sort()).toEqual(['announce-successor', 'bill']);
    expect(last?.title).toMatch(/trimestre 8.*quitte le groupement/);
  });
});
