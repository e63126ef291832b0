import { defineProblem } from '#libs/problems';
import { type LocalDate, frenchDate } from '#libs/time';

export class PriceMissing extends defineProblem('PRICE_MISSING', 'conflict') {
  constructor(itemCode: string, label: string, date: LocalDate) {
    super(
      `Aucun prix du bordereau (BPU) pour « ${label} » le ${frenchDate(date)} : importez les prix de cette année du marché, puis relancez la facturation.`,
      { itemCode, date },
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
