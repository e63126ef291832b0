import type { DescMessage, MessageInitShape } from '@bufbuild/protobuf';
import { event, type Initial, type NewEvent } from '#libs/contracts';

/** What each event of a membership bears beside its fact: whose it is, and which version it made. */
export type VersionedMembership = {
  readonly membershipId: string;
  readonly membershipVersion: number;
};

/** A fact about a membership that waits for the version it makes; only `Memberships` tells it. */
export type MembershipFact = (membership: VersionedMembership) => NewEvent;

export function membershipFact<Desc extends DescMessage>(
  schema: Desc,
  body: FactBody<Desc>,
): MembershipFact {
  return (membership) =>
    event(schema, membership.membershipId, {
      ...body,
      ...membership,
    } as unknown as MessageInitShape<Desc>);
}

export type FactBody<Desc extends DescMessage> = WithoutVersion<Initial<Desc>>;
type WithoutVersion<Shape> = Shape extends unknown ? Omit<Shape, keyof VersionedMembership> : never;
