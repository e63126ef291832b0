import { Injectable } from '@nestjs/common';
import { type Transaction } from '#libs/persistence';
import { type KnownMembership, Memberships } from './memberships.repository.js';

/** Notes whose membership it is, so that a member can be shown its own figures and no other's (SUP-3). */
@Injectable()
export class RecordMembership {
  constructor(private readonly memberships: Memberships) {}

  async execute(tx: Transaction, membership: KnownMembership): Promise<void> {
    await this.memberships.save(tx, membership);
  }
}
