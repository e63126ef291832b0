import { type DescMessage, fromBinary, type Message } from '@bufbuild/protobuf';
import { headers as names, MarketSchema, schemaOf } from '#libs/contracts';
import type { RawRecord } from './received-event.js';

/** What a record says of the market that it belongs to: its code, a membership of it, or nothing. */
export type Belonging = {
  readonly marketCode: string | null;
  readonly membershipId: string | null;
};

/** Where a service keeps the memberships that it knows, with their `market_code`. Names are code, never input. */
export type MembershipTable = {
  readonly table: string;
  /** Column of the membership's id. */
  readonly key: string;
};

/** By the fields that mean the same everywhere, at the top of the event or one below. What cannot be read says nothing. */
export function belongingOf(record: RawRecord): Belonging {
  const schema = schemaOf(record.header(names.type) ?? '');
  if (!schema || !record.value) return { marketCode: null, membershipId: null };
  try {
    return saidBy(schema, fromBinary(schema, record.value));
  } catch {
    return { marketCode: null, membershipId: null };
  }
}

function saidBy(schema: DescMessage, message: Message): Belonging {
  const told = textsOf(schema, message);
  for (const field of schema.fields) {
    const inner = (message as unknown as Record<string, unknown>)[field.localName];
    if (field.fieldKind !== 'message' || inner === undefined) continue;
    for (const [name, text] of textsOf(field.message, inner as Message)) told.set(name, text);
  }
  return {
    marketCode: told.get('market_code') ?? null,
    membershipId: told.get('membership_id') ?? null,
  };
}

function textsOf(schema: DescMessage, message: Message): Map<string, string> {
  const ofMarket = schema.typeName === MarketSchema.typeName;
  return new Map(
    schema.fields.flatMap(({ name, localName }) => {
      const text = (message as unknown as Record<string, unknown>)[localName];
      const meaning = ofMarket && name === 'code' ? 'market_code' : name;
      const isTold = meaning === 'market_code' || meaning === 'membership_id';
      return isTold && typeof text === 'string' && isIdLike(text) ? [[meaning, text]] : [];
    }),
  );
}

/** A foreign record may say anything: what is no id of ours belongs to nobody. */
const isIdLike = (text: string): boolean =>
  text !== '' && text.length <= 200 && !text.includes('\0');
