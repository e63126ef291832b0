import type { DescMessage, MessageInitShape } from '@bufbuild/protobuf';
import { event, type Initial, type NewEvent } from '#libs/contracts';

/** What each event of a membership bears beside its fact: whose it is, and which version it made. */
export type Told = { readonly membershipId: string; readonly membershipVersion: number };

/** A fact about a membership that waits for the version it makes; only `Memberships` tells it. */
export type MembershipFact = (told: Told) => NewEvent;

export function membershipFact<Desc extends DescMessage>(
  schema: Desc,
  body: FactBody<Desc>,
): MembershipFact {
  return (told) =>
    event(schema, told.membershipId, { ...body, ...told } as unknown as MessageInitShape<Desc>);
}

export type FactBody<Desc extends DescMessage> = WithoutTold<Initial<Desc>>;
type WithoutTold<Shape> = Shape extends unknown ? Omit<Shape, keyof Told> : never;
