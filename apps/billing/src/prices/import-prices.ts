import { createHash, randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { BusinessDate } from '#libs/messaging';
import {
  answerOrThrow,
  audit,
  once,
  requestHashOf,
  type Transaction,
  UnitOfWork,
} from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { InvoiceReader } from '../invoices/invoices.reader.js';
import { contractYearsOf, MembersReader } from '../members/members.reader.js';
import { newEntries } from './domain/price-schedule.js';
import { pricesFromCsv } from './prices.csv-source.js';
import { Prices } from './prices.repository.js';

export type ImportPricesInput = {
  readonly marketCode: string;
  readonly content: Uint8Array;
  readonly importedBy: string;
  /** Scope of the idempotency key; an empty key protects nothing. */
  readonly organisationId: string;
  readonly idempotencyKey: string;
};

export type ImportPricesResult = { readonly prices: number; readonly changed: boolean };

/** Imports the BPU of a market (BIL-2). The same file again changes nothing. */
@Injectable()
export class ImportPrices {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly members: MembersReader,
    private readonly prices: Prices,
    private readonly invoices: InvoiceReader,
    private readonly businessDate: BusinessDate,
  ) {}

  /** Throws PricesInvalid, PriceAlreadyInvoiced (MKT-6), MarketUnknown. */
  async execute(input: ImportPricesInput): Promise<ImportPricesResult> {
    const { marketCode, content, organisationId, idempotencyKey: key } = input;
    const requestHash = requestHashOf({ marketCode, content });
    const scope = { organisationId, operation: 'ImportPrices', key, requestHash };
    const result = await this.unitOfWork.run(async (tx) => {
      const importedOn = await this.businessDate.today(tx);
      const work = () => this.import(tx, input, importedOn);
      return once(tx, scope, work, ({ code, details }) => ({
        action: 'PricesRefused',
        subject: marketCode,
        actor: input.importedBy,
        restsOn: digestOf(content),
        businessDate: importedOn,
        details: { code, ...details },
      }));
    });
    return answerOrThrow(result);
  }

  private async import(
    tx: Transaction,
    input: ImportPricesInput,
    importedOn: LocalDate,
  ): Promise<ImportPricesResult> {
    const { marketCode, content, importedBy } = input;
    const file = pricesFromCsv(content);
    const terms = await this.members.market(tx, marketCode, 'for-import');
    const added = newEntries(file, await this.prices.current(tx, marketCode), {
      itemCodes: terms.items.map((item) => item.code),
      contractYears: contractYearsOf(terms),
      invoicedUntil: await this.invoices.invoicedUntil(marketCode, tx),
    });
    if (added.length > 0) {
      const sha256 = digestOf(content);
      const source = {
        importId: randomUUID(),
        marketCode,
        sha256,
        content: Buffer.from(content).toString('utf8'),
        importedOn,
        importedBy,
      };
      await this.prices.append(tx, source, added);
      await audit(tx, {
        action: 'PricesImported',
        subject: marketCode,
        actor: importedBy,
        restsOn: sha256,
        businessDate: importedOn,
        details: { prices: added.length },
      });
    }
    return { prices: file.length, changed: added.length > 0 };
  }
}

const digestOf = (content: Uint8Array) => createHash('sha256').update(content).digest('hex');
