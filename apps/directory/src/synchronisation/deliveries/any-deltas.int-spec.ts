import fc from 'fast-check';
import { jest } from '@jest/globals';
import { aafFiles, type Entity, type Request } from '../../../test/deltas.test-support.js';
import { academy, caller, ImportBed } from '../../../test/import-bed.test-support.js';

jest.setTimeout(3_600_000);

/**
 * Goal: a full export and any chain of deltas up to its day come to the same, in whatever order and in however many parts
 * the files say it (DIR-1). Method: a few people and schools of whom random days say random things. One source delivers
 * them as a first full export and deltas; what they come to is written down here, entry by entry, and delivered by another
 * source as one full export, its entries shuffled and parted. Both must state the same; and the chain's source is told
 * nothing new by that export. The same few each time, others by `npm run prove -- any-deltas`.
 */
const days = ['2025-09-15', '2025-09-16', '2025-09-17', '2025-09-18'] as const;
const schools = { '4101': '0440290B', '4102': '0440358A', '4103': '0440001M' } as const;

type Attributes = Readonly<Record<string, readonly string[]>>;
const school = fc.constantFrom(...Object.keys(schools));
const one = (of: fc.Arbitrary<string>): fc.Arbitrary<string[]> => of.map((value) => [value]);
const none = fc.constant<string[]>([]);
const some = (of: fc.Arbitrary<string>, maxLength: number) =>
  fc.uniqueArray(of, { minLength: 0, maxLength });
const division = (ids: readonly string[]) =>
  fc.tuple(school, fc.constantFrom(...ids)).map(([of, id]) => `${of}$$$${id}$Classe ${id}`);
const guardianKeys = ['g0', 'g1', 'g2'];

/** What each kind of entry may say, attribute by attribute; the first of each kind is always there. */
const said: Readonly<
  Record<Entity, { keys: readonly string[]; attributes: Record<string, fc.Arbitrary<string[]>> }>
> = {
  EtabEducNat: {
    keys: Object.keys(schools),
    attributes: {
      ENTStructureNomCourant: one(
        fc.constantFrom('ECOLE$LES TILLEULS$NANTES', 'ECOLE$LES IFS$NANTES'),
      ),
      ENTEtablissementContrat: fc.oneof(none, one(fc.constantFrom('PU', 'PR'))),
      ENTEcoleCirconscription: fc.oneof(none, one(fc.constantFrom('4102', '4199'))),
    },
  },
  Eleve: {
    keys: ['p0', 'p1', 'p2', 'p3'],
    attributes: {
      ENTPersonNom: one(fc.constantFrom('DURAND', 'PETIT')),
      ENTPersonPrenom: one(fc.constantFrom('Lila', 'Milo', 'Zoé')),
      ENTPersonDateNaissance: one(fc.constantFrom('09/03/2016', '21/11/2019')),
      ENTPersonStructRattach: some(school, 2).map((of) => (of.length === 0 ? ['4101'] : of)),
      ENTPersonClasses: some(division(['7', '8']), 2),
      ENTPersonGroupes: some(division(['70']), 1),
      ENTEleveNiveau: fc.oneof(none, one(fc.constantFrom('1121$CP', '1125$CM2'))),
      ENTEleveAutoriteParentale: some(
        fc
          .tuple(fc.constantFrom(...guardianKeys), fc.constantFrom('1', '2'))
          .map(([key, relation]) => `${key}$${relation}`),
        2,
      ),
    },
  },
  PersRelEleve: {
    keys: guardianKeys,
    attributes: {
      ENTPersonNom: one(fc.constantFrom('DURAND', 'BLIN')),
      ENTPersonPrenom: one(fc.constantFrom('Nora', 'Yann')),
      ENTPersonDateNaissance: fc.oneof(none, one(fc.constant('12/05/1985'))),
    },
  },
  PersEducNat: {
    keys: ['t0', 't1'],
    attributes: {
      ENTPersonNom: one(fc.constantFrom('ROUX', 'NOEL')),
      ENTPersonPrenom: one(fc.constantFrom('Anne', 'Guy')),
      ENTPersonCategorieEnseignant: fc.oneof(none, one(fc.constantFrom('O', 'N'))),
      ENTPersonStructRattach: some(school, 2),
      ENTPersonFonctions: some(
        fc
          .tuple(school, fc.constantFrom('ENS$ENSEIGNEMENT', 'DIR$DIRECTION', 'INS$INSPECTION'))
          .map(([of, post]) => `${of}$${post}$-$-`),
        2,
      ),
      ENTEnsFonctionDir: some(school, 1),
    },
  },
};
const entities = Object.keys(said) as Entity[];
const whole = (entity: Entity) => fc.record(said[entity].attributes);
const parts = (entity: Entity) =>
  fc.record(said[entity].attributes, { requiredKeys: [] }) as fc.Arbitrary<Attributes>;

