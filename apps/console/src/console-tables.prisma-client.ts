import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { adapterOver, Database, type ReadsOf } from '#libs/persistence';
import { PrismaClient } from './generated/prisma/client.js';

/** The tables of this service for plain typed reads, on the process's pool. Connects when first asked. */
@Injectable()
export class ConsoleTables implements OnApplicationShutdown {
  private readonly client: PrismaClient;
  readonly read: ReadsOf<PrismaClient>;

  constructor(database: Database) {
    // Minimal: an error that is logged must not repeat the values that were asked for.
    this.client = new PrismaClient({ adapter: adapterOver(database), errorFormat: 'minimal' });
    this.read = this.client;
  }

  onApplicationShutdown(): Promise<void> {
    return this.client.$disconnect();
  }
}
