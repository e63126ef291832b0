import { isBirthDate, moreOf } from './attributes.js';
import type { Graph } from './graph.js';
import { EntError, type EntProfile, type Structure, type User } from './nodes.js';
import { createClass, createSchool } from './schools.js';
import { linkFamily, unlinkFromStructure } from './ties.js';
import { addUser } from './users.js';

/** An academy's whole AAF-1D delivery, as far as it matters here. Keys are the ministry's, without a prefix. */
export type Feed = {
  /** `NANTES`: what all its identifiers begin with. */
  readonly academy: string;
  readonly schools: readonly {
    readonly key: string;
    readonly uai: string;
    readonly name: string;
  }[];
  readonly people: readonly FedPerson[];
};
type FedPerson = {
  readonly key: string;
  readonly profile: EntProfile;
  readonly firstName: string;
  readonly lastName: string;
  /** YYYY-MM-DD. */
  readonly birthDate?: string;
  readonly emailAcademy?: string;
  readonly school: string;
  readonly className?: string;
  /** Of a relative. */
  readonly children?: readonly string[];
};

const source = 'AAF1D';

/**
 * §3.2, row I: every identifier bears the academy's prefix. New people are made, known ones keep id, login and code and get
 * what changed, and whoever is not in it any more is marked as missing. A user that was unlinked from its school leaves it
 * again (row H). Nobody is marked as a duplicate: that is another job (`markDuplicates`).
 */
export function feed(graph: Graph, { academy, schools, people }: Feed): { users: number } {
  const prefixed = (key: string) => `${academy}-${key}`;
  // A school that is here under another externalId is found by its UAI, and keeps that and its name; its source changes.
  const structures = new Map(
    schools.map(({ key, uai, name }) => {
      const known = graph.structureOfExternalId(prefixed(key)) ?? graph.structureOfUai(uai);
      if (!known)
        return [key, createSchool(graph, { name, UAI: uai, externalId: prefixed(key) }, source)];
      const value = { ...known, source };
      graph.record({ put: 'structure', value });
      return [key, value];
    }),
  );
  for (const person of people) {
    const structure = structures.get(person.school);
    if (!structure) throw new EntError('invalid.structure');
    write(graph, person, prefixed, structure);
  }
  for (const { key, children = [] } of people) {
    const relativeId = graph.userOfExternalId(prefixed(key))!.id;
    for (const child of children)
      linkFamily(graph, graph.userOfExternalId(prefixed(child))?.id ?? '', relativeId);
  }
  markMissing(graph, academy, new Set(people.map(({ key }) => prefixed(key))));
  return { users: people.length };
}

function write(
  graph: Graph,
  person: FedPerson,
  prefixed: (key: string) => string,
  structure: Structure,
): void {
  const { profile, firstName, birthDate = '', className, school } = person;
  const lastName = person.lastName.toUpperCase();
  const externalId = prefixed(person.key);
  const classId =
    className === undefined ? [] : [classOf(graph, structure, prefixed(school), className)];
  const more = {
    ...moreOf(profile, person),
    // The node keeps its key without the prefix, too (§3.2).
    ...(profile === 'Student' ? { attachmentId: person.key } : {}),
  };
  const told = { firstName, lastName, birthDate: isBirthDate(birthDate) ? birthDate : null };
  const known = graph.userOfExternalId(externalId);
  if (!known) {
    const places = { classIds: classId, structureIds: [structure.id] };
    addUser(graph, { ...told, ...places, externalId, type: profile, source, more });
    return;
  }
  graph.change(known, {
    ...told,
    ...{ source, disappearanceDate: null, more: { ...known.more, ...more } },
  });
  if (known.removedFromStructures.includes(structure.externalId))
    unlinkFromStructure(graph, structure.id, known.id);
  else
    graph.change(graph.users.get(known.id)!, {
      ...{ classIds: classId, structureIds: [structure.id] },
      writtenClasses: graph.classExternalIds(classId),
    });
}

/** One of the same name that another made is another class. */
function classOf(graph: Graph, structure: Structure, schoolKey: string, name: string): string {
  const key = `${schoolKey}-${name}`;
  return (graph.classOfExternalId(key) ?? createClass(graph, structure.id, { name }, false, key))
    .id;
}

function markMissing(graph: Graph, academy: string, seen: ReadonlySet<string>): void {
  const isMissing = (user: User) =>
    user.source === source &&
    user.externalId.startsWith(`${academy}-`) &&
    user.disappearanceDate === null &&
    !seen.has(user.externalId);
  for (const user of [...graph.users.values()].filter(isMissing))
    graph.change(user, { disappearanceDate: graph.clock.now() });
}
