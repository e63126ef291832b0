import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';
import type { PublishedListDecision } from './domain/activity.js';
import { PublishedLists } from './published-lists.repository.js';

@Injectable()
export class PgPublishedLists extends PublishedLists {
  async add(tx: Transaction, marketCode: string, decision: PublishedListDecision, by: string) {
    await tx.query(
      `insert into published_list_decision (market_code, content, reason, decided_on, decided_by)
       values ($1, $2, $3, $4, $5)`,
      [marketCode, decision.content, decision.reason, decision.decidedOn, by],
    );
  }
}
