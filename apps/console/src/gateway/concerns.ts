import type { DescField, DescMessage, Message } from '@bufbuild/protobuf';
import { NotVisible, organisationSeen, requireMarket } from '#libs/identity';
import { concerningNames } from '../concerning-names.js';
import type { Visitor } from '../visitor.js';
import type { MembershipOwners } from '../clients/membership-owners.js';

/**
 * SUP-3, a second time: the owner judges what it is asked, and the console compares the market, organisation and
 * membership that a request or an answer names with the visitor. Throws NotVisible. It goes by the names of the
 * fields, so that a new message is compared without anybody thinking of it.
 *
 * Only the owner guards what a command does to a thing that the request names by another identifier (training_id). Its
 * answer is compared all the same, as that of a look: nothing is undone by it, but whoever asked is not told of somebody
 * else where the owner failed to judge. One rule for both, since looks are posted too (a preview, a statement's check).
 */
export async function requireConcerned(
  visitor: Visitor,
  named: readonly Named[],
  owners: MembershipOwners,
): Promise<void> {
  const markets = marketsIn(named);
  for (const { kind, value } of named) {
    if (kind === 'market_code') requireMarket(visitor, value);
    if (kind === 'organisation_id') requireOwn(visitor, markets, value);
    if (kind === 'membership_id') await owners.require(visitor, value);
  }
}

const marketsIn = (named: readonly Named[]) =>
  named.filter(({ kind }) => kind === 'market_code').map(({ value }) => value);

/** Compared in the markets that are named beside it: who sees every member of one is a member in another. */
function requireOwn(
  visitor: Visitor,
  markets: readonly string[],
  ...organisations: readonly string[]
): void {
  for (const market of markets.length > 0 ? markets : ['']) {
    const own = organisationSeen(visitor, market);
    if (own !== '' && !organisations.includes(own)) throw new NotVisible();
  }
}

/** Whom a message says that it concerns. */
export type Named = { readonly kind: string; readonly value: string };

/** What a request names, at any depth and in any part (`terms.from_membership_id`): all of it is the visitor's. */
export function namedInRequest(
  message: DescMessage,
  request: Message,
  but: ReadonlySet<string> = new Set(),
): Named[] {
  return message.fields.flatMap((field) => {
    const value = valueOf(request, field);
    if (field.message) {
      if (!mayName(field.message)) return [];
      const parts = [value].flat().filter((part) => part !== undefined) as Message[];
      return parts.flatMap((part) => namedInRequest(field.message!, part));
    }
    const kind = but.has(field.name) ? undefined : kindOf(field);
    return kind ? told(kind, value) : [];
  });
}

/**
 * What an answer says of itself, and a message that it holds one of (an invoice its summary); the parts of it
 * (predecessor_membership_id) may be others'.
 */
export function namedInAnswer(
  message: DescMessage,
  answer: Message,
  but: ReadonlySet<string>,
): Named[] {
  const named = saidBy(message, answer, but);
  const held = message.fields.flatMap((field) => {
    if (field.fieldKind !== 'message') return [];
    const part = valueOf(answer, field) as Message | undefined;
    return part ? saidBy(field.message, part, but) : [];
  });
  return [...named, ...held];
}

const saidBy = (message: DescMessage, of: Message, but: ReadonlySet<string>): Named[] =>
  message.fields
    .filter(({ name }) => concerningNames.includes(name) && !but.has(name))
    .flatMap((field) => told(field.name, valueOf(of, field)));

/** Of what passes between two, one is the visitor's: predecessor_organisation_id or successor_organisation_id. */
export function requireOneSide(visitor: Visitor, message: DescMessage, answer: Message): void {
  const sides = message.fields.filter(({ name }) => name.endsWith('_organisation_id'));
  if (sides.length === 0) return;
  const markets = marketsIn(saidBy(message, answer, new Set()));
  requireOwn(visitor, markets, ...sides.map((field) => String(valueOf(answer, field))));
}

/** What a list holds is of the visitor's market too. Throws NotVisible. */
export function requireMarketOfItems(
  visitor: Visitor,
  answer: Message,
  message: DescMessage,
): void {
  for (const field of message.fields) {
    if (field.fieldKind !== 'list' || field.listKind !== 'message') continue;
    if (!field.message.fields.some(({ name }) => name === 'market_code')) continue;
    const items = (answer as unknown as Record<string, { marketCode: string }[]>)[field.localName];
    for (const { marketCode } of items ?? []) {
      if (marketCode !== '') requireMarket(visitor, marketCode);
    }
  }
}

const valueOf = (message: Message, { localName }: DescField) =>
  (message as unknown as Record<string, unknown>)[localName];

const told = (kind: string, value: unknown): Named[] =>
  typeof value === 'string' && value !== '' ? [{ kind, value }] : [];

const kindOf = ({ name }: DescField) =>
  concerningNames.find((kind) => name === kind || name.endsWith(`_${kind}`));

const naming = new Map<DescMessage, boolean>();

function mayName(message: DescMessage): boolean {
  const known = naming.get(message);
  if (known !== undefined) return known;
  // A message that holds itself is looked at once.
  naming.set(message, false);
  const found = message.fields.some((field) =>
    field.message ? mayName(field.message) : kindOf(field) !== undefined,
  );
  naming.set(message, found);
  return found;
}
