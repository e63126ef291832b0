import type { DescField, DescMessage, Message } from '@bufbuild/protobuf';
import { requireMarket, requireOrganisation } from '#libs/identity';
import { concerningNames } from '../concerning-names.js';
import type { Visitor } from '../visitor.js';
import type { MembershipOwners } from '../clients/membership-owners.js';

/**
 * SUP-3, a second time: the owner judges what it is asked, and the console compares the market, organisation and
 * membership that a request or an answer names with the visitor. Throws NotVisible. It goes by the names of the
 * fields, so that a new message is compared without anybody thinking of it.
 *
 * Only the owner guards what a command does to a thing that the request names by another identifier (training_id): the
 * comparison of the answer comes after the effect, and hides the answer alone.
 */
export async function requireConcerned(
  visitor: Visitor,
  message: Message,
  fields: readonly DescField[],
  owners: MembershipOwners,
): Promise<void> {
  for (const field of fields) {
    const value = (message as unknown as Record<string, unknown>)[field.localName];
    if (typeof value !== 'string' || value === '') continue;
    if (field.name === 'market_code') requireMarket(visitor, value);
    if (field.name === 'organisation_id') requireOrganisation(visitor, value);
    if (field.name === 'membership_id') await owners.require(visitor, value);
  }
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

export const concerningFieldsOf = (message: DescMessage, but: ReadonlySet<string>) =>
  message.fields.filter(({ name }) => concerningNames.includes(name) && !but.has(name));
