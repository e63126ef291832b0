import type { WaitingFacts } from './domain/waiting-facts.js';

/** As the contract says it. */
export const waitingOf = ({ unread, memberships, ...facts }: WaitingFacts) => ({
  ...facts,
  ...(unread === undefined ? {} : { unread }),
  memberships: memberships.map((one) => ({ ...one })),
});
