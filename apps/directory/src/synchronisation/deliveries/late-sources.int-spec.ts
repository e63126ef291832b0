import fc from 'fast-check';
import { jest } from '@jest/globals';
import { aafFiles } from '../../../test/deltas.test-support.js';
import { academy, caller, ImportBed } from '../../../test/import-bed.test-support.js';
import { doublesOn } from '../../../test/merging.test-support.js';
import { aSchool, deliver } from '../../../test/stated-people.test-support.js';
import type { SourceDeclaration } from '../domain/source-declaration.js';
import { PlanMaking } from '../plans/plan-making.pg.js';

jest.setTimeout(3_600_000);

/**
 * Goal: what of two sources comes late undoes, loses and doubles nobody of either (DIR-2, DIR-3, DIR-5). Method: an academy
 * delivers full exports and a delta, a head lists of one school with the mother of its pupils; all of them arrive in an
 * order that is drawn, and whether she is one person is answered at once or later. After each one everybody is where the
 * newest data of each source, in whatever order they came, say, and in the class that the list says; what is older than its
 * own source's data is refused, and older than the other one's it is not. The same few orders each time, others by
 * `npm run prove -- directory`.
 */
const [uaiA, uaiB] = ['0440290B', '0440358A'] as const;
const aaf: SourceDeclaration = {
  ...academy,
  sourceCode: 'aaf',
  academyCode: '',
  deliversDeltas: true,
};
const onde: SourceDeclaration = {
  ...{ ...academy, sourceCode: 'onde', kind: 'ONDE', academyCode: '', priority: 20 },
  priorities: { PLACES: 5 },
};

const names = ['Lila', 'Milo', 'Nina', 'Tom', 'Ugo', 'Zoé'] as const;
type Name = (typeof names)[number];
/** Who is in which school, as an export of the academy says it; who is in which class of the first one, as a list does. */
type Said = Partial<Record<Name, string>>;
type Arrival = { readonly day: number; readonly says: Said } & (
  | { readonly from: 'aaf'; readonly extent: 'FULL' | 'DELTA' }
  | { readonly from: 'onde' }
);

const full = (day: number, says: Said): Arrival => ({ from: 'aaf', extent: 'FULL', day, says });
const list = (day: number, says: Said): Arrival => ({ from: 'onde', day, says });
const everybody = { Lila: uaiA, Milo: uaiA, Nina: uaiA, Ugo: uaiA };
const arrivals: readonly Arrival[] = [
  full(1, everybody),
  // Zoé, whom no newer export states.
  full(7, { ...everybody, Zoé: uaiA }),
  // Milo is gone, and Tom comes.
  { from: 'aaf', extent: 'DELTA', day: 9, says: { Tom: uaiB } },
  full(10, { Lila: uaiA, Nina: uaiB, Tom: uaiB }),
  list(5, { Lila: 'CP', Milo: 'CP', Ugo: 'CP', Zoé: 'CP' }),
  list(6, { Lila: 'CE1', Ugo: 'CE1' }),
  // Nina, who is elsewhere by the academy; Ugo, whom both have had, is gone.
  list(8, { Lila: 'CE2', Milo: 'CE2', Nina: 'CE2' }),
];

const dayOf = (day: number) => `2025-09-${String(day).padStart(2, '0')}`;
const born = (name: Name) => `2016-03-0${names.indexOf(name) + 1}`;
const ineOf = (name: Name) => `12004567${names.indexOf(name)}HK`;
const keyOf = { [uaiA]: '1', [uaiB]: '2' } as Readonly<Record<string, string>>;

const added = (says: Said) =>
  Object.entries(says).map(([name, uai]) => {
    const [year, month, of] = born(name as Name).split('-');
    return [
      ...(['add', `p-${name}`] as const),
      {
        ...{ ENTPersonJointure: [`p-${name}`], ENTPersonNom: ['QUIMPEROIS'] },
        ...{ ENTPersonPrenom: [name], ENTPersonDateNaissance: [`${of}/${month}/${year}`] },
        ...{ ENTEleveINE: [ineOf(name as Name)], ENTPersonStructRattach: [keyOf[uai]!] },
        ENTEleveAutoriteParentale: ['g$10'],
      },
    ] as const;
  });
