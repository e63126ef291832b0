import { type LocalDate, maxDate } from '#libs/time';
import {
  schoolLevels,
  structureKey,
  type GeneratedPupil,
  type GeneratedStaff,
} from '../population.js';
import { assertKnownDay, firstYear, rentreeOf, schoolYearOf } from './calendar.js';
import {
  familyCount,
  familyLife,
  type ChildLife,
  type FamilyLife,
  type GuardianLife,
} from './family-life.js';
import {
  Classes,
  firstLevelOf,
  sitesAround,
  sitesFor,
  teaches,
  type Site,
  type SiteBounds,
} from './sites.js';
import { postsOf, staffOn } from './staff-life.js';

export type PopulationOptions = {
  readonly seed: string | number;
  /** People of all profiles on the first day, about. */
  readonly size: number;
} & SiteBounds;

/** A guardian on a day, with the children who are at school and of whom the family has custody. */
export type GuardianOnDay = {
  readonly guardian: GuardianLife;
  readonly pupils: readonly GeneratedPupil[];
  readonly street: string;
  readonly postalCode: string;
  readonly city: string;
};

export type FamilyOnDay = {
  readonly pupils: readonly GeneratedPupil[];
  readonly guardians: readonly GuardianOnDay[];
};

/**
 * Invented people in real schools, on every day of four school years: a pure function of seed,
 * size and day. A family or a post is one unit, computed alone, so that a million people need no
 * memory and two days compare unit by unit.
 */
export class PopulationDays {
  readonly sites: readonly Site[];
  readonly classes = new Classes();
  private readonly siteOfUai: ReadonlyMap<string, Site>;
  private readonly indexOfKey: ReadonlyMap<string, number>;

  constructor(readonly options: PopulationOptions) {
    this.sites = sitesFor(options.seed, options.size, options);
    this.siteOfUai = new Map(this.sites.map((site) => [site.school.uai, site]));
    this.indexOfKey = new Map(
      this.sites.map(({ school, index }) => [structureKey(school.uai), index]),
    );
  }

  siteOf(uai: string): Site | undefined {
    return this.siteOfUai.get(uai);
  }

  /** Place in `sites` of the school whose join key that is. */
  indexOfStructure(key: string): number {
    return this.indexOfKey.get(key)!;
  }

  *familiesOf(site: Site): Generator<FamilyLife> {
    const count = familyCount(site);
    for (let number = 0; number < count; number++) {
      yield familyLife(this.options.seed, this.sites, site, number);
    }
  }

  /** Who of the family is in the directory on that day; of one school alone if it is given. */
  familyOn(family: FamilyLife, day: LocalDate, within?: Site): FamilyOnDay {
    assertKnownDay(day);
    const pupils = family.children.flatMap((child) => {
      const pupil = this.pupilOn(child, family.guardians, day);
      return pupil && (within === undefined || pupil.uai === within.school.uai) ? [pupil] : [];
    });
    const guardians = family.guardians.flatMap((guardian): GuardianOnDay[] => {
      const own = pupils.filter(({ guardians }) =>
        guardians.some(({ key }) => key === guardian.key),
      );
      if (own.length === 0) return [];
      const hasMoved = guardian.removesOn !== undefined && guardian.removesOn <= day;
      const { school } = (hasMoved && family.children[0]?.move?.to) || family.site;
      const [street, postalCode, city] = [
        guardian.streets[hasMoved ? 1 : 0],
        school.postalCode,
        school.city,
      ];
      return [{ guardian, pupils: own, street, postalCode, city }];
    });
    return { pupils, guardians };
  }

  /** The families with a child in that school on that day, with those children alone. */
  *familiesAt(site: Site, day: LocalDate): Generator<FamilyOnDay> {
    for (const around of sitesAround(site, this.sites)) {
      for (const family of this.familiesOf(around)) {
        const there = this.familyOn(family, day, site);
        if (there.pupils.length > 0) yield there;
      }
    }
  }

  /** One function for each post: its holder on a day. */
  postsOf(site: Site): readonly ((day: LocalDate) => GeneratedStaff)[] {
    return postsOf(this.classes.countOf(site)).map(
      (role, post) => (day) => staffOn(this.options.seed, this.sites, site, post, role, day),
    );
  }

  private pupilOn(
    child: ChildLife,
    guardians: readonly GuardianLife[],
    day: LocalDate,
  ): GeneratedPupil | undefined {
    const year = schoolYearOf(day);
    const level = child.firstYearLevel + year - firstYear;
    if (child.arrivesOn !== undefined && day < child.arrivesOn) return undefined;
    if (child.leavesOn !== undefined && day >= child.leavesOn) return undefined;
    const hasMoved = child.move !== undefined && child.move.on <= day;
    const site = hasMoved && teaches(child.move.to, level) ? child.move.to : child.home;
    if (!teaches(site, level)) return undefined;
    const isCorrected = child.correction === undefined || child.correction.on <= day;
    const { lastName, firstName } = isCorrected ? child : child.correction;
    const began = rentreeOf(firstYear + firstLevelOf(site) - child.firstYearLevel);
    return {
      ...{ key: child.key, ine: child.ine, lastName, firstName },
      ...{ sex: child.sex, birthDate: child.birthDate, level: schoolLevels[level]! },
      familyKey: '',
      uai: site.school.uai,
      schoolClass: this.classes.of(site, schoolLevels[level]!, year, child.rank),
      enteredOn: maxDate(
        began,
        ...(child.arrivesOn ? [child.arrivesOn] : []),
        ...(hasMoved && site === child.move.to ? [child.move.on] : []),
      ),
      guardians: guardians
        .filter(({ losesAuthorityOn }) => losesAuthorityOn === undefined || day < losesAuthorityOn)
        .map(({ key, relation }) => ({ key, relation })),
    };
  }
}
