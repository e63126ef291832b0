import { Injectable } from '@nestjs/common';
import { type Caller, requireMarket } from '#libs/identity';
import { BusinessDate } from '#libs/messaging';
import { defineProblem } from '#libs/problems';
import { UnitOfWork } from '#libs/persistence';
import { yearOf } from '#libs/time';
import { Members } from '../members/members.module.js';
import { fecOf } from './domain/sales-entries.js';
import { Sales } from './sales.pg.js';

export class SalesYearTooLate extends defineProblem('SALES_YEAR_TOO_LATE', 'invalid') {}
export class SalesTooMany extends defineProblem('SALES_TOO_MANY', 'conflict') {}

const documentsMax = 50_000;

/** The sales of a civil year for the supplier's accountant, as a file that any accounting software reads (FEC). */
@Injectable()
export class ExportSalesJournal {
  constructor(
    private readonly sales: Sales,
    private readonly members: Members,
    private readonly unitOfWork: UnitOfWork,
    private readonly businessDate: BusinessDate,
  ) {}

  /** Throws MarketUnknown, SalesYearTooLate, SalesTooMany, NotVisible. The newest year grows until it is over. */
  async execute(
    caller: Caller,
    marketCode: string,
    year: number,
  ): Promise<{ fileName: string; content: Buffer }> {
    requireMarket(caller, marketCode);
    const { terms, today } = await this.unitOfWork.run(async (tx) => ({
      terms: await this.members.market(tx, marketCode),
      today: await this.businessDate.today(tx),
    }));
    if (year > yearOf(today)) {
      throw new SalesYearTooLate(`L’année ${year} n’a pas commencé : demandez ${yearOf(today)}.`);
    }
    const sales = await this.sales.ofYear(marketCode, year, documentsMax + 1);
    if (sales.length > documentsMax) {
      throw new SalesTooMany(
        `Plus de ${documentsMax} documents ont été émis cette année : demandez le journal à l’exploitant.`,
      );
    }
    const siren = terms.supplier.siret.slice(0, 9);
    const lastDay = yearOf(today) === year ? today : `${year}-12-31`;
    return {
      fileName: `${siren}FEC${lastDay.replaceAll('-', '')}-ventes-${marketCode}.txt`,
      content: Buffer.from(fecOf(sales)),
    };
  }
}