const guardian = {
  ...{ ENTPersonJointure: ['g'], ENTPersonNom: ['QUIMPEROIS'], ENTPersonPrenom: ['Nora'] },
};
const teacher = {
  ...{ ENTPersonJointure: ['t'], ENTPersonNom: ['VANNETAIS'], ENTPersonPrenom: ['Anne'] },
  ENTPersonStructRattach: ['1'],
};
const structures = Object.entries(keyOf).map(
  ([uai, key]) =>
    [
      ...(['add', key] as const),
      {
        ...{ ENTStructureJointure: [key], ENTStructureUAI: [uai] },
        ENTStructureNomCourant: ['ECOLE$A$NANTES'],
      },
    ] as const,
);

const guardianColumns =
  'Civilité Responsable;Nom usage responsable;Nom responsable;Prénom responsable;Adresse responsable;CP responsable;' +
  'Commune responsable;Pays;Courriel;Téléphone domicile;Téléphone travail;Téléphone portable';
const childColumns = ";Nom d'usage enfant;Nom de famille enfant;Prénom enfant;Classes enfants";

function filesOf(arrival: Arrival): Record<string, string> {
  const { day, says } = arrival;
  if (arrival.from === 'onde') {
    const rows = Object.entries(says).map(
      ([name, label]) =>
        `QUIMPEROIS;${name};${born(name as Name)};${ineOf(name as Name)};${label};${label}`,
    );
    const header = 'Nom élève;Prénom élève;Date naissance;INE;Niveau;Libellé classe';
    const children = Object.entries(says).map(([name, label]) => `;QUIMPEROIS;${name};${label}`);
    return {
      'CSVExtraction.csv': [header, ...rows].join('\n'),
      'CSVExtraction (1).csv': [
        guardianColumns + childColumns.repeat(children.length),
        `Mme;;QUIMPEROIS;Nora;;;;;;;;;${children.join(';')}`,
      ].join('\n'),
    };
  }
  if (arrival.extent === 'DELTA')
    return aafFiles('Delta', dayOf(day), { Eleve: [[['delete', 'p-Milo'], ...added(says)]] });
  return aafFiles('Complet', dayOf(day), {
    ...{ EtabEducNat: [structures], Eleve: [added(says)] },
    ...{ PersRelEleve: [[['add', 'g', guardian]]], PersEducNat: [[['add', 't', teacher]]] },
  });
}

/** What each source has said, its newest data alone. */
class NewestOfEach {
  private readonly said = new Map<string, { readonly day: number; readonly says: Said }>();

  /** Whether it is taken. */
  take(arrival: Arrival): boolean {
    const { from, day, says } = arrival;
    const known = this.said.get(from);
    if (known && known.day > day) return false;
    const isDelta = arrival.from === 'aaf' && arrival.extent === 'DELTA';
    if (isDelta && !known) return false;
    const { Milo: _gone, ...others } = known?.says ?? {};
    this.said.set(from, { day, says: isDelta ? { ...others, ...says } : says });
    return true;
  }

  lines(): string[] {
    const [ofAaf, ofOnde] = ['aaf', 'onde'].map((from) => this.said.get(from)?.says ?? {});
    const places = new Map<string, string>();
    for (const [name, uai] of Object.entries(ofAaf!)) places.set(`${name} ${uai}`, '');
    for (const [name, label] of Object.entries(ofOnde!)) places.set(`${name} ${uaiA}`, label);
    // Nora is the mother of all of them.
    const schools = new Set([...places.keys()].map((place) => place.split(' ')[1]!));
    const pupils = [...places].map(([place, label]) => `${place} ${label}`.trim());
    return [...pupils, ...[...schools].map((uai) => `Nora ${uai}`)].sort();
  }
}

