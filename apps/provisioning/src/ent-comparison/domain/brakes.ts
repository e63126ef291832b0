import { defineProblem } from '#libs/problems';

export class EntMissingUnconfirmed extends defineProblem('ENT_MISSING_UNCONFIRMED', 'conflict') {}
export class EntBlocksUnconfirmed extends defineProblem('ENT_BLOCKS_UNCONFIRMED', 'conflict') {}

/** The figure that a person has read and repeated; undefined: none. `missingByTwo`: up to which two persons confirmed. */
export type Confirmed = {
  readonly missing?: number;
  readonly blocks?: number;
  readonly missingByTwo?: number;
};

/** Of the accounts compared: beyond it, the answer is doubted before the ENT is. */
export const missingPercentMax = 30;

export const isManyMissing = (found: { compared: number; missing: number }): boolean =>
  found.missing * 100 > found.compared * missingPercentMax;

/** The confirmation of two persons is needed, and given. */
export const usesConfirmation = (
  found: { compared: number; missing: number },
  { missing, missingByTwo = 0 }: Confirmed,
): boolean => isManyMissing(found) && missing !== found.missing && found.missing <= missingByTwo;

/**
 * Throws where so much would be done that a person must say the figure that it read. `ceiling`: users of the school who may
 * be blocked or deleted there without it, because the books know them no more, or know them as deleted.
 */
export function requireConfirmed(
  found: { compared: number; missing: number; blocks: number },
  confirmed: Confirmed,
  ceiling: number,
): void {
  const { compared, missing, blocks } = found;
  const isConfirmed = confirmed.missing === missing || usesConfirmation(found, confirmed);
  if (isManyMissing(found) && !isConfirmed) {
    const exceeded =
      confirmed.missingByTwo === undefined
        ? ''
        : `, plus que les ${confirmed.missingByTwo} confirmés à deux`;
    throw new EntMissingUnconfirmed(
      `L’ENT ne connaît plus ${missing} des ${compared} comptes comparés${exceeded}. Vérifiez que son contenu est bien celui qu’il faut rattraper, puis recommencez pour cette école avec --confirm-missing ${missing}, ou faites confirmer toutes les écoles à deux : provisioning missing.`,
      { missing, compared },
    );
  }
  if (blocks > ceiling && confirmed.blocks !== blocks) {
    throw new EntBlocksUnconfirmed(
      `${blocks} utilisateurs de l’ENT seraient bloqués ou supprimés, plus que les ${ceiling} permis sans accord. Lisez-en la liste, puis recommencez pour cette école avec --confirm-blocks ${blocks}.`,
      { blocks, ceiling },
    );
  }
}
