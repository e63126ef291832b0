import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import type { Caller } from '#libs/identity';
import { UnitOfWork } from '#libs/persistence';
import { defineProblem } from '#libs/problems';
import { Accounts, askEnt, decisionReason, unchanged } from '../accounts/accounts.module.js';
import { EntGateway, EntRefused, EntUnavailable } from '../ent/ent.module.js';
import { EntCorrections } from '../ent-comparison/ent-comparison.module.js';
import { AccountBooks, type BookedSides } from './account-books.pg.js';
import { CompareAccount } from './compare-account.js';
import { type EntSide, mayRestore } from './domain/account-sides.js';

export class EntRestoreNotFit extends defineProblem('ENT_RESTORE_NOT_FIT', 'conflict') {}
export class EntNotRestored extends defineProblem('ENT_NOT_RESTORED', 'unavailable') {}

export type RestoreInput = {
  readonly accountId: string;
  /** `CODE` or `CODE ticket` (accounts/domain/decision-reason.ts). */
  readonly reason: string;
  readonly idempotencyKey: string;
  readonly caller: Caller;
};

/**
 * Gives back a user whom somebody deleted in the ENT, with login and content, as long as the ENT keeps it: a person's
 * decision, since whoever deleted it may have meant it. The decision is journalled before the ENT hears of it; then it is
 * restored, blocked where it must be, and the books take what it came back with, so that its work does the rest.
 */
@Injectable()
export class RestoreAccount {
  constructor(
    private readonly commands: Commands,
    private readonly unitOfWork: UnitOfWork,
    private readonly compare: CompareAccount,
    private readonly books: AccountBooks,
    private readonly accounts: Accounts,
    private readonly corrections: EntCorrections,
    private readonly ent: EntGateway,
  ) {}

  /**
   * Killed on the way, the same key goes on, and a new one begins anew. Throws InputInvalid, NotVisible, EntRestoreNotFit,
   * EntNotRestored.
   */
  async execute({ accountId, idempotencyKey, caller, ...input }: RestoreInput): Promise<void> {
    const reason = decisionReason(input.reason);
    const { books } = await this.compare.visible(accountId, caller);
    const found = await this.compare.entSide(books.entId);
    const { entId } = await this.commands.attempt(
      {
        operation: 'RestoreEntAccount',
        action: 'account.restored',
        request: { accountId, reason },
        ...{ caller, idempotencyKey },
        refused: { subject: `account:${accountId}`, details: { reason } },
      },
      async (tx, _today, journal) => {
        await this.accounts.byIds(tx, [accountId]);
        const now = await this.books.one(accountId, tx);
        const restorable = requireRestorable(now, books.entId, found);
        await journal({ details: { reason } });
        return { entId: restorable };
      },
    );
    await this.restored(accountId, entId);
  }

  private async restored(accountId: string, entId: string): Promise<void> {
    try {
      await this.ent.restore(entId);
      const { books } = (await this.books.one(accountId))!;
      // Others took it in hand meanwhile: they see to it.
      if (books.entId !== entId || books.isRemoved) return;
      // At once: the work that would block it may have to wait for a plan.
      if (books.mustBeBlocked) await this.ent.setBlocked(entId, true);
      const back = await this.ent.whereaboutsOf(entId);
      if (back.is !== 'PRESENT') throw new EntUnavailable('ENT_FAULT');
      const structureIds = back.structures.map((each) => each.entId);
      const classes = (await this.ent.classesOfUsers([{ entId, structureIds }])).get(entId) ?? [];
      const classIds = classes.map((each) => each.entId);
      await this.unitOfWork.run(async (tx) => {
        const locked = await this.accounts.byIds(tx, [accountId]);
        const looked = { accountId, entId, isRemoved: false };
        const still = await this.corrections.unchanged(tx, [looked]);
        if (!still.has(accountId)) return;
        const unlinked = await this.corrections.takeBack(tx, { accountId, classIds, ...back });
        const again = [...locked.values()];
        await this.accounts.save(tx, again.map(unchanged));
        await this.accounts.linkFamilies(tx, again);
        await askEnt(tx, unlinked);
      });
    } catch (error) {
      if (error instanceof EntRefused) throw refusedThere(error.code);
      if (error instanceof EntUnavailable) throw notRestored(error.code);
      throw error;
    }
  }
}

/** The user to restore. Throws EntRestoreNotFit, EntNotRestored. */
function requireRestorable(
  now: BookedSides | undefined,
  lookedAt: string | null,
  found: EntSide,
): string {
  if (found.is === 'UNKNOWN') throw notRestored(found.code);
  const books = now?.books;
  const entId = books?.entId ?? null;
  if (!books || entId === null || entId !== lookedAt || !mayRestore(books, found))
    throw notFit(books?.state === 'DELETED' || books?.isRemoved === true ? 'DELETED' : found.is);
  const { work } = now;
  if (work && work.refusedCode === '' && work.gate === 'OPEN') throw notFit('AT_WORK');
  return entId;
}

const notFitWords = {
  DELETED:
    'Le compte est supprimé dans nos livres. Faites d’abord inscrire de nouveau la personne dans son école : son utilisateur lui est alors rendu de lui-même, tant que l’ENT le garde.',
  PRESENT: 'L’ENT a ce compte : il n’y a rien à restaurer. Comparez de nouveau.',
  PRE_DELETED: 'Le compte a changé pendant que vous décidiez. Comparez de nouveau, puis décidez.',
  ABSENT:
    'L’ENT ne garde plus ce compte : il ne peut pas être restauré. Le rapprochement de la nuit le refait, avec une nouvelle lettre.',
  NONE: 'L’ENT n’a jamais eu ce compte : il n’y a rien à restaurer.',
  AT_WORK:
    'L’ENT est en train d’être averti de ce compte. Attendez une minute, comparez de nouveau, puis décidez.',
} as const;

const notFit = (why: keyof typeof notFitWords) => new EntRestoreNotFit(notFitWords[why], { why });

const notRestored = (entCode: string) =>
  new EntNotRestored(
    'L’ENT n’a pas répondu : on ne sait pas s’il a restauré le compte. Comparez de nouveau dans quelques minutes, puis recommencez au besoin ; recommencer ne fait rien de plus.',
    { entCode },
  );
const refusedThere = (entCode: string) =>
  new EntRestoreNotFit(
    'L’ENT refuse de restaurer ce compte. Demandez à son exploitant pourquoi, avec ce code.',
    { why: 'REFUSED', entCode },
  );
