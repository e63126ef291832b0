import type { LocalDate } from '#libs/time';
import type { Circuit } from '../domain/e-invoice.js';

/**
 * How each supplier's invoices reach their buyers: by Chorus Pro, until the day from which it goes through a plateforme
 * agréée (obliged from 1 September 2026 or 2027 by its size, so a setting with a date).
 */
export class Circuits {
  constructor(private readonly platformFrom: ReadonlyMap<string, LocalDate> = new Map()) {}

  /** For the supplier with this SIRET, of an invoice issued on this day. */
  on(supplierSiret: string, issuedOn: LocalDate): Circuit {
    const from = this.platformFrom.get(supplierSiret.slice(0, 9));
    return from !== undefined && from <= issuedOn ? 'AFNOR' : 'CPRO';
  }
}
