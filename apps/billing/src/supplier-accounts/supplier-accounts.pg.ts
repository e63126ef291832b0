import { Injectable } from '@nestjs/common';
import { parseIban } from '#libs/identifiers';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { ApprovedAccount, SupplierAccount } from './domain/supplier-account.js';

/** The accounts of a market's supplier, append-only; each rests on an approved proposal, as the database holds. */
@Injectable()
export class SupplierAccounts {
  /** In the order of their versions, as they stood at one (default: now). */
  async list(
    tx: Transaction,
    marketCode: string,
    version = Number.MAX_SAFE_INTEGER,
  ): Promise<SupplierAccount[]> {
    const { rows } = await tx.query<{ version: bigint; iban: string; effective_from: LocalDate }>(
      `select version, iban, effective_from from supplier_account
       where market_code = $1 and version <= $2 order by version`,
      [marketCode, version],
    );
    return rows.map((row) => ({
      version: Number(row.version),
      iban: parseIban(row.iban),
      effectiveFrom: row.effective_from,
    }));
  }

  /** As two persons approved them, whatever the rows of `list` say: those are compared with it only when they are added. */
  approved(tx: Transaction, marketCode: string): Promise<ApprovedAccount[]> {
    return tx.rows<ApprovedAccount>(
      `select (content ->> 'basedOn')::int + 1 as version, content ->> 'iban' as iban,
              (content ->> 'effectiveFrom')::date as "effectiveFrom", decided_on as "approvedOn"
         from platform.proposal join platform.proposal_decision d using (proposal_id)
        where market_code = $1 and kind = 'SUPPLIER_ACCOUNT' and outcome = 'APPROVED' order by version`,
      [marketCode],
    );
  }

  async append(
    tx: Transaction,
    { marketCode, proposalId }: { readonly marketCode: string; readonly proposalId: string },
    { version, iban, effectiveFrom }: SupplierAccount,
  ): Promise<void> {
    await tx.query(
      `insert into supplier_account (market_code, version, iban, effective_from, proposal_id)
       values ($1, $2, $3, $4, $5)`,
      [marketCode, version, iban, effectiveFrom, proposalId],
    );
  }
}
