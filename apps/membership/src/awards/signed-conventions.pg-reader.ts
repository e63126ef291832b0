import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { UnsignedMember } from './domain/tender.js';
import { SignedConventions } from './signed-conventions.reader.js';

/** A member has signed where its file holds a convention that bears a day, not after today. */
@Injectable()
export class PgSignedConventions extends SignedConventions {
  async unsignedMembers(tx: Transaction, marketCode: string, today: LocalDate) {
    const { rows } = await tx.query<UnsignedMember>(
      `select m.id as "membershipId", o.name
         from membership m join organisation o on o.id = m.organisation_id
        where m.market_code = $1 and m.status in ('ACCEPTED', 'ACTIVE')
          and not exists (select 1 from jsonb_array_elements(m.documents) d
                where d->>'kind' = 'CONVENTION' and nullif(d->>'datedOn', '')::date <= $2)
        order by o.name, m.id`,
      [marketCode, today],
    );
    return rows;
  }
}
