import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { PlanTrainingRequest } from '#libs/contracts';
import { type Asked, requireMarket } from '#libs/identity';
import { Commands } from '#libs/commands';
import { Markets } from '../../contract/markets/markets.module.js';
import { planTraining, type Training, type TrainingPlan } from './domain/training.js';
import { Trainings } from './trainings.pg.js';

/** A training or support action of the academy, a department or a circonscription (GOV-2, art. 7.2). */
@Injectable()
export class PlanTraining {
  constructor(
    private readonly commands: Commands,
    private readonly trainings: Trainings,
    private readonly markets: Markets,
  ) {}

  /** Throws TrainingInvalid. */
  execute(input: Asked<PlanTrainingRequest, { plan: TrainingPlan }>): Promise<Training> {
    const { caller } = input;
    requireMarket(caller, input.marketCode);
    return this.commands.run<Training>(
      {
        operation: 'PlanTraining',
        action: 'training.planned',
        subject: ({ trainingId }) => `training:${trainingId}`,
      },
      input,
      async (tx) => {
        const { market } = await this.markets.find(input.marketCode, tx);
        const training = planTraining(randomUUID(), market, input.plan);
        await this.trainings.add(tx, training);
        return training;
      },
    );
  }
}
