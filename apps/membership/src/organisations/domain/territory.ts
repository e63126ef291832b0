import { departmentOf, type InseeCode, type Siren } from '#libs/identifiers';
import { defineProblem } from '#libs/problems';
import type { Organisation } from './organisation.js';

export class CommuneUnknown extends defineProblem('COMMUNE_UNKNOWN', 'invalid') {}
export class SirenContradicted extends defineProblem('SIREN_CONTRADICTED', 'invalid') {}
export class CompositionContradicted extends defineProblem('COMPOSITION_CONTRADICTED', 'invalid') {}

/** A commune of the official list, or one that has gone: then with the commune that took it in. */
export type Commune = {
  readonly insee: InseeCode;
  readonly siren: string;
  readonly epci: string;
  readonly successor: string;
};

/** The real communes and EPCI, as far as the data know them (ADH-1). */
export type Territory = {
  communeOf(insee: string): Commune | undefined;
  /** Communes of an EPCI with own taxation; empty for one that the list does not know. */
  membersOf(epciSiren: string): readonly InseeCode[];
  /** Whether other communes have merged into this one. */
  isMerged(insee: string): boolean;
};

/**
 * The organisation with the composition that the official list states, where it states one and none was
 * given. Throws CommuneUnknown (all of them at once), SirenContradicted, CompositionContradicted.
 */
export function checkedOnTerritory(organisation: Organisation, territory: Territory): Organisation {
  const { insee, kind, siren, communes } = organisation;
  const named = insee === '' ? communes : [insee, ...communes];
  const unknown = [...new Set(named.filter((code) => !territory.communeOf(code)))];
  if (unknown.length > 0) {
    throw new CommuneUnknown(
      `Le code officiel géographique ne connaît pas : ${unknown.slice(0, 20).join(', ')}. Vérifiez ces codes INSEE (ce ne sont pas des codes postaux).`,
      { unknown },
    );
  }
  if (kind === 'COMMUNE') checkSiren(organisation, territory);
  const members = kind === 'EPCI' ? territory.membersOf(siren) : [];
  if (members.length === 0) return organisation;
  const strangers = communes.filter((code) => !members.includes(code));
  if (strangers.length > 0) {
    throw new CompositionContradicted(
      `D’après la liste officielle, ces communes ne sont pas de l’EPCI ${siren} : ${strangers.slice(0, 20).join(', ')}. Corrigez la composition ou le SIREN.`,
      { siren, strangers },
    );
  }
  return communes.length > 0 ? organisation : { ...organisation, communes: members };
}

function checkSiren({ insee, siren }: Organisation, territory: Territory): void {
  const known = insee === '' ? undefined : territory.communeOf(insee);
  if (insee === '' || !known || known.siren === siren) return;
  // A commune nouvelle often keeps the code of one of those it is made of, under another SIREN: before
  // the merger that one had the SIREN its code states. Of communes that have gone the list knows no other.
  const mayBeFormer = known.siren === '' || territory.isMerged(insee);
  if (mayBeFormer && siren.startsWith(sirenStemOf(insee))) return;
  const expected = known.siren || `${sirenStemOf(insee)}…`;
  throw new SirenContradicted(
    `Le SIREN ${siren} n’est pas celui de la commune ${insee}${known.siren ? ` (${known.siren})` : ''} : corrigez l’un ou l’autre.`,
    { insee, siren, expected },
  );
}

/** The first eight digits of a commune's SIREN as INSEE gives it by its code: 44109 has 21440109x. */
function sirenStemOf(insee: InseeCode): Siren | string {
  const department = departmentOf(insee);
  // Corsica's communes were numbered when it was department 20.
  const digits = department.replace(/^2[AB]$/, '20');
  return `21${digits}${insee.slice(department.length).padStart(6 - digits.length, '0')}`;
}
