import { Injectable } from '@nestjs/common';
import { topics } from '#libs/contracts';
import { BusinessDate, LoggedStates, Traces } from '#libs/messaging';
import { defineProblem } from '#libs/problems';
import { parisDateOf } from '#libs/time';
import { OtherServices } from '../other-services/other-services.module.js';
import { heldUntilOf, judgeProof, type ProofPlace, unexpectedIn } from './domain/judge-proof.js';
import { type ErasureRow, ProvenErasures } from './proven-erasures.pg.js';
import { AccountTraces } from './account-traces.js';

export class NotErased extends defineProblem('NOT_ERASED', 'not-found') {}

export type Proof = { readonly erasure: ErasureRow; readonly places: readonly ProofPlace[] };

/**
 * Looks for people who were erased, everywhere and now, and keeps what came of it (SUP-4). Many at once cost little more
 * than one: each table is read once for all of them.
 */
@Injectable()
export class ProveErasure {
  constructor(
    private readonly erasures: ProvenErasures,
    private readonly businessDate: BusinessDate,
    private readonly own: Traces,
    private readonly others: OtherServices,
    private readonly accounts: AccountTraces,
    private readonly log: LoggedStates,
  ) {}

  /** Throws NotErased: who is here, and who was never, has no erasure. */
  async execute(personId: string): Promise<Proof> {
    const [proof] = await this.executeAll([personId]);
    if (!proof)
      throw new NotErased(
        'Aucun effacement n’est enregistré sous cet identifiant : vérifiez-le, ou cette personne est encore dans l’annuaire.',
      );
    return proof;
  }

  /** Of those who were erased; throws a refusal of kind `unavailable` where one of those asked does not answer. */
  async executeAll(personIds: readonly string[]): Promise<Proof[]> {
    const erased = await this.erasures.of(personIds);
    if (erased.length === 0) return [];
    const ids = erased.map(({ personId }) => personId);
    const today = await this.businessDate.today();
    const accounts = await this.accounts.of(ids);
    const idsOf = new Map(ids.map((id) => [id, new Set([id])]));
    for (const { personId, accountId, entId } of accounts) {
      const known = idsOf.get(personId);
      known?.add(accountId);
      if (entId !== '') known?.add(entId.toLowerCase());
    }
    const all = [...idsOf.values()].flatMap((each) => [...each]);
    const keysLeft = await this.erasures.keysLeft(ids);
    const [found, logged] = await Promise.all([
      Promise.all([
        this.own.find(all).then((found) => ({ service: 'directory', ...found })),
        ...this.others.all.map(async (other) => ({
          service: other.service,
          ...(await other.findTraces(all)),
        })),
      ]),
      this.log.of(topics.person.name, ids),
    ]);
    const now = new Date();
    const proofs = erased.map((erasure) => {
      const own = idsOf.get(erasure.personId)!;
      const isAbout = (id: string) => own.has(id) || !all.includes(id);
      const places = judgeProof({
        ...{ leftOn: erasure.leftOn, today, todayOnTheWall: parisDateOf(now) },
        erasedOnTheWall: parisDateOf(erasure.erasedAt),
        services: found.map(({ traces, ...rest }) => ({
          ...rest,
          traces: [
            ...traces.filter(({ id }) => isAbout(id)),
            ...(rest.service === 'directory' ? keysLeft : [])
              .filter(({ personId }) => personId === erasure.personId)
              .map(({ place, rows }) => ({ place, rows, because: '', until: '' })),
          ],
        })),
        accounts: accounts.filter(({ personId }) => personId === erasure.personId),
        logged: logged.get(erasure.personId)!,
      });
      const unexpected = unexpectedIn(places);
      const heldUntil = heldUntilOf(places) ?? null;
      return { erasure: { ...erasure, provedAt: now, unexpected, heldUntil }, places };
    });
    await this.erasures.keep(proofs.map(({ erasure }) => erasure));
    return proofs;
  }
}
