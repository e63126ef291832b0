import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { EntComparisonModule } from '../ent-comparison/ent-comparison.module.js';
import { AccountBooks } from './account-books.pg.js';
import { AccountSidesRpc } from './account-sides.rpc.js';
import { CompareAccount } from './compare-account.js';
import { RestoreAccount } from './restore-account.js';

/** One account as the directory, the books and the ENT have it, and its user given back where the ENT keeps it. */
@Module({
  imports: [AccountsModule, EntComparisonModule],
  controllers: [AccountSidesRpc],
  providers: [AccountBooks, CompareAccount, RestoreAccount],
})
export class AccountSidesModule {}
