import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';
import { isLocalDate, type LocalDate } from '#libs/time';
import { isInForce, type Statement } from './domain/statement.js';

export type StatementBasis = {
  readonly organisationId: string;
  /** Undefined while the membership is not active. */
  readonly activatedOn: LocalDate | undefined;
  readonly statement: Statement;
  /** Places in the ledger of the last orders signed before that day and until its end. */
  readonly positionBefore: number;
  readonly positionAtEnd: number;
  /** Orders recorded after that day which change what was ordered on it: corrections (ORD-4), successions. */
  readonly correctionsSince: number;
};

/** A membership as it stood at the end of a past day, or now for today: one consistent look. */
@Injectable()
export class StatementFacts {
  constructor(private readonly database: Database) {}

  /**
   * `position`: the orders that count, where not all of that day do; `knownUntil`: the day until whose end letters,
   * decisions and terms are known, where not all of that day are. Undefined where there is no such membership, or it
   * was never active.
   */
  async asOf(
    membershipId: string,
    on: LocalDate,
    known: {
      readonly position?: number;
      readonly knownUntil?: LocalDate;
      readonly tx?: Transaction;
    } = {},
  ): Promise<StatementBasis | undefined> {
    const { position, knownUntil = on, tx = this.database } = known;
    const found = await tx.row<StatementBasis>(facts, [membershipId, on, position, knownUntil]);
    return found && { ...found, statement: judged(found.statement) };
  }
}

/**
 * One statement, so one snapshot: membership $1 on $2, as it was known at the end of $4, with the orders until
 * position $3, or those signed until then. What was recorded later is not known yet on that day.
 */
