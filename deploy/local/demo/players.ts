import { type DemoMember } from './members.js';

/** Who acts, in the words of the issuer: the coordinator, two hands for annex 2, a member's orderer. */
export const people = {
  coordinator: 'coordinator',
  /** COM-1 asks for another person than the one who typed annex 2 in. */
  verifier: 'coordinator-2',
  supplier: 'supplier',
  ordererOf: ({ siren }: DemoMember) => `member-orderer-${siren}`,
} as const;
