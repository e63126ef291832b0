import { Global, Module } from '@nestjs/common';
import { Proposals } from './proposals.pg.js';

/** Proposals of a service that has decisions of two persons. Needs PersistenceModule. */
@Global()
@Module({ providers: [Proposals], exports: [Proposals] })
export class ProposalsModule {}
