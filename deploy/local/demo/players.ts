import type { DemoMember } from './members.js';

/** Who acts, in the words of the issuer: two persons where two must agree, and a member's orderer and finance. */
export const people = {
  coordinator: 'coordinator',
  /** COM-1 asks for another person than the one who typed annex 2 in. */
  verifier: 'coordinator-2',
  supplier: 'supplier',
  /** BIL-8: who approves a correction is not who proposed it. */
  secondSupplier: 'supplier-2',
  /** Levels 2 and 3 of support: the one reads logins, the other decides on a school's plan (PRV-8). */
  support2: 'support-2',
  support3: 'support-3',
  /** Of data protection. */
  officer: 'dpo',
  ordererOf: ({ siren }: DemoMember) => `member-orderer-${siren}`,
  financeOf: ({ siren }: DemoMember) => `member-finance-${siren}`,
} as const;
