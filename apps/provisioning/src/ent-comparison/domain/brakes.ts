import { defineProblem } from '#libs/problems';

export class EntMissingUnconfirmed extends defineProblem('ENT_MISSING_UNCONFIRMED', 'conflict') {}
export class EntBlocksUnconfirmed extends defineProblem('ENT_BLOCKS_UNCONFIRMED', 'conflict') {}

/** What a person has read and says again, as a figure; undefined: nothing was said. */
export type Confirmed = { readonly missing?: number; readonly blocks?: number };

/** Of the accounts compared: beyond it, the answer is doubted before the ENT is. */
export const missingPercentMax = 30;

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
  const isMany = missing * 100 > compared * missingPercentMax;
  if (isMany && confirmed.missing !== missing) {
    throw new EntMissingUnconfirmed(
      `L’ENT ne connaît plus ${missing} des ${compared} comptes comparés. Vérifiez que son contenu est bien celui qu’il faut rattraper, puis recommencez pour cette école avec --confirm-missing ${missing}.`,
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
