import {
  type ExpectedPerson,
  type TableAdult,
  withAdults,
} from '../../../../test/academy/expected-people.js';
import { AccountState, Profile, type Person, type PlanSchool } from '#libs/contracts';
import { formatCount } from '#libs/money';
import { problemsOr } from '../checks.js';
import type { Check } from '../figures.js';
import type { Services } from '../services.js';
import type { AcademyPeople } from './academy-people.js';
import { type AcademyStory, agent, dataDays, schoolsOfStory } from './academy-story.js';
import type { Decisions } from './decisions.js';
import { importOf, sources } from './deliveries.js';

const perPage = 200;
const atOnce = 8;
type People = ReadonlyMap<string, ExpectedPerson>;

/** Whether the services say of people, schools and accounts what the population itself says, school by school. */
export class AcademyChecks {
  constructor(
    private readonly story: AcademyStory,
    private readonly services: Services,
    private readonly people: AcademyPeople,
    private readonly decisions: Decisions,
  ) {}

  async all(adults: readonly TableAdult[], hasLdap: boolean): Promise<Check[]> {
    const expected = await this.expectedPeople(adults);
    const found = await this.peopleOfMembers();
    return [
      await this.checkDeliveries(hasLdap),
      await this.checkPeople(expected),
      await this.checkSchools(expected),
      this.checkAccounts(expected, found),
      ...(hasLdap ? [await this.checkIdentifiers(found)] : []),
      await this.checkDecisions(),
      await this.checkMerge(),
      await this.checkErasures(),
    ];
  }

  /** Whoever is there at the end, by the population: the closed school has no pupils, and who was parted is two. */
  private async expectedPeople(adults: readonly TableAdult[]): Promise<People> {
    const { merges } = await this.services
      .directory(agent)
      .listMerges({ decidedBy: 'PERSON', limit: perPage });
    const pairs = [
      ...(await this.decisions.openQuestions(agent)),
      ...merges.filter(({ undoneOn }) => undoneOn !== ''),
    ].map(({ pairId }) => pairId);
    const questions = [];
    for (const pairId of pairs) questions.push(await this.decisions.withFamilies(pairId));
    const apart = this.people.apartIn(questions);
    const people = this.people.expected.on(dataDays.rentree, apart);
    return withoutPupilsOf(withAdults(people, adults), schoolsOfStory.closed);
  }

  /** Each source delivered, a delta among them, all of it was applied, and something came of it. */
  private async checkDeliveries(hasLdap: boolean): Promise<Check> {
    const faults: string[] = [];
    const figures: string[] = [];
    for (const { sourceCode, kind } of sources) {
      if (kind === 'LDAP' && !hasLdap) continue;
      const asked = { source: sourceCode, limit: perPage };
      const { imports } = await this.services.directory(agent).listImports(asked);
      const ended = imports.filter(({ state }) => state === 'COMPLETED');
      const changes = ended.map((one) => one.peopleCreated + one.peopleChanged);
      if (ended.length < imports.length)
        faults.push(`${sourceCode} : ${imports.length - ended.length} imports non terminés`);
      if (!changes.some((count) => count > 0)) faults.push(`${sourceCode} : rien n’a changé`);
      figures.push(`${sourceCode} ${formatCount(ended.length)}`);
    }
    return {
      name: 'academy-deliveries',
      title: 'Exports et delta AAF, ONDE, tableaux, LDAP : chaque envoi est appliqué en entier',
      holds: faults.length === 0,
      detail: problemsOr(faults, figures.join(', ')),
    };
  }

  private async checkPeople(expected: People): Promise<Check> {
    const { people, schools, counts } = await this.services.directory().countPeople({});
    const found = counts.map(({ profile, count }) => `${Profile[profile]} ${count}`).sort();
    const wanted = [...profilesOf(expected)].map(([profile, count]) => `${profile} ${count}`);
    const faults = [
      ...(people === expected.size ? [] : [`${people} personnes pour ${expected.size}`]),
      ...(schools === this.story.schools ? [] : [`${schools} écoles pour ${this.story.schools}`]),
      ...found.filter((line) => !wanted.includes(line)).map((line) => `en trop : ${line}`),
      ...wanted.filter((line) => !found.includes(line)).map((line) => `attendu : ${line}`),
    ];
    return {
      name: 'academy-people',
      title: 'Personnes présentes : celles de la population, ni plus ni moins',
      holds: faults.length === 0,
      detail: problemsOr(
        faults,
        `${formatCount(people)} personnes, ${formatCount(schools)} écoles`,
      ),
    };
  }

