import { addDays, type LocalDate } from '#libs/time';
import {
  guardianAttributes,
  pupilAttributes,
  staffAttributes,
  structureAttributes,
} from '../aaf-attributes.js';
import { AafFileWriter, type AafAttributes, type AafEntity } from '../aaf-file-writer.js';
import { structureKey } from '../population.js';
import type { PopulationDays } from '../school-years/population-days.js';
import { sitesAround } from '../school-years/sites.js';
import type { DayOptions, Written } from './written.js';

type AafEntry = {
  readonly entity: AafEntity;
  readonly key: string;
  readonly attributes: AafAttributes;
};

/** One school alone is a perimeter of its own: who goes to another school leaves it. */
export type AafDayOptions = DayOptions & {
  readonly entriesPerPart?: number;
  /** Of a delta: the day of the export that it changes; the day before unless said otherwise. */
  readonly since?: LocalDate;
};

/** A full AAF-1D export of a day. */
export function writeFullAaf(population: PopulationDays, options: AafDayOptions): Written {
  return writeAaf(options, 'Complet', (writers) => {
    for (const entriesOn of unitsOf(population, options)) {
      for (const { entity, key, attributes } of entriesOn(options.day)) {
        writers[entity].add(key, attributes);
      }
    }
  });
}

/** What has changed since the day before, or since an earlier one: the full export of that day and this one make the full export of the day. */
export function writeDeltaAaf(population: PopulationDays, options: AafDayOptions): Written {
  return writeAaf(options, 'Delta', (writers) => {
    for (const entriesOn of unitsOf(population, options)) {
      const since = options.since ?? addDays(options.day, -1);
      const before = new Map(entriesOn(since).map((entry) => [entry.key, entry]));
      for (const { entity, key, attributes } of entriesOn(options.day)) {
        const former = before.get(key);
        before.delete(key);
        if (!former) {
          writers[entity].add(key, attributes);
          continue;
        }
        const replaced = replacements(former.attributes, attributes);
        if (replaced.length > 0) writers[entity].modify(key, replaced);
      }
      for (const { entity, key } of before.values()) writers[entity].delete(key);
    }
  });
}

type Writers = Readonly<Record<AafEntity, AafFileWriter>>;

function writeAaf(
  { folder, day, entriesPerPart = 2000 }: AafDayOptions,
  extent: 'Complet' | 'Delta',
  write: (writers: Writers) => void,
): Written {
  const of = (entity: AafEntity) =>
    new AafFileWriter({
      ...{ folder, entity, extent, entriesPerPart },
      ...{ exportedOn: day, encoding: 'UTF-8' as const },
    });
  const writers: Writers = {
    EtabEducNat: of('EtabEducNat'),
    Eleve: of('Eleve'),
    PersRelEleve: of('PersRelEleve'),
    PersEducNat: of('PersEducNat'),
  };
  write(writers);
  const all = Object.values(writers);
  for (const writer of all) writer.close();
  return {
    files: all.flatMap(({ files }) => files),
    schools: writers.EtabEducNat.count,
    pupils: writers.Eleve.count,
    guardians: writers.PersRelEleve.count,
    staff: writers.PersEducNat.count,
  };
}

/** Schools, families and posts one by one: what of each stands in the export of a day. A key stands in one of them only. */
function* unitsOf(
  population: PopulationDays,
  { site: within, progress }: AafDayOptions,
): Generator<(day: LocalDate) => readonly AafEntry[]> {
  const sites = within ? sitesAround(within, population.sites) : population.sites;
  for (const [done, site] of sites.entries()) {
    progress?.(done, sites.length);
    if (!within || within === site) {
      const { school } = site;
      const key = structureKey(school.uai);
      yield () => [{ entity: 'EtabEducNat', key, attributes: structureAttributes(school) }];
    }
    for (const family of population.familiesOf(site)) {
      yield (day) => {
        const { pupils, guardians } = population.familyOn(family, day, within);
        return [
          ...pupils.map((pupil) => ({
            ...{ entity: 'Eleve' as const, key: pupil.key },
            attributes: pupilAttributes(pupil),
          })),
          ...guardians.map(({ guardian, pupils: own, street, ...place }) => ({
            ...{ entity: 'PersRelEleve' as const, key: guardian.key },
            attributes: guardianAttributes(
              guardian,
              own.map(({ key }) => key),
              place,
              { street, mobile: guardian.mobile },
            ),
          })),
        ];
      };
    }
    for (const holderOn of population.postsOf(site)) {
      yield (day) => {
        const person = holderOn(day);
        const uais = person.uais.filter((uai) => !within || uai === within.school.uai);
        if (uais.length === 0) return [];
        const attributes = staffAttributes({ ...person, uais });
        return [{ entity: 'PersEducNat', key: person.key, attributes }];
      };
    }
  }
}

/** The lists that differ; one that the day no longer has is replaced by an empty value. */
export function replacements(before: AafAttributes, after: AafAttributes): AafAttributes {
  const former = new Map(before.map(([name, ...values]) => [name, values]));
  const changed: (readonly [string, ...string[]])[] = [];
  for (const [name, ...values] of after) {
    const old = former.get(name);
    former.delete(name);
    if (!old || old.length !== values.length || old.some((value, i) => value !== values[i])) {
      changed.push([name, ...values]);
    }
  }
  for (const name of former.keys()) changed.push([name, '']);
  return changed;
}
