import { Injectable } from '@nestjs/common';
import { defineProblem } from '#libs/problems';
import { Database } from '#libs/persistence';

export class NotErased extends defineProblem('NOT_ERASED', 'not-found') {}

export type ErasureProof = {
  readonly personId: string;
  readonly leftOn: string;
  readonly erasedOn: string;
  readonly toldAgainOn: string;
};

/** The proof that a person was erased (SUP-4). Who is here, and who was never, has none: NotErased for both. */
@Injectable()
export class GetErasure {
  constructor(private readonly database: Database) {}

  async execute(personId: string): Promise<ErasureProof> {
    const { rows } = await this.database.query<ErasureProof>(
      `select person_id::text as "personId", left_on as "leftOn", erased_on as "erasedOn",
         coalesce(told_again_on::text, '') as "toldAgainOn"
       from erasure where person_id::text = lower($1)`,
      [personId],
    );
    if (!rows[0])
      throw new NotErased(
        'Aucun effacement n’est enregistré sous cet identifiant : vérifiez-le, ou cette personne est encore dans l’annuaire.',
      );
    return rows[0];
  }
}
