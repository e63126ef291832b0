import { Injectable } from '@nestjs/common';
import type { ProgressNote, TrainingAction, TrainingFigures } from '#libs/contracts';
import { NotVisible, requireMarket } from '#libs/identity';
import { Clients } from '../clients/clients.module.js';
import type { Visitor } from '../visitor.js';
import type {
  ChangedTrainingBody,
  HeldBody,
  MarketPageQuery,
  MarketQuery,
  ProgressBody,
  TrainingBody,
  TrainingsQuery,
} from './governance.dto.js';

/** Training and support actions, and published progress: membership decides (GOV-2), the console carries. */
@Injectable()
export class GroupTrainings {
  constructor(private readonly clients: Clients) {}

  async list(visitor: Visitor, { market, status, ...page }: TrainingsQuery) {
    requireMarket(visitor, market);
    const asked = { marketCode: market, status, page };
    const answer = await this.of(visitor).listTrainings(asked);
    return {
      trainings: answer.trainings.map(toTraining),
      nextCursor: answer.page?.nextCursor ?? '',
    };
  }

  async show(visitor: Visitor, trainingId: string) {
    return seen(visitor, await this.of(visitor).getTraining({ trainingId }));
  }

  async plan(visitor: Visitor, { market, ...plan }: TrainingBody, idempotencyKey: string) {
    const asked = { idempotencyKey, marketCode: market, plan };
    return seen(visitor, await this.of(visitor).planTraining(asked));
  }

  async change(visitor: Visitor, trainingId: string, version: number, plan: ChangedTrainingBody) {
    const asked = { trainingId, expectedVersion: version, plan };
    return seen(visitor, await this.of(visitor).changeTraining(asked));
  }

  async hold(visitor: Visitor, trainingId: string, version: number, body: HeldBody) {
    const asked = { trainingId, expectedVersion: version, ...body };
    return seen(visitor, await this.of(visitor).holdTraining(asked));
  }

  async cancel(visitor: Visitor, trainingId: string, version: number) {
    const asked = { trainingId, expectedVersion: version };
    return seen(visitor, await this.of(visitor).cancelTraining(asked));
  }

  async figures(visitor: Visitor, { market }: MarketQuery) {
    requireMarket(visitor, market);
    const { figures } = await this.of(visitor).summariseTrainings({ marketCode: market });
    return { figures: figures.map(toFigures) };
  }

  async publish(visitor: Visitor, { market, title, body }: ProgressBody, idempotencyKey: string) {
    const asked = { idempotencyKey, marketCode: market, title, body };
    const { note } = await this.of(visitor).publishProgress(asked);
    if (!note) throw new NotVisible();
    return toNote(note);
  }

  async progress(visitor: Visitor, { market, ...page }: MarketPageQuery) {
    requireMarket(visitor, market);
    const answer = await this.of(visitor).listProgress({ marketCode: market, page });
    return { notes: answer.notes.map(toNote), nextCursor: answer.page?.nextCursor ?? '' };
  }

  private of(visitor: Visitor) {
    return this.clients.of(visitor).trainings;
  }
}

function seen(visitor: Visitor, { training }: { training?: TrainingAction }) {
  if (!training) throw new NotVisible();
  requireMarket(visitor, training.marketCode);
  return toTraining(training);
}

const toTraining = ({ plan, ...training }: TrainingAction) => ({
  trainingId: training.trainingId,
  marketCode: training.marketCode,
  kind: plan?.kind ?? '',
  title: plan?.title ?? '',
  audience: plan?.audience ?? '',
  scope: plan?.scope ?? '',
  department: plan?.department ?? '',
  circonscription: plan?.circonscription ?? '',
  plannedOn: plan?.plannedOn ?? '',
  published: plan?.published ?? false,
  status: training.status,
  heldOn: training.heldOn,
  participants: training.participants,
  version: training.version,
});

const toFigures = (figures: TrainingFigures) => ({
  scope: figures.scope,
  department: figures.department,
  planned: figures.planned,
  held: figures.held,
  cancelled: figures.cancelled,
  participants: figures.participants,
});

const toNote = (note: ProgressNote) => ({
  noteId: note.noteId,
  publishedOn: note.publishedOn,
  title: note.title,
  body: note.body,
  figures: note.figures.map(toFigures),
});
