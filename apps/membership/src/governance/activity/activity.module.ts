import { Module } from '@nestjs/common';
import { MarketsModule } from '../../contract/markets/markets.module.js';
import { Activity } from './activity.pg.js';
import { ActivityRpc } from './activity.rpc.js';
import { DecidePublishedList } from './decide-published-list.js';
import { ViewActivity } from './view-activity.js';

@Module({
  imports: [MarketsModule],
  controllers: [ActivityRpc],
  providers: [Activity, DecidePublishedList, ViewActivity],
})
export class ActivityModule {}
