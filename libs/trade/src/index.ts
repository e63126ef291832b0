export { type BillingRhythm, type RhythmFrom, rhythmOfYear } from './billing-rhythm.js';
export { auditActions, type AuditAction, type AuditRefusal } from './audit-actions.js';
export {
  ArchiveTooLarge,
  BelowCommitment,
  MarketUnknown,
  MembershipEnded,
  MembershipNotActive,
  OutsideMembership,
  PaperNotDeposited,
  SchoolsNotFinanced,
} from './shared-problems.js';
export type { DocumentReference, KeptDocument } from './document-reference.js';
export type { ItemQuantity } from './item-quantity.js';
export { organisationKinds, type OrganisationKind } from './organisation-kind.js';
export type { LineFault } from './line-fault.js';
export { plainWords, whatIsCalled } from './plain-words.js';
export { ldapAccountDn, ldapSuffix } from './ldap-tree.js';
export { type Letter, LetterDatesInvalid, checkLetterDates } from './letter.js';
export type { Recorded } from './recorded.js';
export { missingTermsInWords } from './missing-terms.js';
export { reasonCode } from './reason-code.js';
export { type SeatsHeld, seatsHeldIn } from './seats-held.js';
export {
  accountSentences,
  accountStatesInSentences,
  type AccountSentences,
  type AccountSituation,
  type UrgentBlock,
  type WayInGap,
} from './account-sentences.js';
export { likeness, reasonsInWords } from './double-words.js';
export {
  awaitsAcademyKey,
  awaitsFeed,
  entFaultCodes,
  entFaultSentences,
  type EntFaultSentences,
  feedWaits,
} from './ent-fault-sentences.js';
export { accountStateWords, causeWords, profileWords, wordOf } from './account-words.js';
export {
  lookActionWords,
  lookReasonInWords,
  lookReasonWords,
  lookRefusalWords,
  roleWords,
} from './look-words.js';
export { letterKindWords, letterReasonInWords, letterReasonWords } from './letter-words.js';
export { unbroken } from './unbroken.js';
