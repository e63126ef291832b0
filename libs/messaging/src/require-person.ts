import { type Caller, hasRole, processRoles } from '#libs/identity';
import { defineProblem } from '#libs/problems';

export class PersonNeeded extends defineProblem('PERSON_NEEDED', 'forbidden') {
  constructor() {
    super(
      'Cela se décide à deux personnes : un script ne compte pas. Connectez-vous (npm run ent -- login).',
    );
  }
}

/** Of two persons each is one: who has logged in. Throws PersonNeeded. */
export function requirePerson(caller: Caller): void {
  if (caller.loggedInAt === undefined || hasRole(caller, ...processRoles)) throw new PersonNeeded();
}
