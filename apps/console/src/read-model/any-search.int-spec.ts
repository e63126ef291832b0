import { create } from '@bufbuild/protobuf';
import { jest } from '@jest/globals';
import fc from 'fast-check';
import {
  MembershipActivatedSchema,
  PersonChangedSchema,
  Profile,
  SchoolFinancedSchema,
} from '#libs/contracts';
import { freshDatabase, type FreshDatabase } from '#libs/testing';
import { ConsoleTables } from '../console-tables.prisma-client.js';
import { Copies } from './copies.pg.js';
import { PeopleCopies } from './people-copies.pg.js';
import { normalise, sortNameOf, wordsOf } from './normalise.js';
import { People } from './people.pg.js';
import type { PeopleQuery, Scope } from './person-file.js';

/**
 * Goal: whatever is asked together, by whomever, page after page gives exactly those who answer to all of it and whom the
 * visitor may see, each once, in one order. Method: drawn questions about a population of namesakes, beside a filter over
 * all of it that shares nothing with the statements but how a name is spelt.
 */
const runs = Number(process.env['FC_RUNS'] ?? 300);
jest.setTimeout(600_000);
const [camus, verne, beyond] = ['0440437L', '0441606G', '0440290B'] as const;
const uais = [camus, verne, beyond];
const today = '2022-10-01';
const lastNames = ['MARTIN', 'MARTIN DUPONT', 'Martine', 'LE GALL', 'Le', 'Gallé', 'MARTÎN--LÉA'];
const firstNames = ['Léa', 'Lea-Marie', 'Martin', 'Anne Le', 'Zoé', 'Mar', 'Gall'];
const births = ['2015-04-02', '2015-04-03', ''];
const words = [
  'm',
  'ma',
  'mar',
  'martin',
  'martine',
  'l',
  'le',
  'lea',
  'g',
  'gall',
  'zoe',
  'dup',
  'x',
];

type Place = { uai: string; profile: Profile; startsOn: string; endsOn: string };
type Invented = {
  personId: string;
  lastName: string;
  firstName: string;
  birthDate: string;
  places: Place[];
};

// Each name with each, and every kind of place in turn.
const population: Invented[] = Array.from({ length: 147 }, (_, n) => {
  const place = (uai: string, endsOn = '', startsOn = '2022-09-01'): Place => ({
    ...{ uai, startsOn, endsOn },
    profile: n % 2 ? Profile.STUDENT : Profile.TEACHER,
  });
  const places = [
    [place(camus)],
    [place(verne), place(camus)],
    [place(beyond)],
    [place(beyond), place(verne, '2022-09-20')],
    [place(camus), place(camus, '2022-09-20')],
    [],
    [place(verne, '', '2022-10-02')],
  ][n % 7]!;
  return {
    ...{ personId: `p-${n}`, birthDate: births[n % 3]!, places },
    ...{ lastName: lastNames[n % 7]!, firstName: firstNames[Math.floor(n / 7) % 7]! },
  };
});

let fresh: FreshDatabase;
let people: People;
beforeAll(async () => {
  fresh = await freshDatabase('console');
  people = new People(fresh.database, fresh.unitOfWork, new ConsoleTables(fresh.database));
  const copies = new Copies();
  const peopleCopies = new PeopleCopies();
  await fresh.unitOfWork.run(async (tx) => {
    for (const [code, financed] of [
      ['e-primo-2022', [camus, verne]],
      ['autre', [beyond]],
    ] as const) {
      const membership = {
        ...{ membershipId: `m-${code}`, market: { code } },
        organisation: { organisationId: 'org', name: 'Commune' },
        period: { startsOn: '2022-07-19', endsOn: '2026-07-19' },
      };
      await copies.membershipActivated(tx, create(MembershipActivatedSchema, membership));
      for (const uai of financed) {
        const link = { membershipId: `m-${code}`, uai, period: { startsOn: '2022-07-19' } };
        await copies.schoolFinanced(tx, create(SchoolFinancedSchema, link));
      }
    }
    const told = population.map(({ places, ...person }) =>
      create(PersonChangedSchema, {
        ...{ ...person, revision: 1 },
        enrolments: places.map(({ uai, profile, startsOn, endsOn }) => ({
          ...{ uai, profile, period: { startsOn, endsOn } },
        })),
      }),
    );
    await peopleCopies.peopleChanged(tx, told);
  });
}, 60_000);
afterAll(() => fresh?.drop());

