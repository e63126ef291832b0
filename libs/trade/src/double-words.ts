type Reason = { readonly words: string; readonly speaks: 'for' | 'against' | 'neither' };
const reason = (speaks: Reason['speaks'], words: string): Reason => ({ speaks, words });

/** What the directory compared, for who decides: each line says what to look at. */
const reasons: Record<string, Reason> = {
  INE_EQUAL: reason('for', 'même INE'),
  INE_DIFFERENT: reason('against', 'deux INE différents'),
  LAST_NAME_EQUAL: reason('for', 'même nom'),
  LAST_NAME_IS_BIRTH_NAME: reason('for', 'le nom de l’une est le nom de naissance de l’autre'),
  LAST_NAME_PART: reason('for', 'une partie du nom est la même'),
  LAST_NAME_SOUND: reason('for', 'noms qui se prononcent pareil'),
  LAST_NAME_SLIP: reason('for', 'noms à une faute de frappe près'),
  LAST_NAME_OTHER: reason('against', 'noms différents'),
  FIRST_NAME_EQUAL: reason('for', 'même prénom'),
  FIRST_NAME_AMONG_OTHERS: reason('for', 'le prénom de l’une est un autre prénom de l’autre'),
  FIRST_NAME_PART: reason('for', 'une partie du prénom est la même'),
  FIRST_NAME_SOUND: reason('for', 'prénoms qui se prononcent pareil'),
  FIRST_NAME_SLIP: reason('for', 'prénoms à une faute de frappe près'),
  FIRST_NAME_SHORT_FORM: reason('for', 'un prénom est le diminutif de l’autre'),
  FIRST_NAME_OTHER: reason('against', 'prénoms différents'),
  NAMES_SWAPPED: reason('for', 'nom et prénom inversés'),
  OTHER_FIRST_NAMES_DIFFERENT: reason('against', 'autres prénoms différents'),
  BIRTH_DATE_EQUAL: reason('for', 'même date de naissance'),
  BIRTH_DATE_SWAPPED: reason('for', 'date de naissance au jour et au mois inversés'),
  BIRTH_DATE_DIGIT: reason('for', 'dates de naissance à un chiffre près'),
  BIRTH_DATE_OTHER: reason('against', 'dates de naissance différentes'),
  BIRTH_DATE_UNSAID: reason('neither', 'une date de naissance manque'),
  CIVILITY_DIFFERENT: reason('against', 'civilités différentes'),
  SCHOOL_SHARED: reason('for', 'même école'),
  LEVEL_DIFFERENT: reason('against', 'niveaux différents'),
  RELATIVE_SHARED: reason('for', 'un proche en commun'),
  RELATIVE_NAMES_EQUAL: reason('for', 'responsables des mêmes noms'),
  ACADEMY_KEY_EQUAL: reason('for', 'même identifiant de l’académie'),
  IDENTIFIER_REPLACED: reason('for', 'la source remplace l’une par l’autre'),
  RELATION_EQUAL: reason('for', 'même lien avec ce proche'),
  RELATION_DIFFERENT: reason('against', 'autre lien avec ce proche'),
  KIND_DIFFERENT: reason('neither', 'profils différents'),
  STATED_BESIDE_EACH_OTHER: reason('against', 'une même source les déclare toutes les deux'),
  SEVERAL_CANDIDATES: reason('neither', 'plusieurs personnes ressemblent à celle-ci'),
};
const speaking = (codes: readonly string[], speaks: Reason['speaks']) =>
  codes.flatMap((code) => {
    const known = reasons[code] ?? reason('neither', code);
    return known.speaks === speaks ? [known.words] : [];
  });

/** « Pour : même nom. Contre : niveaux différents. » What a later directory says stays, in its code. */
export function reasonsInWords(codes: readonly string[]): string {
  const said = [
    ['Pour', speaking(codes, 'for')],
    ['Contre', speaking(codes, 'against')],
    ['À savoir', speaking(codes, 'neither')],
  ] as const;
  return said
    .filter(([, words]) => words.length > 0)
    .map(([title, words]) => `${title}\u00a0: ${words.join(', ')}.`)
    .join(' ');
}

/** Of 100, as a person reads it. The border to « different » is 70. */
export const likeness = (score: number) => {
  if (score >= 90) return 'Très forte';
  return score >= 80 ? 'Forte' : 'À vérifier';
};
