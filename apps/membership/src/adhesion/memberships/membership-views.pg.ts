import { Injectable } from '@nestjs/common';
import { Database, rowsWithoutNulls, rowWithoutNulls } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { ItemQuantity } from '#libs/trade';
import { MembershipTables } from '../../membership-tables.prisma-client.js';
import { type Organisation, organisationJson } from '../../organisations/organisations.module.js';
import type { MembershipStatus } from './domain/membership.js';

/** A membership as people look at it. */
export type MembershipView = {
  readonly membershipId: string;
  readonly organisation: Organisation;
  readonly marketCode: string;
  readonly status: MembershipStatus;
  readonly startsOn: LocalDate | '';
  readonly endsOn: LocalDate | '';
  readonly version: number;
  readonly ledgerHead: string;
  readonly commitment: readonly ItemQuantity[];
  /** In force on the day asked about. */
  readonly ordered: readonly ItemQuantity[];
  readonly annexe2?: { readonly sha256: string; readonly datedOn: string };
};

export type MembershipPage = {
  /** Absent: every market. */
  readonly marketCodes?: readonly string[];
  /** Empty: every organisation. */
  readonly organisationId: string;
  readonly on: LocalDate;
  /** Name and id of the last row seen. */
  readonly after?: readonly [string, string] | undefined;
  readonly limit: number;
};

const view = `
  select m.id as "membershipId", m.market_code as "marketCode", m.status, coalesce(m.starts_on::text, '') as "startsOn",
         coalesce(m.ends_on::text, '') as "endsOn", m.version::integer, m.ledger_head as "ledgerHead",
         ${organisationJson} as organisation,
         (select coalesce(jsonb_agg(jsonb_build_object('itemCode', i.item_code, 'quantity', c.quantity) order by i.item_code), '[]')
            from market_item i, commitment_on(m.id, i.item_code, greatest($1, m.starts_on)) as c (quantity)
           where i.market_code = m.market_code and c.quantity > 0 and ($1 < m.ends_on) is not false) as commitment,
         (select coalesce(jsonb_agg(jsonb_build_object('itemCode', i.item_code, 'quantity', coalesce((
                   select d.ordered from ordered_day d
                    where d.membership_id = m.id and d.item_code = i.item_code and d.effective_from <= $1
                      and $1 < m.ends_on
                    order by d.effective_from desc limit 1), 0)) order by i.position), '[]')
            from market_item i where i.market_code = m.market_code) as ordered,
         (select jsonb_build_object('sha256', a.sha256, 'datedOn', a.dated_on) from annexe2 a
           where a.membership_id = m.id and a.verified_by is not null order by a.id desc limit 1) as annexe2
    from membership m join organisation o on o.id = m.organisation_id`;

/** What can be read of memberships, as committed. */
@Injectable()
export class MembershipViews {
  constructor(
    private readonly database: Database,
    private readonly tables: MembershipTables,
  ) {}

  /** Whose it is, in which market. */
  async ownerOf(membershipId: string) {
    const owner = await this.tables.read.membership.findUnique({
      where: { id: membershipId },
      select: { organisationId: true, marketCode: true },
    });
    return owner ?? undefined;
  }

  /** By SIREN, or by the INSEE code of a commune: the one in force, else the one that has ended. */
  async findBy(marketCode: string, sirenOrInsee: string): Promise<string | undefined> {
    const rows = await this.tables.read.membership.findMany({
      where: {
        ...{ marketCode, status: { in: ['ACTIVE', 'ENDED'] } },
        organisation: {
          OR: [{ siren: sirenOrInsee }, { kind: 'COMMUNE', insee: sirenOrInsee }],
        },
      },
      select: { id: true, status: true },
    });
    // A code that several members have says nothing (a commune nouvelle and one it was made of).
    const active = rows.filter(({ status }) => status === 'ACTIVE');
    const [found, other] = active.length > 0 ? active : rows;
    return other ? undefined : found?.id;
  }

  find(membershipId: string, on: LocalDate): Promise<MembershipView | undefined> {
    const found = `${view} where m.id = $2`;
    return rowWithoutNulls<MembershipView>(this.database, found, [on, membershipId]);
  }

  /** By the organisation's name. */
  list({ marketCodes, organisationId, on, after, limit }: MembershipPage) {
    const [afterName = '', afterId = ''] = after ?? [];
    return rowsWithoutNulls<MembershipView>(
      this.database,
      `${view}
        where ($2::text[] is null or m.market_code = any($2)) and ($3 = '' or m.organisation_id = $3)
          and (o.name, m.id) > ($4, $5)
        order by o.name, m.id limit $6`,
      [on, marketCodes, organisationId, afterName, afterId, limit],
    );
  }
}
