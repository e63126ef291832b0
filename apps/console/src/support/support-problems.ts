import { defineProblem, DomainError } from '#libs/problems';

/** The person does not exist, or not for this visitor: the same answer. */
export class PersonNotFound extends DomainError {
  readonly code = 'PERSON_NOT_FOUND';
  readonly kind = 'not-found';
  constructor() {
    super('Cette personne n’existe pas, ou ne relève pas de votre périmètre.');
  }
}

/** The school does not exist, or not for this visitor: the same answer. */
export class SchoolNotFound extends defineProblem('SCHOOL_NOT_FOUND', 'not-found') {
  constructor() {
    super('Cette école n’existe pas, ou ne relève pas de votre périmètre.');
  }
}

/** SUP-2: support says why it looks. */
export class LookReasonRequired extends defineProblem('LOOK_REASON_REQUIRED', 'invalid') {}

/** Who does not see a field would read it by searching: letter by letter, or name by name. */
export class SearchByMaskedField extends defineProblem('SEARCH_BY_MASKED_FIELD', 'forbidden') {
  constructor(field: 'names' | 'birthDate') {
    super(
      field === 'names'
        ? 'Les noms vous sont masqués : cherchez par identifiant entier ou par école.'
        : 'Les dates de naissance vous sont masquées : cherchez sans elle.',
    );
  }
}