let known: ImportBed;
let bed: ImportBed;
let deliveries = 0;
beforeAll(async () => {
  known = await ImportBed.start(dayOf(12));
  const { declare } = known.parts();
  for (const source of [aaf, onde]) await declare.execute(source, caller);
  const schools = { ...academy, sourceCode: 'schools', priority: 50 };
  await declare.execute(schools, caller);
  await deliver(known, 'schools', dayOf(1), [uaiA, uaiB].map(aSchool));
});
afterAll(() => known?.stop());

function lay(arrival: Arrival) {
  const name = `delivery-${(deliveries += 1)}`;
  bed.lay(name, filesOf(arrival));
  const { from: source, day } = arrival;
  return { name, said: { source, datedOn: dayOf(day), uai: source === 'onde' ? uaiA : '' } };
}
const arrive = (arrival: Arrival) => {
  const { name, said } = lay(arrival);
  return bed.import(name, said);
};

/** Pupils and guardians who are here, with school and class; a guardian about whom is asked, once. */
const present = () =>
  bed.db.database.column<string>(
    `select distinct concat_ws(' ', p.first_name, e.uai, nullif(e.class_label, '')) from person p join enrolment e using (person_id)
     where e.profile in ('STUDENT', 'RELATIVE') and e.ends_on is null order by 1`,
  );

/** As somebody knows who knows the family: whoever is asked about is one. */
async function answerAll(): Promise<void> {
  const { pairs, answer } = doublesOn(bed);
  for (;;) {
    const [asked] = await pairs.page('ALL', { uai: '', limit: 1, after: undefined });
    if (!asked) return;
    await answer(asked.pairId, 'SAME', caller);
  }
}
const sorted = (lines: readonly string[]) => [...lines].sort();

/** What there is none of, once everybody is answered: each with what counts it. */
const wrong: Readonly<Record<string, string>> = {
  'twice, also of those who are gone': `(select from person p where not exists (select from person_merge m where m.absorbed_id = p.person_id)
    group by first_name having count(*) > 1) as x`,
  'asked about': 'doubtful_pair where answer is null',
  'here without a place': `person p where left_on is null
    and not exists (select from enrolment e where e.person_id = p.person_id and e.ends_on is null)`,
  'gone with a place':
    'person p join enrolment e using (person_id) where left_on is not null and e.ends_on is null',
  'gone and stated': `person p where left_on is not null
    and exists (select from stated_person s where s.person_id = p.person_id)`,
  'gone before a place ended':
    'person p join enrolment e using (person_id) where left_on < e.ends_on',
  'never anywhere':
    'person p where not exists (select from enrolment e where e.person_id = p.person_id)',
  'twice in one place on one day': `enrolment e join enrolment o using (person_id, profile, uai)
    where e.starts_on < o.starts_on and coalesce(e.ends_on, 'infinity') > o.starts_on`,
  'ended before it began': 'enrolment where ends_on < starts_on',
};

async function expectWhole(): Promise<void> {
  await answerAll();
  const found: string[] = [];
  for (const [what, counting] of Object.entries(wrong))
    if ((await bed.count(counting)) > 0) found.push(what);
  expect(found).toEqual([]);
  expect(await bed.whoDiffers()).toEqual([]);
}

test('DIR-2, DIR-3, DIR-5: in whatever order an academy and a head deliver, late ones too, the newest data of each stand', async () => {
  const { FC_SEED: seed = '20261130', FC_PATH: path, FC_RUNS } = process.env;
  const runs = FC_RUNS ?? (process.env['PROVE'] === '1' ? '60' : '3');
  const order = fc.shuffledSubarray([...arrivals], { minLength: arrivals.length });
  const answered = fc.array(fc.boolean(), {
    ...{ minLength: arrivals.length, maxLength: arrivals.length },
  });
  let late = 0;
  await fc.assert(
    fc.asyncProperty(order, answered, async (all, answers) => {
      bed = await known.copy();
      try {
        const newest = new NewestOfEach();
        for (const [at, arrival] of all.entries()) {
          const isTaken = newest.take(arrival);
          const { state, remarks } = await arrive(arrival);
          const codes = remarks.map(({ code }) => code);
          expect([arrival.from, arrival.day, codes, state]).toEqual([
            ...[arrival.from, arrival.day, codes, isTaken ? 'COMPLETED' : 'REFUSED'],
          ]);
          if (!isTaken) late += 1;
          if (answers[at]) await answerAll();
          expect(sorted(await present())).toEqual(sorted(newest.lines()));
        }
        await expectWhole();
      } finally {
        await bed.stop();
      }
    }),
    { numRuns: Number(runs), seed: Number(seed), ...(path ? { path } : {}) },
  );
  expect(late).toBeGreaterThan(Number(runs));
});

