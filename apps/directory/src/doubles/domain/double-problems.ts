import { defineProblem } from '#libs/problems';

/** Also for whoever may not see it. */
export class DoubleUnknown extends defineProblem('DOUBLE_UNKNOWN', 'not-found') {
  constructor() {
    super(
      'Cette question n’existe pas, ou concerne aussi une autre école que la vôtre : dans ce cas, l’assistance de niveau 2 y répond.',
    );
  }
}

export class DoubleAnswered extends defineProblem('DOUBLE_ANSWERED', 'conflict') {
  constructor(answer: string) {
    super(
      'Une réponse a déjà été donnée pour ces deux personnes : rechargez la page. Une réunion se défait, elle ne se refait pas autrement.',
      { answer },
    );
  }
}

/** Who they are has changed since they were looked at. */
export class DoubleStale extends defineProblem('DOUBLE_STALE', 'stale') {
  constructor() {
    super(
      'L’une des deux fiches a changé depuis que vous les avez lues : rechargez la page et comparez-les de nouveau avant de répondre.',
    );
  }
}

export class MergeUnknown extends defineProblem('MERGE_UNKNOWN', 'not-found') {
  constructor() {
    super(
      'Cette réunion n’existe pas, ou concerne aussi une autre école que la vôtre : dans ce cas, l’assistance de niveau 2 peut la défaire.',
    );
  }
}

export class MergeUndone extends defineProblem('MERGE_UNDONE', 'conflict') {
  constructor() {
    super('Cette réunion a déjà été défaite : les deux personnes sont de nouveau distinctes.');
  }
}

export class MergeNotLast extends defineProblem('MERGE_NOT_LAST', 'conflict') {
  constructor(mergeId: string) {
    super(
      'La personne qui reste a été réunie depuis à une troisième : défaites d’abord cette réunion-là.',
      { mergeId },
    );
  }
}
