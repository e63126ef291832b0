import type {
  DocumentReference,
  Exclusion,
  GetWithdrawalResponse,
  RegisteredLetter,
  WithdrawalNotice,
  WithdrawalReminder,
} from '#libs/contracts';
import type { DecisionBody, LetterBody } from './membership-ends.dto.js';

const toDocument = (document: DocumentReference | undefined) => ({
  title: document?.title ?? '',
  datedOn: document?.datedOn ?? '',
  sha256: document?.sha256 ?? '',
});

const toLetter = (letter: RegisteredLetter | undefined) => ({
  number: letter?.number ?? '',
  sentOn: letter?.sentOn ?? '',
  receivedOn: letter?.receivedOn ?? '',
  document: toDocument(letter?.document),
});

export const fromLetterBody = ({ document, ...body }: LetterBody) => ({
  ...body,
  ...(document ? { document } : {}),
});

export const fromDecisionBody = ({ sumsDueCents, document, ...body }: DecisionBody) => ({
  ...body,
  ...(document ? { document } : {}),
  sumsDueCents: BigInt(sumsDueCents),
});

export const toNotice = (notice: WithdrawalNotice) => ({
  withdrawalId: notice.withdrawalId,
  membershipId: notice.membershipId,
  memberName: notice.organisationName,
  letter: toLetter(notice.letter),
  takesEffectOn: notice.takesEffectOn,
  recordedOn: notice.recordedOn,
  status: notice.status,
  revocation: notice.revocation ? toLetter(notice.revocation) : null,
  revokedOn: notice.revokedOn,
});

export const toReminder = (reminder: WithdrawalReminder) => ({
  membershipId: reminder.membershipId,
  memberName: reminder.organisationName,
  kind: reminder.kind,
  dueOn: reminder.dueOn,
  lastDay: reminder.lastDay,
});

export const toWithdrawal = (answer: GetWithdrawalResponse) => ({
  state: answer.state,
  window: answer.window
    ? { opensOn: answer.window.startsOn, closesOn: answer.window.endsOn }
    : null,
  takesEffectOn: answer.takesEffectOn,
  notices: answer.notices.map(toNotice),
  reminders: answer.reminders.map(toReminder),
});

export const toExclusion = (exclusion: Exclusion) => ({
  exclusionId: exclusion.exclusionId,
  membershipId: exclusion.membershipId,
  memberName: exclusion.organisationName,
  ground: exclusion.ground,
  reference: exclusion.decision?.reference ?? '',
  court: exclusion.decision?.court ?? '',
  decidedOn: exclusion.decision?.decidedOn ?? '',
  effectiveOn: exclusion.decision?.effectiveOn ?? '',
  sumsDueCents: (exclusion.decision?.sumsDueCents ?? 0n).toString(),
  document: toDocument(exclusion.decision?.document),
  recordedOn: exclusion.recordedOn,
  status: exclusion.status,
});
