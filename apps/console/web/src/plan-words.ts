const kinds: Record<string, string> = {
  NEW: 'Arrivée',
  CHANGE: 'Modification',
  IDENTITY: 'Changement d’identité',
  RETURN: 'Retour',
  END: 'Départ',
};
export const changeKinds = Object.entries(kinds);
export const changeKind = (code: string) => kinds[code] ?? code;

const reasons: Record<string, string> = {
  FIRST_STATED: 'déclarée pour la première fois',
  MATCHED: 'reconnue sous un autre identifiant',
  CAME_BACK: 'déclarée de nouveau après un départ',
  KNOWN_FROM_ANOTHER: 'déjà connue d’une autre source',
  DETAILS_CHANGED: 'renseignements modifiés',
  CLASSES_CHANGED: 'classes ou groupes modifiés',
  SCHOOLS_CHANGED: 'écoles modifiées',
  OTHER_NAME: 'ce n’est plus le même nom',
  KEY_CHANGED: 'l’identifiant de la source a changé',
  NOT_STATED: 'la source ne la déclare plus',
  STATED_BY_ANOTHER: 'une autre source la déclare encore',
};
export const changeReason = (code: string) => reasons[code] ?? code;

/** « Fin : classe CE2 bleu », of one school or with its UAI where the change touches several. */
export const classChange = (
  change: {
    readonly uai: string;
    readonly classId: string;
    readonly group: boolean;
    readonly change: string;
  },
  isOfSeveral: boolean,
) => {
  const when = change.change === 'ENDS' ? 'Fin' : 'Début';
  const where = isOfSeveral ? ` (${change.uai})` : '';
  return `${when} : ${change.group ? 'groupe' : 'classe'} ${change.classId}${where}`;
};

/** Why nothing of a school is applied before somebody decides (DIR-3). */
export const heldBecause = ({
  state,
  over,
}: {
  readonly state: string;
  readonly over: boolean;
}) => {
  if (state !== 'HELD') return '';
  return over ? 'Seuil dépassé' : 'À lire avant d’appliquer';
};
