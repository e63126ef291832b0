import type { LocalDate } from '#libs/time';

/** What is known of a person when asking who it is. Whatever a source does not say stays away. */
export type IdentityStatement = {
  readonly kind: 'PUPIL' | 'GUARDIAN' | 'STAFF';
  /** As used; the other one where the source tells them apart. */
  readonly lastName: string;
  readonly birthName?: string;
  readonly firstName: string;
  readonly otherFirstNames?: readonly string[];
  readonly birthDate?: LocalDate;
  readonly civility?: 'M' | 'MME';
  /** Of the national pupil number: a digest, compared for equality only. */
  readonly ine?: string;
  readonly uais: readonly string[];
  /** PS … CM2. */
  readonly level?: string;
  /**
   * A pupil's guardians or a guardian's children, as person ids, and what the guardian is to the
   * child where the source says so.
   */
  readonly relatives: readonly { readonly personId: string; readonly relation?: string }[];
  /** A pupil's guardians, last name first, as written: two sources know each under an identifier of its own. */
  readonly relativeNames?: readonly string[];
  /** Under which the academy's registers know this person: one number in the AAF and in its LDAP. */
  readonly academyKeys?: readonly string[];
  /**
   * The sources that state this person now. One source that states two people under two
   * identifiers means two people: it alone would know better.
   */
  readonly sources: readonly string[];
  /** The sources that have stated this person, and state nobody under that identifier any more by what is being judged. */
  readonly givenUpBy?: readonly string[];
};