/** Laid down and looked at, and nothing of it applied: as a person wants to read it first, or as a fault leaves it. */
async function waiting(arrival: Arrival, why: 'PLANNED' | 'FAILED') {
  const { name, said } = lay(arrival);
  const { start, worker, imports } = bed.parts();
  const failing =
    why === 'FAILED' &&
    jest.spyOn(PlanMaking.prototype, 'current').mockRejectedValue(new Error('no room'));
  const { source: sourceCode, ...more } = said;
  const { importId } = await start.execute({
    ...{ ...more, folder: name, sourceCode, planOnly: why === 'PLANNED', caller },
  });
  for (let attempt = 0; attempt < 3; attempt += 1) await worker.runNext();
  if (failing) failing.mockRestore();
  expect((await imports.get(importId)).state).toBe(why === 'FAILED' ? 'FAILED' : 'HELD');
  return importId;
}

const later = {
  aaf: [full(1, everybody), full(8, { Lila: uaiA, Nina: uaiB, Tom: uaiB }), full(7, everybody)],
  onde: [
    list(2, { Lila: 'CP', Milo: 'CP', Ugo: 'CP', Zoé: 'CP' }),
    list(10, { Lila: 'CE2', Ugo: 'CE2' }),
    list(9, { Lila: 'CE1', Milo: 'CE1', Zoé: 'CE1' }),
  ],
} as const;

describe.each([
  ['aaf', 'onde'],
  ['onde', 'aaf'],
] as const)('what %s delivers waits while younger data of %s are applied', (held, other) => {
  beforeEach(async () => {
    bed = await known.copy();
  });
  afterEach(() => bed.stop());

  test.each([
    ['approved', 'PLANNED'],
    ['rejected', 'PLANNED'],
    ['retried', 'FAILED'],
  ] as const)(
    'DIR-3, DIR-5: %s then, it does what it says and undoes nothing of the other one',
    async (verdict, why) => {
      const newest = new NewestOfEach();
      const bring = async (arrival: Arrival) => {
        const isTaken = newest.take(arrival);
        expect((await arrive(arrival)).state).toBe(isTaken ? 'COMPLETED' : 'REFUSED');
        expect(sorted(await present())).toEqual(sorted(newest.lines()));
      };
      for (const [first] of [later.aaf, later.onde]) await bring(first);
      const [, youngerOfHeld, olderOfHeld] = later[held];
      const [, youngerOfOther, olderOfOther] = later[other];
      const importId = await waiting(youngerOfHeld, why);
      expect(sorted(await present())).toEqual(sorted(newest.lines()));
      await bring(youngerOfOther);
      if (verdict === 'retried') {
        const { retry, worker } = bed.parts();
        await retry.execute({ importId, caller });
        await worker.runNext();
      } else {
        const word = verdict === 'approved' ? 'APPROVED' : 'REJECTED';
        // The directory moved meanwhile: where the plan is another one by that, it is read and decided again.
        if ((await bed.decide(importId, word)).state === 'HELD') await bed.decide(importId, word);
      }
      const { state } = await bed.parts().imports.get(importId);
      expect(state).toBe(verdict === 'rejected' ? 'REFUSED' : 'COMPLETED');
      if (verdict !== 'rejected') newest.take(youngerOfHeld);
      expect(sorted(await present())).toEqual(sorted(newest.lines()));
      // And what comes later still, and is older than either.
      await bring(olderOfOther);
      if (verdict !== 'rejected') await bring(olderOfHeld);
      await expectWhole();
    },
  );
});
