import { Injectable } from '@nestjs/common';
import { Database } from '#libs/persistence';
import {
  MemberCopies,
  type DraftInvoice,
  type MemberFacts,
  type SeatsFile,
} from './members.reader.js';

@Injectable()
export class PgMemberCopies extends MemberCopies {
  constructor(private readonly database: Database) {
    super();
  }

  async of(membershipId: string): Promise<MemberFacts> {
    const [seats, drafts, schools] = await Promise.all([
      this.database.query<SeatsFile>(
        `select membership_id as "membershipId", item_code as "itemCode", on_day as "on",
           ordered::int, held::int, waiting::int from seats where membership_id = $1 order by item_code`,
        [membershipId],
      ),
      this.database.query<DraftInvoice>(
        `select invoice_id as "invoiceId", starts_on as "startsOn", ends_on as "endsOn",
           contestable_until as "contestableUntil", total_cents::text as "totalCents"
         from invoice where membership_id = $1 and status = 'DRAFT' order by starts_on`,
        [membershipId],
      ),
      this.database.query<{ uai: string; name: string }>(
        `select distinct f.uai, coalesce(s.name || ' — ' || s.commune, f.uai) as name
         from school_financed f left join school s using (uai) where f.membership_id = $1`,
        [membershipId],
      ),
    ]);
    return {
      seats: seats.rows,
      drafts: drafts.rows,
      schoolNames: new Map(schools.rows.map(({ uai, name }) => [uai, name])),
    };
  }

  async waiting(): Promise<ReadonlyMap<string, number>> {
    const { rows } = await this.database.query<{ membership_id: string; waiting: number }>(
      'select membership_id, sum(waiting)::int as waiting from seats group by membership_id',
    );
    return new Map(rows.map((row) => [row.membership_id, row.waiting]));
  }
}
