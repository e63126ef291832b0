import { Injectable } from '@nestjs/common';
import type { VerifyStatementRequest } from '#libs/contracts';
import { type Asked, type Caller, NotVisible, requireOrganisation } from '#libs/identity';
import { attachedContent, digestOf, parseContent, unreadable } from './statement-content.js';
import { codeOf, type Statement, typedCode } from './domain/statement.js';
import { type Difference, differencesOf, figureDifferences } from './domain/statement-lines.js';
import { type Recomputed, RecomputeStatement } from './recompute-statement.js';
import { Statements } from './statements.pg.js';

export type Verdict = 'GENUINE' | 'ALTERED' | 'LEDGER_DIFFERS' | 'UNKNOWN';
export type VerifiedStatement = Omit<Recomputed, 'statement' | 'faults'> & {
  readonly verdict: Verdict;
  readonly differences: readonly Difference[];
  readonly code: string;
  readonly statement: Statement | undefined;
  /** As given; empty where it never was. */
  readonly content: string;
};
export type VerifyStatementInput = Asked<VerifyStatementRequest>;

/** Whether a statement was given by us, is the one that was given, and still says what the ledger says (ORD-7). */
@Injectable()
export class VerifyStatement {
  constructor(
    private readonly statements: Statements,
    private readonly recompute: RecomputeStatement,
  ) {}

  /** Throws StatementUnreadable, and NotVisible for a statement of somebody else. */
  async execute({ file, code, figures, caller }: VerifyStatementInput): Promise<VerifiedStatement> {
    const bytes = Buffer.from(file);
    const isPdf = bytes.subarray(0, 5).toString('latin1') === '%PDF-';
    const content = bytes.length === 0 ? undefined : isPdf ? attachedContent(bytes) : `${bytes}`;
    if (bytes.length > 0 && content === undefined) throw unreadable();
    const asked = content === undefined ? typedCode(code) : codeOf(digestOf(content));
    if (asked === undefined) throw unreadable();
    const given = await this.statements.find(asked);
    if (!given) return this.unknown(asked, content, caller);
    const statement = parseContent(given.content);
    const { faults, statement: found, ...counts } = await this.recomputed(statement, caller);
    const altered = [
      ...figureDifferences(figures, statement),
      ...(isPdf && !(await this.statements.wasPrinted(asked, digestOf(bytes))) ? [filed] : []),
    ];
    const differs = [...faults, ...differencesOf(statement, found)];
    return {
      verdict: differs.length > 0 ? 'LEDGER_DIFFERS' : altered.length > 0 ? 'ALTERED' : 'GENUINE',
      differences: [...differs, ...altered],
      code: asked,
      statement,
      content: given.content,
      ...counts,
    };
  }

  /** Never given. Where it can be read, its lines are compared all the same: they tell what was changed. */
  private async unknown(
    code: string,
    content: string | undefined,
    caller: Caller,
  ): Promise<VerifiedStatement> {
    const nothing = {
      code,
      content: '',
      ordersSince: 0,
      isSuperseded: false,
      correctionsSince: 0,
      ordersChecked: 0,
    } as const;
    if (content === undefined) {
      return { ...nothing, verdict: 'UNKNOWN', differences: [], statement: undefined };
    }
    const statement = parseContent(content);
    const { faults, statement: found, ...counts } = await this.recomputed(statement, caller);
    const differences = [...faults, ...differencesOf(statement, found)];
    return { ...nothing, ...counts, verdict: 'UNKNOWN', differences, statement };
  }

  private async recomputed(statement: Statement, caller: Caller): Promise<Recomputed> {
    const basis = await this.recompute.basisOf(statement);
    if (!basis) throw new NotVisible();
    requireOrganisation(caller, basis.statement.market.code, basis.organisationId);
    return this.recompute.execute(statement, basis);
  }
}

const filed: Difference = {
  line: 'Fichier PDF',
  stated: 'modifié ou enregistré de nouveau',
  recomputed: 'le fichier tel qu’il a été délivré',
};
