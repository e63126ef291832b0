import { defineProblem } from '#libs/problems';

/**
 * READING: files are read and kept. PLANNED: the worker plans, or goes on with what was decided. APPLYING: batches are
 * being written. HELD: a part waits for a person. FAILED: a technical fault, until somebody retries. COMPLETED and
 * REFUSED are final.
 */
export type ImportState =
  | 'READING'
  | 'PLANNED'
  | 'HELD'
  | 'APPLYING'
  | 'COMPLETED'
  | 'REFUSED'
  | 'FAILED';

export class ImportUnknown extends defineProblem('IMPORT_UNKNOWN', 'not-found') {
  constructor() {
    super('Cet import n’existe pas : consultez la liste des imports.');
  }
}

export class ImportNotHeld extends defineProblem('IMPORT_NOT_HELD', 'conflict') {
  constructor(state: ImportState) {
    super('Cet import n’attend pas de décision : consultez son état avant de continuer.', {
      state,
    });
  }
}

/** What the worker takes up: everything that is neither final nor waiting for a person. */
export const unfinished: readonly ImportState[] = ['READING', 'PLANNED', 'APPLYING'];

/** What may still read its files: also what failed, once somebody retries it. */
export const mayRead: readonly ImportState[] = [...unfinished, 'FAILED'];

/** What nothing follows: neither its files nor its delivery are needed any more. */
export const final: readonly ImportState[] = ['COMPLETED', 'REFUSED'];

/** Source or directory have moved since the plan was made: what was looked at is not what would happen. */
export class PlanStale extends defineProblem('PLAN_STALE', 'conflict') {
  constructor() {
    super(
      'L’annuaire ou la source a changé depuis que ce plan a été établi : consultez le plan le plus récent, puis décidez.',
    );
  }
}

/** The source's data of a later day are in the directory already. */
export class DeliveryOlder extends defineProblem('DELIVERY_OLDER', 'conflict') {
  constructor(datedOn: string) {
    super(
      `Des données plus récentes de cette source sont déjà dans l’annuaire que celles du ${datedOn} : rien n’a été modifié, redéposez l’export le plus récent.`,
      { datedOn },
    );
  }
}

/** A change means something only beside what the source said before. */
export class FullExportNeeded extends defineProblem('FULL_EXPORT_NEEDED', 'conflict') {
  constructor(sourceCode: string) {
    super(
      'Ces fichiers ne disent que des changements, et l’annuaire n’a pas encore d’export complet de cette source : rien n’a été modifié, déposez d’abord un export complet.',
      { sourceCode },
    );
  }
}

export class DeliveryChanged extends defineProblem('DELIVERY_CHANGED', 'conflict') {
  constructor() {
    super(
      'Les fichiers ont changé depuis que l’import a été demandé : rien n’a été modifié, redemandez l’import du dossier tel qu’il est.',
    );
  }
}

export class DecisionAboveThreshold extends defineProblem('DECISION_ABOVE_THRESHOLD', 'forbidden') {
  constructor() {
    super(
      'Ces changements dépassent les seuils : l’assistance de niveau 2 les vérifie avec vous, puis les approuve. Contactez-la, ou rejetez-les et corrigez le fichier.',
    );
  }
}

export class ImportNotFailed extends defineProblem('IMPORT_NOT_FAILED', 'conflict') {
  constructor(state: ImportState) {
    super('Seul un import en échec peut être relancé : consultez son état.', { state });
  }
}

/** A technical fault is over: with its delivery kept it goes on from there, else it reads its files again. Throws ImportNotFailed. */
export function retry(state: ImportState, isDelivered: boolean): ImportState {
  if (state !== 'FAILED') throw new ImportNotFailed(state);
  return isDelivered ? 'PLANNED' : 'READING';
}

/** For whoever writes people and is no import. */
export class ImportRuns extends defineProblem('IMPORT_RUNS', 'conflict') {
  constructor() {
    super(
      'Un import enregistre des personnes en ce moment : recommencez quand il est terminé, dans quelques minutes (directory imports dit où il en est).',
    );
  }
}
