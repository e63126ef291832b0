import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { PublishProgressRequest } from '#libs/contracts';
import { type Asked, requireMarket } from '#libs/identity';
import { Commands } from '#libs/commands';
import { Markets } from '../../contract/markets/markets.module.js';
import { type ProgressNote, publish } from './domain/training.js';
import { Trainings } from './trainings.pg.js';

/** Tells every member how the project goes (GOV-2, art. 7.2), with the figures of published actions as they are today. */
@Injectable()
export class PublishProgress {
  constructor(
    private readonly commands: Commands,
    private readonly trainings: Trainings,
    private readonly markets: Markets,
  ) {}

  /** Never changed afterwards: a correction is another note. Throws ProgressInvalid. */
  execute(input: Asked<PublishProgressRequest>): Promise<ProgressNote> {
    const { marketCode, title, body, caller } = input;
    requireMarket(caller, marketCode);
    return this.commands.run<ProgressNote>(
      {
        operation: 'PublishProgress',
        action: 'progress.published',
        subject: ({ noteId }) => `progress:${noteId}`,
      },
      input,
      async (tx, today) => {
        await this.markets.find(marketCode, tx);
        const figures = await this.trainings.figuresOf(marketCode, 'PUBLISHED', tx);
        const noteId = randomUUID();
        const note = publish({ noteId, marketCode, publishedOn: today, title, body, figures });
        await this.trainings.addNote(tx, note, caller.userId);
        return note;
      },
    );
  }
}
