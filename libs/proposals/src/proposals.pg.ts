import { Injectable } from '@nestjs/common';
import { decodeCursor, pageOf } from '#libs/http';
import { Database, newRowId, type Transaction } from '#libs/persistence';
import type { JsonValue } from '#libs/problems';
import type { LocalDate } from '#libs/time';
import {
  decideProposal,
  type Proposal,
  type ProposalAnswer,
  ProposalDecided,
  type ProposalDecision,
  proposalExpiresOn,
  type ProposalOutcome,
  ProposalUnknown,
} from './proposal.js';

export type NewProposal<Content> = Pick<
  Proposal<Content>,
  'marketCode' | 'kind' | 'subject' | 'content' | 'paper' | 'proposedBy'
> & {
  /** Where rows that name it are written first. */
  readonly proposalId?: string;
};
export type ProposalFilter = {
  readonly marketCode: string;
  readonly kind: string | readonly string[];
  /** One thing that they are about; undefined: whatever. */
  readonly subject?: string;
  readonly openOn?: LocalDate | undefined;
};
/** A row of a list: the content is read one by one. */
export type ListedProposal = Omit<Proposal, 'content'>;

/**
 * Proposals and their decisions in the service's database (schema `platform`), append-only. To be used within a
 * command (`libs/commands`): `record` in the one that proposes, `find` then `decide` in the one that approves, which
 * writes what follows in the same transaction. Two decisions at once: the second waits and is ProposalDecided, so
 * decide before you write.
 */
@Injectable()
export class Proposals {
  constructor(private readonly database: Database) {}

  async record<Content extends JsonValue>(
    tx: Transaction,
    proposal: NewProposal<Content>,
    today: LocalDate,
  ): Promise<Proposal<Content>> {
    const { rows } = await tx.query<ProposalRow>(
      `insert into platform.proposal as p (proposal_id, market_code, kind, subject, content, document_id,
         document_sha256, proposed_by, proposed_on, expires_on)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
       returning ${columns}, p.content`,
      [
        proposal.proposalId ?? newRowId(),
        proposal.marketCode,
        proposal.kind,
        proposal.subject,
        JSON.stringify(proposal.content),
        proposal.paper?.documentId ?? null,
        proposal.paper?.sha256 ?? null,
        proposal.proposedBy,
        today,
        proposalExpiresOn(today),
      ],
    );
    return fromRow<Content>(only(rows));
  }

  /** Its content as it was recorded: the caller knows what a kind holds. Throws ProposalUnknown. */
  async find<Content = JsonValue>(
    proposalId: string,
    kind: string | readonly string[],
    tx: Pick<Transaction, 'query'> = this.database,
  ): Promise<Proposal<Content>> {
    if (!uuid.test(proposalId)) throw new ProposalUnknown();
    const { rows } = await tx.query<ProposalRow>(
      `select ${columns}, p.content, ${decisionColumns} from ${decided}
       where p.proposal_id = $1 and p.kind = any($2)`,
      [proposalId, [kind].flat()],
    );
    return fromRow<Content>(only(rows));
  }

  /** Throws what `decideProposal` throws; ProposalDecided also where another decision came first meanwhile. */
  async decide(
    tx: Transaction,
    proposal: Proposal<unknown>,
    answer: ProposalAnswer,
    today: LocalDate,
  ): Promise<ProposalDecision> {
    const decision = decideProposal(proposal, answer, today);
    const { rowCount } = await tx.query(
      `insert into platform.proposal_decision (proposal_id, digest, proposed_by, proposed_on, expires_on,
         outcome, decided_by, decided_on, reason)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (proposal_id) do nothing`,
      [
        proposal.proposalId,
        answer.digest,
        proposal.proposedBy,
        proposal.proposedOn,
        proposal.expiresOn,
        decision.outcome,
        decision.decidedBy,
        decision.decidedOn,
        decision.reason,
      ],
    );
    if (rowCount === 0) throw new ProposalDecided();
    return decision;
  }

  /** Of a market and kinds, the newest first; with `openOn` those that may be decided on that day. The cursor is that of the page before. */
  async list(
    { marketCode, kind, subject, openOn }: ProposalFilter,
    limit: number,
    cursor: string,
    tx: Pick<Transaction, 'query'> = this.database,
  ): Promise<{ rows: ListedProposal[]; nextCursor: string }> {
    const [proposedOn, proposalId] = decodeCursor(cursor, 'day', 'uuid') ?? [null, null];
    const { rows } = await tx.query<Omit<ProposalRow, 'content'>>(
      `select ${columns}, ${decisionColumns} from ${decided}
       where p.market_code = $1 and p.kind = any($2) and ($7::text is null or p.subject = $7)
         and ($3::date is null or (d.proposal_id is null and p.expires_on > $3::date))
         and ($4::date is null or (p.proposed_on, p.proposal_id) < ($4::date, $5::uuid))
       order by p.proposed_on desc, p.proposal_id desc limit $6`,
      [
        marketCode,
        [kind].flat(),
        openOn ?? null,
        proposedOn,
        proposalId,
        limit + 1,
        subject ?? null,
      ],
    );
    const page = pageOf(rows, limit, (row) => [row.proposed_on, row.proposal_id]);
    return { ...page, rows: page.rows.map(listedFromRow) };
  }
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const columns = `p.proposal_id, p.market_code, p.kind, p.subject, p.document_id, p.document_sha256, p.digest,
  p.proposed_by, p.proposed_on, p.expires_on`;
const decisionColumns = 'd.outcome, d.decided_by, d.decided_on, d.reason';
const decided = 'platform.proposal p left join platform.proposal_decision d using (proposal_id)';

type ProposalRow = {
  proposal_id: string;
  market_code: string;
  kind: string;
  subject: string;
  content: unknown;
  document_id: string | null;
  document_sha256: string | null;
  digest: string;
  proposed_by: string;
  proposed_on: LocalDate;
  expires_on: LocalDate;
  outcome?: ProposalOutcome | null;
  decided_by?: string;
  decided_on?: LocalDate;
  reason?: string;
};

function only(rows: ProposalRow[]): ProposalRow {
  const [row] = rows;
  if (!row) throw new ProposalUnknown();
  return row;
}

const fromRow = <Content>(row: ProposalRow): Proposal<Content> => ({
  ...listedFromRow(row),
  content: row.content as Content,
});

const listedFromRow = (row: Omit<ProposalRow, 'content'>): ListedProposal => ({
  proposalId: row.proposal_id,
  marketCode: row.market_code,
  kind: row.kind,
  subject: row.subject,
  paper:
    row.document_id !== null && row.document_sha256 !== null
      ? { documentId: row.document_id, sha256: row.document_sha256 }
      : undefined,
  digest: row.digest,
  proposedBy: row.proposed_by,
  proposedOn: row.proposed_on,
  expiresOn: row.expires_on,
  decision:
    row.outcome && row.decided_by && row.decided_on
      ? {
          outcome: row.outcome,
          decidedBy: row.decided_by,
          decidedOn: row.decided_on,
          reason: row.reason ?? '',
        }
      : undefined,
});
