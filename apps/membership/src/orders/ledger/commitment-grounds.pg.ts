import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { AnnexLine, CarriedOut, CommitmentGround } from '../domain/commitment-ground.js';
import type { ChainedEvidence, Evidence } from './ledger-hash.js';

/** What C rests on as it stands today, read from the rows themselves: no function or sum of the database is believed. */
export type RecordedGround = CommitmentGround & {
  /** What each membership's ledger should have chained. */
  readonly evidence: ReadonlyMap<string, readonly Evidence[]>;
};

/** A verified annex 2 and the name of the member who signed it. */
export type SignedAnnex = {
  readonly membershipId: string;
  readonly signedBy: string;
  readonly sha256: string;
  readonly datedOn: LocalDate;
};

const carriedOutColumns = `kind, effective_on as "effectiveOn", predecessor_membership_id as "predecessorMembershipId",
  successor_membership_id as "successorMembershipId",
  array(select (l ->> 'line')::integer from jsonb_array_elements(moved_lines) l) as lines`;

/** The evidence of C, and what of it the ledgers chained. */
@Injectable()
export class CommitmentGrounds {
  constructor(private readonly database: Database) {}

  /** Of all members of a market: one may have its C from another. */
  async of(marketCode: string): Promise<RecordedGround> {
    const annexes = await this.database.rows<Row<{ readonly lines: readonly AnnexLine[] }>>(
      `select a.membership_id as "membershipId", jsonb_build_object('kind', 'ANNEXE2', 'sha256', a.sha256,
                'datedOn', a.dated_on, 'importedBy', a.imported_by, 'verifiedBy', a.verified_by, 'verifiedOn', a.verified_on,
                'signedSha256', a.signed_sha256, 'registerException', a.register_exception, 'lines', coalesce((
                  select jsonb_agg(jsonb_build_object('line', l.line, 'beneficiary', l.beneficiary, 'itemCode', l.item_code,
                                                      'quantity', l.quantity) order by l.line)
                    from annexe2_line l where l.annexe2_id = a.id), '[]')) as evidence
         from annexe2 a join membership m on m.id = a.membership_id
        where m.market_code = $1 and a.id = (
          select max(v.id) from annexe2 v where v.membership_id = m.id and v.verified_by is not null)`,
      [marketCode],
    );
    const given = await this.database.rows<Row>(
      `select m.id as "membershipId", jsonb_build_object('kind', 'COMMITMENT', 'commitment', jsonb_agg(
                jsonb_build_object('itemCode', c.item_code, 'quantity', c.quantity) order by c.item_code)) as evidence
         from membership m join commitment c on c.membership_id = m.id
        where m.market_code = $1 and not exists (
          select from annexe2 a where a.membership_id = m.id and a.verified_by is not null)
        group by m.id having sum(c.quantity) > 0`,
      [marketCode],
    );
    const moved = await this.database.rows<Row>(
      `select x.membership_id as "membershipId", jsonb_build_object('kind', 'SUCCESSION', 'successionId', s.id,
                'effectiveOn', s.effective_on, 'predecessorMembershipId', s.predecessor_membership_id,
                'documentId', d.id, 'documentSha256', d.sha256, 'movedLines', s.moved_lines, 'changes', jsonb_agg(jsonb_build_object(
                  'itemCode', x.item_code, 'effectiveFrom', x.effective_from, 'delta', x.delta)
                  order by x.item_code, x.effective_from)) as evidence
         from succession s join commitment_change x on x.succession_id = s.id join document d on d.id = s.document_id
        where s.market_code = $1 group by x.membership_id, s.id, d.id`,
      [marketCode],
    );
    const successions = await this.database.rows<CarriedOut>(
      `select ${carriedOutColumns}
         from succession where market_code = $1 and status = 'CARRIED_OUT'`,
      [marketCode],
    );
    const evidence = new Map<string, Evidence[]>();
    const committing = annexes.filter((row) => row.evidence.lines.some((one) => one.quantity > 0));
    for (const row of [...committing, ...given, ...moved]) {
      evidence.set(row.membershipId, [...(evidence.get(row.membershipId) ?? []), row.evidence]);
    }
    return {
      annexes: new Map(annexes.map((row) => [row.membershipId, row.evidence.lines])),
      successions,
      evidence,
    };
  }

  /**
   * The same of one membership, with those that passed something on to it, while `passing` is being carried out;
   * and whose the verified annexes are.
   */
  async behind(
    tx: Transaction,
    membershipId: string,
    passing: CarriedOut,
  ): Promise<{ readonly ground: CommitmentGround; readonly signed: readonly SignedAnnex[] }> {
    const signed = await tx.rows<SignedAnnex & { readonly lines: readonly AnnexLine[] }>(
      `with recursive behind (membership_id) as (
         select unnest($1::text[])
         union
         select s.predecessor_membership_id from behind b join succession s
             on s.successor_membership_id = b.membership_id and s.status = 'CARRIED_OUT')
       select distinct on (m.id) m.id as "membershipId", o.name as "signedBy", a.sha256, a.dated_on as "datedOn",
              (select coalesce(jsonb_agg(jsonb_build_object('line', l.line, 'itemCode', l.item_code, 'quantity', l.quantity)), '[]')
                 from annexe2_line l where l.annexe2_id = a.id) as lines
         from behind join membership m on m.id = behind.membership_id join organisation o on o.id = m.organisation_id
         join annexe2 a on a.membership_id = m.id and a.verified_by is not null
        order by m.id, a.id desc`,
      [[membershipId, passing.predecessorMembershipId]],
    );
    const successions = await tx.rows<CarriedOut>(
      `select ${carriedOutColumns} from succession
        where status = 'CARRIED_OUT' and market_code = (select market_code from membership where id = $1)`,
      [membershipId],
    );
    const annexes = new Map(signed.map(({ membershipId: signer, lines }) => [signer, lines]));
    return { ground: { annexes, successions: [...successions, passing] }, signed };
  }

  /** What the ledger of a membership chained, oldest first. */
  chained(membershipId: string): Promise<ChainedEvidence[]> {
    return this.database.rows<ChainedEvidence>(
      `select ledger_position::float8 as "ledgerPosition", content from ledger_evidence
        where membership_id = $1 order by id`,
      [membershipId],
    );
  }
}

type Row<T = unknown> = { readonly membershipId: string; readonly evidence: Evidence & T };
