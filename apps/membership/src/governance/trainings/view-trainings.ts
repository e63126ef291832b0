import { Injectable } from '@nestjs/common';
import type { ListProgressRequest } from '#libs/contracts';
import {
  type AskedPage,
  type Caller,
  mayIn,
  NotVisible,
  requireInMarket,
  requireMarket,
} from '#libs/identity';
import { type TrainingPage, Trainings } from './trainings.pg.js';

/** Actions and progress: the coordinator sees all, members what is published (GOV-2). */
@Injectable()
export class ViewTrainings {
  constructor(private readonly trainings: Trainings) {}

  async find(input: { trainingId: string; caller: Caller }) {
    const training = requireInMarket(input.caller, await this.trainings.find(input.trainingId));
    if (!training.plan.published && !seesUnpublished(input.caller, training.marketCode))
      throw new NotVisible();
    return training;
  }

  /** One row more than `limit` where there is one. */
  list(input: Omit<TrainingPage, 'publishedOnly'> & { readonly caller: Caller }) {
    const { caller, limit, ...page } = input;
    requireMarket(caller, page.marketCode);
    return this.trainings.list({
      ...page,
      limit: limit + 1,
      publishedOnly: !seesUnpublished(caller, page.marketCode),
    });
  }

  summarise(input: { marketCode: string; caller: Caller }) {
    requireMarket(input.caller, input.marketCode);
    return this.trainings.figuresOf(input.marketCode, 'ALL');
  }

  /** One row more than `limit` where there is one. */
  notes(input: AskedPage<ListProgressRequest>) {
    requireMarket(input.caller, input.marketCode);
    return this.trainings.notes(input.marketCode, input.after, input.limit + 1);
  }
}

const seesUnpublished = (caller: Caller, marketCode: string) =>
  mayIn(caller, marketCode, 'coordinator', 'player');
