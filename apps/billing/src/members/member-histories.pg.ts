import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';
import type { MemberHistory } from './domain/member-history.js';

type Of<Value> = Value & { readonly membershipId: string };

/** The copies of any memberships with all that was told of each: six statements, however many they are. */
@Injectable()
export class MemberHistories {
  /** By membership; those unknown are left out. */
  async of(tx: Transaction, membershipIds: readonly string[]): Promise<Map<string, MemberHistory>> {
    const of = async <Value>(sql: string) =>
      grouped((await tx.query<Of<Value>>(sql, [membershipIds])).rows);
    const commitment = await of<MemberHistory['commitment'][number]>(
      `select membership_id as "membershipId", membership_version::integer as version, item_code as "itemCode",
              quantity::integer as quantity, effective_from as "from"
         from commitment where membership_id = any($1) order by membership_version, item_code, effective_from`,
    );
    const bounds = await of<MemberHistory['bounds'][number]>(
      `select membership_id as "membershipId", membership_version::integer as version, starts_on as start, ends_on as "end"
         from membership_bound where membership_id = any($1) order by membership_version`,
    );
    const chorusPro = await of<MemberHistory['chorusPro'][number]>(
      `select membership_id as "membershipId", membership_version::integer as version, valid_from as "from",
              data ->> 'recipientSiret' as "recipientSiret", data ->> 'serviceCode' as "serviceCode",
              data ->> 'purchaseOrderNumber' as "purchaseOrderNumber", data ->> 'marketNumber' as "marketNumber"
         from chorus_pro where membership_id = any($1) order by valid_from, membership_version`,
    );
    const rhythms = await of<MemberHistory['rhythms'][number]>(
      `select membership_id as "membershipId", membership_version::integer as version, valid_from as "from", rhythm
         from billing_rhythm where membership_id = any($1) order by valid_from, membership_version`,
    );
    const ledger = await of<MemberHistory['ledger'][number]>(
      `select membership_id as "membershipId", ledger_position::integer as "ledgerPosition", line, order_id as "orderId",
              order_number as number, item_code as "itemCode", effective_from as "effectiveFrom", delta::integer as delta,
              signed_on as "signedOn"
         from ledger_line where membership_id = any($1) order by ledger_position, line`,
    );
    const { rows } = await tx.query<Pick<MemberHistory, keyof Header>>(
      `select membership_id as "membershipId", membership_version::integer as "membershipVersion",
              ledger_head as "ledgerHead", organisation_id as "organisationId", market_code as "marketCode", buyer,
              announced_ends_on as "announcedEnd",
              coalesce(signed, '[]') as signed
         from membership where membership_id = any($1)`,
      [membershipIds],
    );
    return new Map(
      rows.map((row) => [
        row.membershipId,
        {
          ...row,
          commitment: commitment.get(row.membershipId) ?? [],
          bounds: bounds.get(row.membershipId) ?? [],
          chorusPro: chorusPro.get(row.membershipId) ?? [],
          rhythms: rhythms.get(row.membershipId) ?? [],
          ledger: ledger.get(row.membershipId) ?? [],
        },
      ]),
    );
  }
}

type Header = Omit<MemberHistory, 'commitment' | 'bounds' | 'chorusPro' | 'rhythms' | 'ledger'>;

/** In the order of the rows, without their key. */
function grouped<Value>(rows: readonly Of<Value>[]): Map<string, Value[]> {
  const groups = new Map<string, Value[]>();
  for (const { membershipId, ...value } of rows) {
    const group = groups.get(membershipId);
    if (group === undefined) groups.set(membershipId, [value as Value]);
    else group.push(value as Value);
  }
  return groups;
}