const markets: Readonly<Record<string, readonly string[]>> = {
  'e-primo-2022': [camus, verne],
  autre: [beyond],
};
const isToday = ({ startsOn, endsOn }: Place) => startsOn <= today && (!endsOn || endsOn > today);

/** Of all, by a filter. A school that is asked for counts where the visitor may see the place there. */
function wanted(scope: Scope, query: Omit<PeopleQuery, 'limit'>): string[] {
  const visible = (place: Place) =>
    scope.kind === 'SCHOOLS'
      ? scope.uais.includes(place.uai) && isToday(place)
      : scope.markets.some((market) => markets[market]!.includes(place.uai));
  return population
    .filter(({ personId, lastName, firstName, birthDate, places }) => {
      const own = wordsOf(`${lastName} ${firstName}`);
      return (
        (query.nameWords ?? []).every((word) => own.some((one) => one.startsWith(word))) &&
        (!query.bornOn || query.bornOn === birthDate) &&
        (!query.personIds || query.personIds.includes(personId)) &&
        places.some((place) => visible(place) && (!query.uais || query.uais.includes(place.uai)))
      );
    })
    .map(({ personId }) => personId)
    .sort();
}

async function allPages(scope: Scope, query: Omit<PeopleQuery, 'limit'>, limit: number) {
  const found: string[] = [];
  for (let after: string | undefined; ; after = found.at(-1)) {
    const page = await people.find(scope, { ...query, limit, ...(after && { after }) });
    found.push(...page.slice(0, limit).map(({ personId }) => personId));
    if (page.length <= limit) return found;
    if (found.length > population.length) throw new RangeError('The pages go round in circles');
  }
}

const some = <Value>(values: readonly Value[], maxLength: number) =>
  fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength });
const scopes = fc.oneof(
  some(Object.keys(markets), 2).map((of): Scope => ({ kind: 'MARKETS', markets: of })),
  some(uais, 2).map((of): Scope => ({ kind: 'SCHOOLS', uais: of, today })),
);
const questions = fc
  .record(
    {
      nameWords: some(words, 4),
      uais: some(uais, 3),
      bornOn: fc.constantFrom(...births.slice(0, 2)),
      personIds: some(
        population.map(({ personId }) => personId),
        50,
      ),
    },
    { requiredKeys: [] },
  )
  .filter(({ nameWords, uais: asked, personIds }) => Boolean(nameWords ?? asked ?? personIds));

test('SUP-1, SUP-3: gives who answers to all that is asked and is in scope, each once, over any pages', async () => {
  await fc.assert(
    fc.asyncProperty(scopes, questions, fc.constantFrom(1, 3, 20), async (scope, query, limit) => {
      const found = await allPages(scope, query, limit);
      expect([...found].sort()).toEqual(wanted(scope, query));
    }),
    { numRuns: runs },
  );
});

test('SUP-1: a name finds first who bears it as a last name, by the word and then by the whole name', async () => {
  const scope: Scope = { kind: 'MARKETS', markets: ['e-primo-2022'] };
  const found = await allPages(scope, { nameWords: ['martin'] }, 20);
  const shown = found.map((id) => population.find(({ personId }) => personId === id)!);
  const key = ({ lastName, firstName }: Invented) => {
    const word = wordsOf(lastName).find((one) => one.startsWith('martin'));
    const isLast = word !== undefined;
    return `${isLast ? 0 : 1} ${word ?? 'martin'} ${sortNameOf(lastName, firstName)}`;
  };
  expect(shown.map(key)).toEqual([...shown.map(key)].sort());
  expect(normalise(shown[0]!.lastName)).toBe('martin');
  expect(shown.some(({ lastName }) => !normalise(lastName).includes('martin'))).toBe(true);
});

test('SUP-3: a school beyond the scope is no criterion: it would tell who is there', async () => {
  const scope: Scope = { kind: 'MARKETS', markets: ['e-primo-2022'] };
  // Of both schools, and seen for the place in the one.
  const both = population.filter(
    ({ places }) => new Set(places.map(({ uai }) => uai)).has(beyond) && places.length > 1,
  );
  const [one] = both;
  const asked = { nameWords: wordsOf(one!.lastName) };
  expect(await allPages(scope, asked, 20)).toContain(one!.personId);
  for (const personIds of [undefined, both.map(({ personId }) => personId)]) {
    const there = { ...asked, uais: [beyond], ...(personIds && { personIds }) };
    expect(await allPages(scope, there, 20)).toEqual([]);
  }
});
