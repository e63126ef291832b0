import { Module } from '@nestjs/common';
import { AccountTracesRpc } from './account-traces.rpc.js';
import { AccountsOfPerson } from './accounts-of-person.js';
import { FindAccountTraces } from './find-account-traces.js';

// The door: what is held of a person.
export { AccountsOfPerson };

/** The accounts of one person: all that is held of them, and what is left once it is erased (SUP-4). */
@Module({ controllers: [AccountTracesRpc], providers: [AccountsOfPerson, FindAccountTraces] })
export class AccountTracesModule {}
