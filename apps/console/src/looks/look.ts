/** Why somebody looks at a person's data. Words of a closed list: free text would hold personal data. */
export const lookReasons = ['FAMILY_CALL', 'SCHOOL_CALL', 'TICKET', 'CHECK', 'OWN_SCHOOL'] as const;
export type LookReason = (typeof lookReasons)[number];

/** A page of staff that left over LDAP (SUP-3's exception), on the data controller's decision. */
export type LdapLook = {
  readonly membershipId: string;
  /** The filter without its values. */
  readonly question: string;
  readonly subjects: readonly string[];
};

export type Look = {
  /** What was looked at; EXPORT: all that is held of one (RGPD art. 15). JOURNAL: the names behind a line of the journal itself, or the lines of a name. */
  readonly action: 'SEARCH' | 'PERSON' | 'ACCOUNT_HISTORY' | 'ACCOUNT_SIDES' | 'JOURNAL' | 'EXPORT';
  readonly reason: LookReason;
  /** Number of the case it is for, without any name. */
  readonly ticket?: string;
  /** Ids of the people whose data is shown; empty for a search without result. */
  readonly subjects: readonly string[];
};

const inEnt = 'ent:';
/** The subject of a look at a user of the ENT that the directory lacks. */
export const subjectInEnt = (entId: string): string => `${inEnt}${entId}`;
export const isSubjectInEnt = (subject: string): boolean => subject.startsWith(inEnt);

/** A look as it was asked for. */
export type AskedLook = {
  readonly action: Look['action'];
  /** As far as it was stated. */
  readonly reason?: LookReason | undefined;
  readonly ticket?: string | undefined;
  /** The person that the asked id is of, whether the visitor may see it or not. */
  readonly subject?: () => Promise<string | undefined>;
};

/** A line of the journal as the data-protection officer reads it: who, when, whom (ids), why. */
export type LookLine = {
  readonly id: string;
  readonly recordedAt: string;
  readonly userId: string;
  readonly userName: string;
  readonly roles: readonly string[];
  readonly action: string;
  /** Null only where a look was refused for want of a reason. */
  readonly reason: string | null;
  readonly ticket: string | null;
  /** Code of the problem it was refused with; null where the data was shown. */
  readonly refusal: string | null;
  readonly subjects: readonly string[];
  /** What was asked over LDAP; null in the console. */
  readonly question: string | null;
};

/** People whom one visitor may look at, its own school's apart. */
export type LookQuota = {
  /** In a day of Paris, by role; of several roles the largest. */
  readonly perDay: LooksPerDay;
  /** From so many on the data-protection officer is told. */
  readonly alarmFrom: number;
  /** In an hour. */
  readonly most: number;
};

/** Roles that are shown people. */
export const lookingRoles = ['support-1', 'support-2', 'support-3', 'school', 'dpo'] as const;
export type LooksPerDay = Readonly<Record<(typeof lookingRoles)[number], number>>;

/** Of one visitor; 0 where no role of its own is shown people. */
export const mostPerDay = (perDay: LooksPerDay, roles: readonly string[]): number =>
  Math.max(0, ...lookingRoles.filter((one) => roles.includes(one)).map((one) => perDay[one]));

export type LookFilter = {
  /** Only what the data-protection officer is to be told of: alarms, and quotas that were reached. */
  readonly alarms?: boolean;
  /** Any of these. */
  readonly userIds?: readonly string[];
  readonly personIds?: readonly string[];
  /** Half-open days of Europe/Paris. */
  readonly from?: string;
  readonly to?: string;
  /** Lines older than this id. */
  readonly beforeId?: string;
  readonly limit: number;
};
