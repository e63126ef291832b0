import { Module } from '@nestjs/common';
import { MarketsModule } from '../../contract/markets/markets.module.js';
import { ChangeTraining } from './change-training.js';
import { PlanTraining } from './plan-training.js';
import { PublishProgress } from './publish-progress.js';
import { Trainings } from './trainings.pg.js';
import { TrainingsRpc } from './trainings.rpc.js';
import { ViewTrainings } from './view-trainings.js';

@Module({
  imports: [MarketsModule],
  controllers: [TrainingsRpc],
  providers: [Trainings, ChangeTraining, PlanTraining, PublishProgress, ViewTrainings],
})
export class TrainingsModule {}
