import { Injectable } from '@nestjs/common';
import { Database, insertRowOnce, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';

export type IssuedStatement = {
  readonly code: string;
  readonly membershipId: string;
  readonly on: LocalDate;
  readonly ledgerPosition: number;
  readonly content: string;
  readonly sha256: string;
};

/** The statements that were given. */
@Injectable()
export class Statements {
  constructor(private readonly database: Database) {}

  /** The one given before for the same facts of that day, or this one, kept. */
  async keep(
    tx: Transaction,
    given: IssuedStatement & { readonly factsSha256: string; readonly issuedOn: LocalDate },
  ) {
    const { on: onDay, ...row } = given;
    const isNew = await insertRowOnce(tx, 'statement', { ...row, onDay });
    const kept = await tx.row<IssuedStatement>(
      `select ${columns} from statement where membership_id = $1 and on_day = $2 and facts_sha256 = $3`,
      [given.membershipId, onDay, given.factsSha256],
    );
    if (!kept) throw new RangeError(`statement ${given.code} was not kept`);
    return { statement: kept, isNew };
  }

  /** Remembers the bytes that were handed out. */
  async keepPrint(tx: Transaction, code: string, pdfSha256: string): Promise<void> {
    await insertRowOnce(tx, 'statement_print', { code, pdfSha256 });
  }

  find(code: string): Promise<IssuedStatement | undefined> {
    return this.database.row<IssuedStatement>(`select ${columns} from statement where code = $1`, [
      code,
    ]);
  }

  async wasPrinted(code: string, pdfSha256: string): Promise<boolean> {
    const printed = 'select from statement_print where code = $1 and pdf_sha256 = $2';
    return (await this.database.rows(printed, [code, pdfSha256])).length === 1;
  }
}

const columns =
  'code, membership_id as "membershipId", on_day as on, ledger_position::integer as "ledgerPosition", content, sha256';
