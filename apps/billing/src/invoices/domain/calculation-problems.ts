import { defineProblem } from '#libs/problems';
import { type LocalDate, frenchDate } from '#libs/time';

export class PriceMissing extends defineProblem('PRICE_MISSING', 'conflict') {
  constructor(
    readonly itemCode: string,
    readonly label: string,
    readonly firstDay: LocalDate,
  ) {
    super(
      `Aucun prix du bordereau (BPU) pour « ${label} » le ${frenchDate(firstDay)} : importez les prix de cette année du marché, puis relancez la facturation.`,
      { itemCode, date: firstDay },
    );
  }
}

export class ContractYearMissing extends defineProblem('CONTRACT_YEAR_MISSING', 'conflict') {
  constructor(date: LocalDate) {
    super(
      `Le ${frenchDate(date)} n’appartient à aucune année du marché : vérifiez le calendrier du marché.`,
      { date },
    );
  }
}
