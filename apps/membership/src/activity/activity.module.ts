import { Module } from '@nestjs/common';
import { MarketsModule } from '../markets/markets.module.js';
import { PgActivityReader } from './activity.pg-reader.js';
import { ActivityReader } from './activity.reader.js';
import { ActivityRpc } from './activity.rpc.js';
import { DecidePublishedList } from './decide-published-list.js';
import { PgPublishedLists } from './published-lists.pg-repository.js';
import { PublishedLists } from './published-lists.repository.js';
import { ViewActivity } from './view-activity.js';

@Module({
  imports: [MarketsModule],
  controllers: [ActivityRpc],
  providers: [
    { provide: ActivityReader, useClass: PgActivityReader },
    { provide: PublishedLists, useClass: PgPublishedLists },
    DecidePublishedList,
    ViewActivity,
  ],
})
export class ActivityModule {}
