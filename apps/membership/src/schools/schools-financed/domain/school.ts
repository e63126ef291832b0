import type { InseeCode, Uai } from '#libs/identifiers';
import { defineProblem } from '#libs/problems';

export class SchoolInseeContradicted extends defineProblem(
  'SCHOOL_INSEE_CONTRADICTED',
  'conflict',
) {}
export class SchoolCommuneUnknown extends defineProblem('SCHOOL_COMMUNE_UNKNOWN', 'conflict') {}

/** A school as a financing decision sees it. */
export type School = {
  readonly uai: Uai;
  /** The commune where it stands. */
  readonly insee: InseeCode;
  readonly isPublic: boolean;
};

/** What the directory told; its source does not always say the commune. */
export type SchoolTold = { readonly insee?: InseeCode; readonly isPublic: boolean };

/**
 * What is known of a school (SCH-1): the directory's word; only where it has said nothing yet, that of
 * somebody who may answer for it. Schools are financed at adhesion, months before the first import.
 * Throws SchoolInseeContradicted where the two differ, SchoolCommuneUnknown where nobody has said the commune.
 */
export function schoolFrom(
  uai: Uai,
  told: SchoolTold | undefined,
  stated: { readonly insee?: InseeCode; readonly isTrusted: boolean },
): School {
  const isPublic = told?.isPublic ?? true;
  if (told?.insee !== undefined) {
    if (stated.insee !== undefined && stated.insee !== told.insee) {
      throw new SchoolInseeContradicted(
        `L’annuaire situe l’école ${uai} dans la commune ${told.insee}, non ${stated.insee} : vérifiez l’UAI.`,
        { uai, insee: told.insee, stated: stated.insee },
      );
    }
    return { uai, insee: told.insee, isPublic };
  }
  if (stated.insee === undefined || !stated.isTrusted) {
    throw new SchoolCommuneUnknown(
      `L’annuaire ne connaît pas encore la commune de l’école ${uai} : le coordonnateur doit l’indiquer.`,
      { uai },
    );
  }
  return { uai, insee: stated.insee, isPublic };
}
