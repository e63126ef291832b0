import { Module } from '@nestjs/common';
import { AccountTracesRpc } from './account-traces.rpc.js';
import { FindAccountTraces } from './find-account-traces.js';

/** What is left of the accounts of people who were erased (SUP-4). */
@Module({ controllers: [AccountTracesRpc], providers: [FindAccountTraces] })
export class AccountTracesModule {}