  /** Who is in each school, by profile, and its classes. */
  private async checkSchools(expected: People): Promise<Check> {
    const counts = new Map<string, number>();
    const classes = new Map<string, Set<string>>();
    for (const { places } of expected.values()) {
      for (const place of places) {
        const [profile = '', uai = '', ...label] = place.split(' ');
        counts.set(`${uai} ${profile}`, (counts.get(`${uai} ${profile}`) ?? 0) + 1);
        if (label.length === 0) continue;
        const labels = classes.get(uai) ?? new Set();
        classes.set(uai, labels.add(label.join(' ')));
      }
    }
    const faults: string[] = [];
    let cursor = '';
    let seen = 0;
    do {
      const page = await this.services.directory().listSchools({ limit: perPage, cursor });
      for (const school of page.schools) {
        seen += 1;
        const { uai } = school;
        const labels = school.classes.map(({ label }) => label);
        const missing = [...(classes.get(uai) ?? [])].filter((label) => !labels.includes(label));
        if (missing.length > 0) faults.push(`${uai} : sans la classe ${missing.join(', ')}`);
        for (const name of ['STUDENT', 'RELATIVE', 'TEACHER', 'PERSONNEL', 'GUEST']) {
          const wanted = counts.get(`${uai} ${name}`) ?? 0;
          const found = school.counts.find(({ profile }) => Profile[profile] === name)?.count ?? 0;
          if (found !== wanted) faults.push(`${uai} : ${found} ${name} pour ${wanted}`);
        }
      }
      cursor = page.nextCursor;
    } while (cursor !== '');
    return {
      name: 'academy-schools',
      title: 'École par école : élèves, responsables, personnels et classes de la rentrée',
      holds: faults.length === 0 && seen === this.story.schools,
      detail: problemsOr(faults, `${formatCount(seen)} écoles comparées une à une`),
    };
  }

  /** Of whoever has a place in a school that is financed, and of nobody else, each profile has its account. */
  private checkAccounts(expected: People, found: readonly Holder[]): Check {
    const uais = new Set(this.financed());
    const wanted = [...expected.values()].flatMap((person) => {
      const profiles = [...person.places].flatMap((place) => {
        const [profile = '', uai = ''] = place.split(' ');
        return uais.has(uai) ? [profile] : [];
      });
      return [...new Set(profiles)].map((profile) => `${profile} ${wordsOf(person)}`);
    });
    const open = found.map(({ profile, person }) => `${profile} ${wordsOf(person)}`);
    const faults = [
      ...surplus(open, wanted).map((line) => `compte en trop : ${line.split(' ')[0]}`),
      ...surplus(wanted, open).map((line) => `compte absent : ${line.split(' ')[0]}`),
      ...found
        .filter(({ state }) => !isOpen.has(state))
        .map(({ state, profile }) => `compte ${profile} : ${AccountState[state]}`),
    ];
    return {
      name: 'academy-accounts',
      title: 'Un compte ouvert par personne et profil des écoles financées, aucun autre',
      holds: faults.length === 0 && open.length > 0,
      detail: problemsOr(
        faults,
        `${formatCount(open.length)} comptes dans ${formatCount(uais.size)} écoles`,
      ),
    };
  }

  /** The staff of financed schools has the identifier of the academy's LDAP (AUT-1). */
  private async checkIdentifiers(found: readonly Holder[]): Promise<Check> {
    const staff = this.people.expected.on(dataDays.rentree);
    const words = new Set([...staff.values()].filter(isStaff).map(wordsOf));
    const own = found.filter(
      ({ profile, person }) =>
        ['TEACHER', 'PERSONNEL'].includes(profile) && words.has(wordsOf(person)),
    );
    const without = own.filter(({ person }) => person.academicIdentifier === '');
    return {
      name: 'academy-ldap',
      title: 'Annuaire LDAP : identifiant académique de l’équipe',
      holds: without.length === 0 && own.length > 0,
      detail:
        without.length === 0
          ? `${formatCount(own.length)} enseignants et personnels`
          : `${without.length} sans identifiant`,
    };
  }

  private async checkDecisions(): Promise<Check> {
    const directory = this.services.directory(agent);
    const { imports } = await directory.listImports({ source: 'aaf1d-nantes', limit: perPage });
    const emptied = this.story.days
      .flatMap(({ acts }) => acts)
      .find((act) => act.kind === 'deliver-emptied');
    const held = emptied && importOf(imports, emptied);
    const planId = held?.planId ?? '';
    const decided: PlanSchool[] = [];
    for (const state of ['APPROVED', 'REJECTED']) {
      const { schools } = await directory.listPlanSchools({ planId, state, limit: perPage });
      decided.push(...schools);
    }
    const stateOf = (wanted: string) => decided.find(({ uai }) => uai === wanted)?.state ?? '—';
    const states = [schoolsOfStory.closed, schoolsOfStory.cut].map(stateOf);
    return {
      name: 'academy-held',
      title: 'Deux écoles retenues : l’une approuvée, l’autre rejetée et inchangée',
      holds: states.join() === 'APPROVED,REJECTED' && held?.state === 'COMPLETED',
      detail: `${schoolsOfStory.closed} ${states[0]}, ${schoolsOfStory.cut} ${states[1]}`,
    };
  }

