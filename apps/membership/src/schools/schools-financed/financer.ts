import type { Membership } from '../../adhesion/memberships/register.module.js';
import type { Financer } from './domain/financing.js';

/** A membership as what decides about its schools sees it. */
export function financerOf({ organisation, ...membership }: Membership): Financer {
  const { kind: organisationKind, insee, communes } = organisation;
  const territory = insee === '' ? communes : [insee, ...communes];
  return { ...membership, organisationKind, territory };
}
