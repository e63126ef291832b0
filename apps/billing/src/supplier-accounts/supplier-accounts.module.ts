import { Module } from '@nestjs/common';
import { SupplierAccounts } from './supplier-accounts.pg.js';

export {
  accountOn,
  accountsByDay,
  accountsOfDrafts,
  type ApprovedAccount,
  type SupplierAccount,
} from './domain/supplier-account.js';
export { SupplierAccounts };

/** Where members pay. Invoices bear it, proposals bring it. */
@Module({ providers: [SupplierAccounts], exports: [SupplierAccounts] })
export class SupplierAccountsModule {}
