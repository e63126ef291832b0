import { defineProblem, refuseMistakes, requireVersion } from '#libs/problems';
import { frenchDate, type LocalDate } from '#libs/time';

export class TrainingInvalid extends defineProblem('TRAINING_INVALID', 'invalid') {}
export class TrainingStale extends defineProblem('TRAINING_STALE', 'stale') {}
export class TrainingClosed extends defineProblem('TRAINING_CLOSED', 'conflict') {}

export const kinds = ['TRAINING', 'SUPPORT'] as const;
export const scopes = ['ACADEMY', 'DEPARTMENT', 'CIRCONSCRIPTION'] as const;
export const participantsMax = 100_000;

/** What is planned, and who coordinates it (art. 7.2). */
export type TrainingPlan = {
  readonly kind: (typeof kinds)[number];
  readonly title: string;
  readonly audience: string;
  readonly scope: (typeof scopes)[number];
  /** Of the market; empty for ACADEMY. */
  readonly department: string;
  /** Only for CIRCONSCRIPTION. */
  readonly circonscription: string;
  readonly plannedOn: LocalDate;
  /** Visible to the members. */
  readonly published: boolean;
};

/** A training or support action of the rectorat (GOV-2). Participants are a number, never people. */
export type Training = {
  readonly trainingId: string;
  readonly marketCode: string;
  readonly plan: TrainingPlan;
  readonly status: 'PLANNED' | 'HELD' | 'CANCELLED';
  readonly heldOn: LocalDate | '';
  readonly participants: number;
  readonly version: number;
};

export function planTraining(
  trainingId: string,
  market: { readonly code: string; readonly departments: readonly string[] },
  plan: TrainingPlan,
): Training {
  checkPlan(plan, market.departments);
  return {
    trainingId,
    marketCode: market.code,
    plan,
    status: 'PLANNED',
    heldOn: '',
    participants: 0,
    version: 1,
  };
}

/** Also publishes, or no longer, one that is held. Throws TrainingStale, TrainingClosed, TrainingInvalid. */
export function change(
  training: Training,
  version: number,
  plan: TrainingPlan,
  departments: readonly string[],
): Training {
  requireRead(training, version);
  const onlyPublishes =
    JSON.stringify({ ...plan, published: training.plan.published }) ===
    JSON.stringify(training.plan);
  if (!onlyPublishes) requirePlanned(training);
  checkPlan(plan, departments);
  return { ...training, plan, version: training.version + 1 };
}

/** Held on a day that is not to come. Throws also TrainingInvalid. */
export function hold(
  training: Training,
  version: number,
  held: { readonly heldOn: LocalDate; readonly participants: number },
  today: LocalDate,
): Training {
  requireRead(training, version);
  requirePlanned(training);
  const { heldOn, participants } = held;
  const mistakes = [
    ...(heldOn > today ? [`le ${frenchDate(heldOn)} est à venir`] : []),
    ...(Number.isInteger(participants) && participants >= 0 && participants <= participantsMax
      ? []
      : [`le nombre de participants va de 0 à ${participantsMax}`]),
  ];
  refuse(mistakes);
  return { ...training, status: 'HELD', heldOn, participants, version: training.version + 1 };
}

export function cancel(training: Training, version: number): Training {
  requireRead(training, version);
  requirePlanned(training);
  return { ...training, status: 'CANCELLED', version: training.version + 1 };
}

function checkPlan(plan: TrainingPlan, departments: readonly string[]): void {
  const { scope, department, circonscription, title } = plan;
  const ofDepartment = departments.includes(department);
  refuse([
    ...(title.trim() === '' ? ['indiquez l’intitulé'] : []),
    ...(scope === 'ACADEMY' && department !== ''
      ? ['une action académique n’a pas de département']
      : []),
    ...(scope !== 'ACADEMY' && !ofDepartment
      ? [`indiquez un département du marché (${departments.join(', ')})`]
      : []),
    ...((scope === 'CIRCONSCRIPTION') === (circonscription.trim() === '')
      ? ['la circonscription se nomme pour une action de circonscription, et pour elle seule']
      : []),
  ]);
}

const refuse = (mistakes: readonly string[]) =>
  refuseMistakes(mistakes, TrainingInvalid, 'Corrigez l’action', 'convention, art. 7.2');

const requireRead = (training: Training, version: number) =>
  requireVersion(training, version, TrainingStale, changedSince);
const changedSince = 'L’action a été modifiée entre-temps : rechargez-la.';

function requirePlanned({ status }: Training): void {
  if (status === 'PLANNED') return;
  throw new TrainingClosed(
    'Cette action est tenue ou annulée : seule sa publication change encore.',
    { status },
  );
}

export class ProgressInvalid extends defineProblem('PROGRESS_INVALID', 'invalid') {}

/** Counts of one scope and department. */
export type TrainingFigures = {
  readonly scope: string;
  readonly department: string;
  readonly planned: number;
  readonly held: number;
  readonly cancelled: number;
  readonly participants: number;
};

/** What the rectorat tells the members about the project (art. 7.2), with the figures of its day (GOV-2). */
export type ProgressNote = {
  readonly noteId: string;
  readonly marketCode: string;
  readonly publishedOn: LocalDate;
  readonly title: string;
  readonly body: string;
  readonly figures: readonly TrainingFigures[];
};

export const bodyMax = 4_000;

/** Throws ProgressInvalid for an empty or too long text. */
export function publish(note: ProgressNote): ProgressNote {
  if (note.title.trim() === '' || note.body.trim() === '' || note.body.length > bodyMax) {
    throw new ProgressInvalid(
      `Donnez un titre et un texte d’au plus ${bodyMax} caractères : ils seront publiés tels quels.`,
    );
  }
  return note;
}
