import { createHash, randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Commands, whoAndWhen } from '#libs/commands';
import type { Caller } from '#libs/identity';
import { audit, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { InvoicedDays } from '../invoices/invoices.module.js';
import { contractYearsOf, Members } from '../members/members.module.js';
import { newEntries, Prices } from '../prices/prices.module.js';
import { pricesFromCsv } from './prices.csv-source.js';

export type ImportPricesInput = {
  readonly marketCode: string;
  readonly content: Uint8Array;
  readonly caller: Caller;
  /** An empty one protects nothing. */
  readonly idempotencyKey: string;
};

export type ImportPricesResult = { readonly prices: number; readonly changed: boolean };

/** Imports the BPU of a market (BIL-2). The same file again changes nothing. */
@Injectable()
export class ImportPrices {
  constructor(
    private readonly commands: Commands,
    private readonly members: Members,
    private readonly prices: Prices,
    private readonly invoicedDays: InvoicedDays,
  ) {}

  /** Throws PricesInvalid, PriceAlreadyInvoiced (MKT-6), MarketUnknown. */
  execute(input: ImportPricesInput): Promise<ImportPricesResult> {
    const { marketCode, content, caller, idempotencyKey } = input;
    return this.commands.attempt(
      {
        operation: 'ImportPrices',
        action: 'prices.imported',
        request: { marketCode, content },
        caller,
        idempotencyKey,
        refused: { subject: marketCode, restsOn: digestOf(content) },
      },
      (tx, importedOn) => this.import(tx, input, importedOn),
    );
  }

  private async import(
    tx: Transaction,
    input: ImportPricesInput,
    importedOn: LocalDate,
  ): Promise<ImportPricesResult> {
    const { marketCode, content, caller } = input;
    const file = pricesFromCsv(content);
    const terms = await this.members.market(tx, marketCode, 'for-import');
    const { entries: current } = await this.prices.priceList(tx, marketCode);
    const added = newEntries(file, current, {
      itemCodes: terms.items.map((item) => item.code),
      contractYears: contractYearsOf(terms),
      invoiced: await this.invoicedDays.byItem(tx, marketCode),
    });
    if (added.length > 0) {
      const sha256 = digestOf(content);
      const source = {
        importId: randomUUID(),
        marketCode,
        sha256,
        content: Buffer.from(content).toString('utf8'),
        importedOn,
        importedBy: caller.userId,
      };
      await this.prices.append(tx, source, added);
      await audit(tx, {
        action: 'prices.imported',
        subject: marketCode,
        ...whoAndWhen(caller, importedOn),
        restsOn: sha256,
        details: { prices: added.length },
      });
    }
    return { prices: file.length, changed: added.length > 0 };
  }
}

const digestOf = (content: Uint8Array) => createHash('sha256').update(content).digest('hex');