/** One request of a day; `first`: who is always there, so that no file of a full export is empty. */
const request: fc.Arbitrary<{ entity: Entity; request: Request }> = fc
  .constantFrom(...entities)
  .chain((entity) => {
    const [first, ...others] = said[entity].keys;
    const any = fc.constantFrom(...said[entity].keys);
    const wanted: fc.Arbitrary<Request> = fc.oneof(
      fc.tuple(fc.constant('add' as const), any, whole(entity)),
      fc.tuple(fc.constant('modify' as const), fc.constantFrom(first!, ...others), parts(entity)),
      fc.tuple(fc.constant('delete' as const), fc.constantFrom(...others)),
    );
    return wanted.map((each) => ({ entity, request: each }));
  });
const story = fc.record({
  /** Of each entity, who is there on the first day, and what is said of them. */
  first: fc.record(
    Object.fromEntries(
      entities.map((entity) => [
        entity,
        fc.tuple(
          ...said[entity].keys.map((_, at) =>
            at === 0 ? whole(entity) : fc.option(whole(entity), { nil: undefined }),
          ),
        ),
      ]),
    ),
  ),
  deltas: fc.array(fc.array(request, { minLength: 1, maxLength: 7 }), {
    minLength: 1,
    maxLength: days.length - 1,
  }),
  shuffle: fc.infiniteStream(fc.nat({ max: 1_000 })),
  partsOf: fc.integer({ min: 1, max: 3 }),
});

type State = Map<Entity, Map<string, Attributes>>;
let bed: ImportBed;
beforeAll(async () => {
  bed = await ImportBed.start(days.at(-1));
});
afterAll(() => bed.stop());

let run = 0;
/** Keys of each run are its own, and so are the identifiers that everybody has once. */
const ownKey = (key: string) => (/^\d/.test(key) ? key : `${run}${key}`);
const always = (entity: Entity, key: string): Attributes => ({
  ...(entity === 'EtabEducNat'
    ? { ENTStructureJointure: [key], ENTStructureUAI: [schools[key as '4101']] }
    : { ENTPersonJointure: [ownKey(key)] }),
  ...(entity === 'Eleve'
    ? { ENTEleveINE: [`${String(run * 10 + Number(key.slice(1))).padStart(9, '0')}HK`] }
    : {}),
});
const keyed = (attributes: Attributes): Attributes =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, values]) => [
      name,
      name === 'ENTEleveAutoriteParentale' ? values.map(ownKey) : values,
    ]),
  );
const asWritten = (entity: Entity, [kind, key, attributes]: Request): Request => [
  kind,
  ownKey(key),
  ...(attributes
    ? ([{ ...(kind === 'add' ? always(entity, key) : {}), ...keyed(attributes) }] as const)
    : ([] as const)),
];

/** What an entry says after a request (reference 1.2): all of it, or the lists that are named, or nothing. */
function follow(state: State, entity: Entity, [kind, key, attributes = {}]: Request): void {
  const entries = state.get(entity)!;
  if (kind === 'add') entries.set(key, attributes);
  if (kind === 'modify' && entries.has(key))
    entries.set(key, { ...entries.get(key), ...attributes });
  if (kind === 'delete') entries.delete(key);
}

