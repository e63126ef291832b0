/** What speaks for or against two statements being of one person; French words for them belong to the pages. */
export type MatchReason =
  | 'INE_EQUAL'
  | 'INE_DIFFERENT'
  | 'LAST_NAME_EQUAL'
  | 'LAST_NAME_IS_BIRTH_NAME'
  | 'LAST_NAME_PART'
  | 'LAST_NAME_SOUND'
  | 'LAST_NAME_SLIP'
  | 'LAST_NAME_OTHER'
  | 'FIRST_NAME_EQUAL'
  | 'FIRST_NAME_AMONG_OTHERS'
  | 'FIRST_NAME_PART'
  | 'FIRST_NAME_SOUND'
  | 'FIRST_NAME_SLIP'
  | 'FIRST_NAME_SHORT_FORM'
  | 'FIRST_NAME_OTHER'
  | 'NAMES_SWAPPED'
  | 'OTHER_FIRST_NAMES_DIFFERENT'
  | 'BIRTH_DATE_EQUAL'
  | 'BIRTH_DATE_SWAPPED'
  | 'BIRTH_DATE_DIGIT'
  | 'BIRTH_DATE_OTHER'
  | 'BIRTH_DATE_UNSAID'
  | 'CIVILITY_DIFFERENT'
  | 'SCHOOL_SHARED'
  | 'LEVEL_DIFFERENT'
  | 'RELATIVE_SHARED'
  | 'RELATIVE_NAMES_EQUAL'
  | 'ACADEMY_KEY_EQUAL'
  | 'IDENTIFIER_REPLACED'
  | 'RELATION_EQUAL'
  | 'RELATION_DIFFERENT'
  | 'KIND_DIFFERENT'
  | 'STATED_BESIDE_EACH_OTHER'
  | 'SEVERAL_CANDIDATES';

/**
 * SAME is acted on without anybody being asked, so it needs more than a name and a birth date;
 * DOUBTFUL waits for a person (DIR-2).
 */
export type MatchVerdict = {
  readonly verdict: 'SAME' | 'DOUBTFUL' | 'DIFFERENT';
  /** 0 to 100; for the order of a queue, and the border between doubtful and different. */
  readonly score: number;
  readonly reasons: readonly MatchReason[];
};