const facts = `
  with m as (select * from membership where id = $1 and starts_on is not null and activated_on is not null),
  place as (
    select coalesce((select o.ledger_position from purchase_order o join m on m.id = o.membership_id
                      where o.signed_on < $2 order by o.ledger_position desc limit 1), 0) as before,
           coalesce((select o.ledger_position from purchase_order o join m on m.id = o.membership_id
                      where o.signed_on <= $2 order by o.ledger_position desc limit 1), 0) as at_end
  ), counted as (select coalesce($3::bigint, at_end) as position from place),
  ordered as materialized (
    select l.item_code, sum(l.delta) as quantity
      from m cross join counted
      join purchase_order p on p.membership_id = m.id and p.ledger_position <= counted.position
      join order_line l on l.order_id = p.id and l.effective_from <= $2
     group by l.item_code
  ),
  terms as (
    select v.terms from m join market_version v on v.market_code = m.market_code
     where coalesce(v.recorded_on, '-infinity') <= $4 order by v.version desc limit 1
  ), ends as (
    select n.takes_effect_on as ends_on from m join withdrawal_notice n on n.membership_id = m.id
     where n.recorded_on <= $4 and not exists (
       select 1 from withdrawal_revocation r where r.notice_id = n.id and r.recorded_on <= $4)
    union all
    select x.effective_on from m join exclusion x on x.membership_id = m.id where x.recorded_on <= $4
    union all
    select s.effective_on from m join succession s on s.predecessor_membership_id = m.id
     where s.kind = 'FULL' and s.status = 'CARRIED_OUT' and s.decided_on <= $4
    union all
    select coalesce((select terms #>> '{calendar,endsOn}' from terms)::date, m.ends_on) from m
  ), known as (
    select 'WITHDRAWAL' as kind, n.takes_effect_on as on_day, n.letter_number as reference, '' as name, n.recorded_on
      from m join withdrawal_notice n on n.membership_id = m.id
    union all
    select 'WITHDRAWAL_REVOKED', r.recorded_on, r.letter_number, '', r.recorded_on
      from m join withdrawal_notice n on n.membership_id = m.id join withdrawal_revocation r on r.notice_id = n.id
    union all
    select 'EXCLUSION', x.effective_on, x.decision_reference, '', x.recorded_on
      from m join exclusion x on x.membership_id = m.id
    union all
    select case when s.predecessor_membership_id = m.id then 'SUCCESSION_GIVEN' else 'SUCCESSION_RECEIVED' end,
           s.effective_on, other.siren, other.name, s.decided_on
      from m join succession s on s.status = 'CARRIED_OUT' and m.id in (s.predecessor_membership_id, s.successor_membership_id)
      join membership om on om.id in (s.predecessor_membership_id, s.successor_membership_id) and om.id <> m.id
      join organisation other on other.id = om.organisation_id
  )
  select m.organisation_id as "organisationId", m.activated_on as "activatedOn",
         place.before::integer as "positionBefore", place.at_end::integer as "positionAtEnd",
         (select count(*)::integer from purchase_order p
           where p.membership_id = m.id and p.ledger_position > place.at_end and exists (
             select from order_line l where l.order_id = p.id and l.effective_from <= $2)) as "correctionsSince",
         jsonb_build_object('on', $2::date, 'membershipId', m.id, 'startsOn', m.starts_on,
           'endsOn', (select min(ends_on) from ends), 'floorScope', k.floor_scope,
           'member', jsonb_build_object('name', o.name, 'siren', o.siren, 'address', o.address),
           'market', (select jsonb_build_object('code', m.market_code, 'title', coalesce(terms ->> 'title', ''),
                   'supplierName', coalesce(terms #>> '{supplier,name}', ''),
                   'supplierSiret', coalesce(terms #>> '{supplier,siret}', ''))
            from (select (select terms from terms) as terms) t),
           'ledger', jsonb_build_object('position', counted.position, 'head', coalesce(head.hash, ''),
                            'lastNumber', coalesce(head.number, '')),
           'annexe2', (select jsonb_build_object('datedOn', a.dated_on, 'verifiedOn', a.verified_on, 'sha256', a.sha256,
                                    'signedSha256', coalesce(a.signed_sha256, ''))
            from annexe2 a where a.membership_id = m.id and a.verified_on <= $4 order by a.id desc limit 1),
           'items', (select jsonb_agg(jsonb_build_object('itemCode', i.item_code, 'label', i.label,
                   'annexe2', coalesce(c.quantity, 0),
                   'commitment', coalesce(c.quantity, 0) + coalesce((
                      select sum(x.delta) from commitment_change x
                       where x.membership_id = m.id and x.item_code = i.item_code
                         and x.effective_from <= $2 and x.recorded_on <= $4), 0),
                   'ordered', coalesce(ordered.quantity, 0)) order by i.position)
            from market_item i left join commitment c on c.membership_id = m.id and c.item_code = i.item_code
            left join ordered on ordered.item_code = i.item_code
           where i.market_code = m.market_code),
           'events', (select coalesce(jsonb_agg(jsonb_build_object('kind', e.kind, 'on', e.on_day, 'reference', e.reference,
                                                                   'name', e.name)
                                    order by e.on_day, e.kind, e.reference), '[]')
            from known e where e.recorded_on <= $4)) as statement
    from m cross join place cross join counted
    join market k on k.code = m.market_code
    join organisation o on o.id = m.organisation_id
    left join purchase_order head on head.membership_id = m.id and head.ledger_position = counted.position`;

function judged(found: Statement): Statement {
  const { membershipId, endsOn, annexe2, items } = found;
  if (!isLocalDate(endsOn)) throw new RangeError(`membership ${membershipId} has no end`);
  // A commitment that comes from a succession alone stands in no annex of its own (ADH-5).
  const known = annexe2 ? items : items.map((item) => ({ ...item, annexe2: 0 }));
  if (isInForce(found)) return { ...found, items: known };
  // Outside the membership C and O are 0.
  return { ...found, items: known.map((item) => ({ ...item, commitment: 0, ordered: 0 })) };
}
