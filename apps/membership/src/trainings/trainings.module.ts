import { Module } from '@nestjs/common';
import { MarketsModule } from '../markets/markets.module.js';
import { ChangeTraining } from './change-training.js';
import { PlanTraining } from './plan-training.js';
import { PublishProgress } from './publish-progress.js';
import { PgTrainingReader, PgTrainings } from './trainings.pg-repository.js';
import { TrainingReader } from './trainings.reader.js';
import { Trainings } from './trainings.repository.js';
import { TrainingsRpc } from './trainings.rpc.js';
import { ViewTrainings } from './view-trainings.js';

@Module({
  imports: [MarketsModule],
  controllers: [TrainingsRpc],
  providers: [
    { provide: Trainings, useClass: PgTrainings },
    { provide: TrainingReader, useClass: PgTrainingReader },
    ChangeTraining,
    PlanTraining,
    PublishProgress,
    ViewTrainings,
  ],
})
export class TrainingsModule {}
