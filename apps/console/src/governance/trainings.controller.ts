import { Body, Controller, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { validated } from '#libs/http';
import { IdempotencyKey } from '../idempotency-key.js';
import { IfMatch, Versioned } from '../if-match.js';
import { AllowPeople, CurrentVisitor, type Visitor } from '../visitor.js';
import {
  changedTrainingBody,
  type ChangedTrainingBody,
  heldBody,
  type HeldBody,
  marketPageQuery,
  type MarketPageQuery,
  marketQuery,
  type MarketQuery,
  progressBody,
  type ProgressBody,
  trainingBody,
  type TrainingBody,
  trainingsQuery,
  type TrainingsQuery,
} from './governance.dto.js';
import { GroupTrainings } from './group-trainings.js';

const readers = ['member-reader', 'member-orderer', 'member-finance', 'coordinator'] as const;

@Controller('api')
export class TrainingsController {
  constructor(private readonly trainings: GroupTrainings) {}

  @AllowPeople(...readers)
  @Get('trainings')
  list(
    @CurrentVisitor() visitor: Visitor,
    @Query(validated(trainingsQuery)) query: TrainingsQuery,
  ) {
    return this.trainings.list(visitor, query);
  }

  @AllowPeople(...readers)
  @Get('progress')
  progress(
    @CurrentVisitor() visitor: Visitor,
    @Query(validated(marketPageQuery)) query: MarketPageQuery,
  ) {
    return this.trainings.progress(visitor, query);
  }

  @AllowPeople('coordinator')
  @Post('coordination/progress')
  publish(
    @CurrentVisitor() visitor: Visitor,
    @Body(validated(progressBody)) body: ProgressBody,
    @IdempotencyKey() idempotencyKey: string,
  ) {
    return this.trainings.publish(visitor, body, idempotencyKey);
  }

  @AllowPeople('coordinator')
  @Get('coordination/training-figures')
  figures(@CurrentVisitor() visitor: Visitor, @Query(validated(marketQuery)) query: MarketQuery) {
    return this.trainings.figures(visitor, query);
  }

  @AllowPeople('coordinator')
  @Post('coordination/trainings')
  @Versioned()
  plan(
    @CurrentVisitor() visitor: Visitor,
    @Body(validated(trainingBody)) body: TrainingBody,
    @IdempotencyKey() idempotencyKey: string,
  ) {
    return this.trainings.plan(visitor, body, idempotencyKey);
  }

  @AllowPeople('coordinator')
  @Get('coordination/trainings/:trainingId')
  @Versioned()
  show(@CurrentVisitor() visitor: Visitor, @Param('trainingId') trainingId: string) {
    return this.trainings.show(visitor, trainingId);
  }

  @AllowPeople('coordinator')
  @Put('coordination/trainings/:trainingId')
  @Versioned()
  change(
    @CurrentVisitor() visitor: Visitor,
    @Param('trainingId') trainingId: string,
    @IfMatch() version: number,
    @Body(validated(changedTrainingBody)) body: ChangedTrainingBody,
  ) {
    return this.trainings.change(visitor, trainingId, version, body);
  }

  @AllowPeople('coordinator')
  @Post('coordination/trainings/:trainingId/holding')
  @HttpCode(200)
  @Versioned()
  hold(
    @CurrentVisitor() visitor: Visitor,
    @Param('trainingId') trainingId: string,
    @IfMatch() version: number,
    @Body(validated(heldBody)) body: HeldBody,
  ) {
    return this.trainings.hold(visitor, trainingId, version, body);
  }

  @AllowPeople('coordinator')
  @Post('coordination/trainings/:trainingId/cancellation')
  @HttpCode(200)
  @Versioned()
  cancel(
    @CurrentVisitor() visitor: Visitor,
    @Param('trainingId') trainingId: string,
    @IfMatch() version: number,
  ) {
    return this.trainings.cancel(visitor, trainingId, version);
  }
}