/** All of a state as one full export, its entries in another order and in several parts. */
function fullOf(state: State, day: string, order: Iterator<number>, partsOf: number) {
  const files = [...state].map(([entity, entries]) => {
    const all = [...entries]
      .map(([key, attributes]) => ({ at: order.next().value, key, attributes }))
      .sort((a, b) => a.at - b.at)
      .map(({ key, attributes }) => asWritten(entity, ['add', key, attributes]));
    const count = Math.min(partsOf, all.length);
    const size = Math.ceil(all.length / count);
    const cut = Array.from({ length: count }, (_, part) =>
      all.slice(part * size, (part + 1) * size),
    );
    return [entity, cut.filter(({ length }) => length > 0)];
  });
  return aafFiles('Complet', day, Object.fromEntries(files) as never);
}

test('DIR-1: any chain of deltas comes to what the full export of its last day comes to, however that is written', async () => {
  const { FC_SEED: seed = '20261129', FC_PATH: path, FC_RUNS: runs = '4' } = process.env;
  let changed = 0;
  await fc.assert(
    fc.asyncProperty(story, async ({ first, deltas, shuffle, partsOf }) => {
      run += 1;
      const [chain, other] = [`chain-${run}`, `whole-${run}`];
      const { declare } = bed.parts();
      const declared = { ...academy, academyCode: '' };
      await declare.execute({ ...declared, sourceCode: chain, deliversDeltas: true }, caller);
      await declare.execute({ ...declared, sourceCode: other, priority: 20 }, caller);
      const state: State = new Map(
        entities.map((entity) => [
          entity,
          new Map(
            said[entity].keys.flatMap((key, at) => {
              const attributes = (first as Record<Entity, (Attributes | undefined)[]>)[entity][at];
              return attributes ? [[key, attributes]] : [];
            }),
          ),
        ]),
      );
      const deliver = async (name: string, source: string, day: string, files: object) => {
        bed.lay(`${name}-${run}`, files as Record<string, string>);
        const report = await bed.import(`${name}-${run}`, { source, datedOn: day });
        expect([name, report.remarks, report.state]).toEqual([name, report.remarks, 'COMPLETED']);
        return report;
      };
      const order = shuffle[Symbol.iterator]();
      await deliver('first', chain, days[0], fullOf(state, days[0], order, 1));
      for (const [at, requests] of deltas.entries()) {
        const day = days[at + 1]!;
        const byEntity = Map.groupBy(requests, ({ entity }) => entity);
        const files = [...byEntity].map(([entity, all]) => [
          entity,
          [all.map((each) => asWritten(entity, each.request))],
        ]);
        const delta = aafFiles('Delta', day, Object.fromEntries(files) as never);
        changed += (await deliver(`delta-${at}`, chain, day, delta)).peopleApplied;
        for (const { entity, request: each } of requests) follow(state, entity, each);
      }
      const last = days[deltas.length]!;
      await deliver('whole', other, last, fullOf(state, last, order, partsOf));
      // A school that is stated no more stays: of whom it is nobody's, that is all that is left to say.
      const gone = Object.entries(schools).filter(([key]) => !state.get('EtabEducNat')!.has(key));
      const stays = (line: string) =>
        !gone.some(([, uai]) => line.startsWith(`stated_structure ${uai}|`));
      expect((await bed.stated(chain)).filter(stays)).toEqual(await bed.stated(other));
      const again = await deliver('again', chain, last, fullOf(state, last, order, partsOf));
      expect(again.peopleApplied).toBe(0);
      expect(await bed.whoDiffers()).toEqual([]);
    }),
    { numRuns: Number(runs), seed: Number(seed), ...(path ? { path } : {}), endOnFailure: true },
  );
  // Deltas that change nobody would prove nothing.
  expect(changed).toBeGreaterThan(0);
});