  private async checkMerge(): Promise<Check> {
    const { merges } = await this.services
      .directory(agent)
      .listMerges({ decidedBy: 'PERSON', limit: perPage });
    const undone = merges.filter(({ undoneOn }) => undoneOn !== '');
    return {
      name: 'academy-merge',
      title: 'Deux personnes réunies par erreur sont de nouveau deux, comme avant',
      holds: undone.length === 1,
      detail: undone.map(({ undoneOn }) => `réunion défaite le ${undoneOn}`).join(', '),
    };
  }

  private async checkErasures(): Promise<Check> {
    const officer = this.services.directory('dpo');
    const first = await officer.listErasures({ limit: perPage });
    const erasures = [...first.erasures];
    for (let cursor = first.nextCursor; cursor !== '';) {
      const page = await officer.listErasures({ limit: perPage, cursor });
      erasures.push(...page.erasures);
      cursor = page.nextCursor;
    }
    const proven = erasures.filter(({ provedAt }) => provedAt !== '');
    const faults = [
      ...(first.due > 0 ? [`${first.due} encore à effacer`] : []),
      ...proven.flatMap(({ personId, unexpected }) =>
        unexpected > 0 ? [`${personId} : ${unexpected} traces inattendues`] : [],
      ),
    ];
    return {
      name: 'academy-erasures',
      title: 'Qui est parti est effacé, et l’effacement est prouvé partout',
      holds: faults.length === 0 && proven.length > 0,
      detail: problemsOr(
        faults,
        `${formatCount(erasures.length)} personnes effacées, ${formatCount(proven.length)} prouvée${proven.length > 1 ? 's' : ''}`,
      ),
    };
  }

  private financed(): string[] {
    return this.story.members.flatMap(({ schools }) => schools.map(({ uai }) => uai));
  }

  /** Whoever has an account of a financed school, as the directory knows the person. */
  private async peopleOfMembers(): Promise<Holder[]> {
    const accounts = [];
    for (const uai of this.financed()) {
      let cursor = '';
      do {
        const page = await this.services.provisioning().listAccounts({
          ...{ uai, limit: perPage, cursor },
        });
        accounts.push(...page.accounts.filter(({ state }) => !isGone.has(state)));
        cursor = page.nextCursor;
      } while (cursor !== '');
    }
    const holders: Holder[] = [];
    for (let from = 0; from < accounts.length; from += atOnce) {
      holders.push(
        ...(await Promise.all(
          accounts.slice(from, from + atOnce).map(async ({ personId, profile, state }) => {
            const { person } = await this.services.directory().getPerson({ personId });
            return { person: person!, profile: Profile[profile] ?? '', state };
          }),
        )),
      );
    }
    return holders;
  }
}

type Holder = { readonly person: Person; readonly profile: string; readonly state: AccountState };

const isGone = new Set([AccountState.CLOSING, AccountState.DELETED]);
const isOpen = new Set([AccountState.PROVISIONED, AccountState.ACTIVATED]);
const wordsOf = ({ lastName, firstName, birthDate }: Person | ExpectedPerson) =>
  `${lastName}|${firstName}|${birthDate}`;
const isStaff = ({ places }: ExpectedPerson) =>
  [...places].some((place) => /^(TEACHER|PERSONNEL) /.test(place));

/** How many people have each profile. */
function profilesOf(people: People): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { places } of people.values()) {
    const profiles = new Set([...places].map((place) => place.split(' ')[0] ?? ''));
    for (const profile of profiles) counts.set(profile, (counts.get(profile) ?? 0) + 1);
  }
  return counts;
}

/** What the one list has more often than the other. */
function surplus(one: readonly string[], other: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const line of other) left.set(line, (left.get(line) ?? 0) + 1);
  return one.filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  });
}

/** Without the pupils of a school, and guardians who were there for them alone. */
export function withoutPupilsOf(people: People, uai: string): People {
  const pupils = new Set(
    [...people]
      .filter(([, { places }]) => [...places].some((place) => place.startsWith(`STUDENT ${uai} `)))
      .map(([key]) => key),
  );
  return new Map(
    [...people].flatMap(([key, person]) => {
      if (pupils.has(key)) return [];
      const places = new Set([...person.places].filter((place) => place !== `RELATIVE ${uai}`));
      if (places.size === 0) return [];
      const children = new Set([...person.children].filter((child) => !pupils.has(child)));
      return [[key, { ...person, places, children }] as const];
    }),
  );
}
