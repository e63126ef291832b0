import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import type { Caller } from '#libs/identity';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { reasonCode } from '#libs/trade';
import { Accounts, type Stepped, step, unchanged } from '../accounts/accounts.module.js';
import { ApproveAtOnce, DayAllowance } from '../ent-plans/ent-plans.module.js';
import { type MissingFigures, MissingSchools } from '../ent-missing/ent-missing.module.js';
import { LinkExposures } from '../fed-schools/fed-schools.module.js';
import { LetterRequests } from '../letters/letters.module.js';
import { CallEnt, type Called, usersToBlock } from './call-ent.js';
import {
  type Confirmed,
  EntMissingUnconfirmed,
  requireConfirmed,
  usesConfirmation,
} from './domain/brakes.js';
import { type Pair, placesIn } from './domain/school-comparison.js';
import { EntCorrections } from './ent-corrections.pg.js';
import { EntLooks } from './ent-looks.pg.js';
import type { EntSchool } from './domain/ent-school.js';
import { EntNotCompared, LookAtEntSchool } from './look-at-ent-school.js';

/** What a comparison may rest on. A list, because what is journalled is never erased (SUP-4). */
export const mendReasons = ['ENT_RESTAURE', 'BASE_RESTAUREE', 'INCIDENT_ENT', 'CONTROLE'] as const;

export type MendInput = {
  readonly uai: string;
  /** `CODE` or `CODE ticket`. */
  readonly reason: string;
  readonly confirmed: Confirmed;
  readonly caller: Caller;
};
/** Users blocked now because the books do not know them, or know another of the person. */
export type Mended = Called & { readonly school: EntSchool };

/**
 * Puts the books of one school right by what the ENT has, and what differs from what should be to work again (PRV-5).
 * Nobody whom the books do not know is deleted: one is taken over, or blocked and told. What was done is not found any
 * more, so a repetition is harmless.
 */
@Injectable()
export class MendEntSchool {
  constructor(
    private readonly look: LookAtEntSchool,
    private readonly commands: Commands,
    private readonly accounts: Accounts,
    private readonly corrections: EntCorrections,
    private readonly looks: EntLooks,
    private readonly approveAtOnce: ApproveAtOnce,
    private readonly allowance: DayAllowance,
    private readonly call: CallEnt,
    private readonly letters: LetterRequests,
    private readonly exposures: LinkExposures,
    private readonly missingSchools: MissingSchools,
  ) {}

  /** Throws InputInvalid, NotVisible, EntNotCompared, EntMissingUnconfirmed, EntBlocksUnconfirmed. */
  async execute(input: MendInput): Promise<Mended> {
    try {
      return await this.mend(input);
    } catch (error) {
      const found = missingOf(error);
      if (found) await this.missingSchools.record(input.uai, found);
      throw error;
    }
  }

  private async mend({ uai, reason: text, caller, ...input }: MendInput): Promise<Mended> {
    const reason = reasonCode(text, mendReasons, 'ENT_RESTAURE');
    const byTwo = await this.missingSchools.confirmed(uai);
    const confirmed = { ...input.confirmed, ...(byTwo && { missingByTwo: byTwo.missing }) };
    const mayBeEmpty = (confirmed.missing ?? byTwo?.missing ?? 0) > 0;
    const school = await this.look.execute(uai, caller, mayBeEmpty);
    const wanted = withoutUsedSecond(school);
    const toBlock = usersToBlock(wanted);
    const figures = figuresOf(school, toBlock.length);
    const details = { reason, ...figures };
    await this.commands.attempt(
      {
        operation: 'MendEntSchool',
        action: 'ent-school.mended',
        request: { uai, reason, ...input.confirmed },
        caller,
        refused: { subject: `school:${uai}`, details },
      },
      async (tx, today, journal) => {
        const ceiling = this.allowance.ceilingOfSchool(today, figures.users);
        requireConfirmed(figures, confirmed, ceiling);
        if (byTwo && usesConfirmation(figures, confirmed))
          await this.missingSchools.use(tx, byTwo.proposalId, uai, figures.missing);
        await this.missingSchools.forget(tx, uai);
        await this.corrections.blockExchanged(tx, school.comparison.exchanged, today);
        await this.correct(tx, school, today, { reason, userId: caller.userId });
        await journal({
          // Of the ENT's own, so that what was blocked can be found whatever becomes of the books.
          details: { ...details, blockedEntIds: toBlock.map(({ entId }) => entId) },
        });
      },
    );
    await this.call.makeUnderKey(school.comparison.lateKeys);
    return { school, ...(await this.call.putRight(wanted)) };
  }

  /**
   * The books of a school put right, and what must be told then. Who has decided has approved that the ENT is told;
   * `userId` is empty where a night does what the day allows it (PRV-8).
   */
  async correct(
    tx: Transaction,
    school: EntSchool,
    today: LocalDate,
    { reason, userId }: { reason: string; userId: string },
  ): Promise<void> {
    const { uai, structureId, classes, comparison, absent, elsewhere } = school;
    const { renumbered, back, blocks, named, adoptable, lostActivations } = comparison;
    const links = [...comparison.links, ...comparison.restoredLinks];
    const places: readonly Pair[] = [...comparison.places, ...comparison.fedPlaces];
    const pairs = [
      ...[...renumbered, ...back, ...blocks, ...places, ...named, ...links, ...adoptable],
      ...lostActivations,
    ];
    const all = [...absent, ...elsewhere, ...pairs.map(({ account }) => account)];
    const locked = await this.accounts.byIds(
      tx,
      all.map(({ accountId }) => accountId),
    );
    const shutOut = blocks.filter(({ account }) => account.isHeld);
    const still = await this.corrections.unchanged(
      tx,
      all,
      shutOut.map(({ account }) => account.accountId),
    );
    const stays = ({ accountId }: { accountId: string }) => still.has(accountId);
    const stand = <P extends { account: { accountId: string } }>(found: readonly P[]) =>
      found.filter(({ account }) => stays(account));
    const lost = absent.filter(stays);
    await this.corrections.forget(
      tx,
      lost.map(({ accountId }) => accountId),
    );
    await this.corrections.recordElsewhere(tx, elsewhere.filter(stays));
    await this.corrections.recordBlocks(tx, stand(blocks));
    const taken = stand([...renumbered, ...back, ...adoptable]);
    const classIds = new Set(classes.map(({ entId }) => entId));
    await this.corrections.take(tx, taken);
    await this.corrections.recordPlaces(
      tx,
      [...stand(places), ...taken].map((pair) => ({
        accountId: pair.account.accountId,
        places: placesIn(uai, classIds, pair),
      })),
    );
    await this.corrections.forgetNames(tx, stand(named));
    await this.corrections.recordLinks(tx, stand(links));
    await this.exposures.open(tx, uai, stand(comparison.restoredLinks));
    const again = stand(lostActivations);
    await this.corrections.recordLostActivations(tx, again, today);
    await this.letters.askForCodes(
      tx,
      again.map(({ account }) => account.accountId),
      today,
    );
    await this.corrections.recordPlacesOfSchool(
      tx,
      uai,
      structureId,
      classes.map(({ entId }) => entId),
      comparison.foundClasses,
    );
    const toWork = [...lost, ...stand(adoptable).map(({ account }) => account)];
    const lostOn = await this.looks.lostOn(tx, uai, today);
    const made = new Set(toWork.map(({ accountId }) => accountId));
    const changed = [...locked.values()].filter(stays).map((account): Stepped => {
      // Suspended, it stays so: made anew, it is blocked again.
      const goes = ['PROVISIONED', 'ACTIVATED', 'FAILED'].includes(account.state);
      if (!made.has(account.accountId) || !goes) return unchanged(account);
      const why = { decidedBy: userId, reason };
      return step(unchanged(account), 'PROVISIONING', {
        on: lostOn,
        cause: 'RECONCILIATION',
        ...why,
      });
    });
    await this.accounts.save(tx, changed);
    await this.accounts.linkFamilies(
      tx,
      changed.map(({ account }) => account),
    );
    const accountIds = changed.map(({ account: { accountId } }) => accountId);
    if (userId === '') return this.approveAtOnce.release(tx, accountIds, today);
    await this.approveAtOnce.execute(tx, accountIds, { by: userId, on: today, reason });
  }
}

/** What two persons may confirm; undefined: the repair failed for another cause. */
function missingOf(error: unknown): MissingFigures | undefined {
  const isEmptied =
    error instanceof EntNotCompared && error.details['entCode'] === 'ENT_ANSWER_EMPTY';
  if (!isEmptied && !(error instanceof EntMissingUnconfirmed)) return undefined;
  const compared = Number(error.details['compared']);
  return { missing: isEmptied ? compared : Number(error.details['missing']), compared, isEmptied };
}

/** Of a second user that somebody comes in by, a person decides by the night's plan. */
const withoutUsedSecond = (school: EntSchool): EntSchool => ({
  ...school,
  comparison: {
    ...school.comparison,
    duplicates: school.comparison.duplicates.filter(({ user }) => !user.isActivated),
  },
});

function figuresOf({ comparison, absent, elsewhere, preDeleted }: EntSchool, toBlock: number) {
  const { users, compared, renumbered, back, blocks, places, named, links, adoptable } = comparison;
  const lateKeys = comparison.lateKeys.length;
  return {
    ...{ users, compared, missing: absent.length, blocks: toBlock + back.length + lateKeys },
    ...{ elsewhere: elsewhere.length, preDeleted: preDeleted.length, back: back.length },
    ...{ renumbered: renumbered.length, blocksDiffer: blocks.length },
    ...{ places: places.length + comparison.strays.length },
    ...{
      named: named.length,
      links: links.length + comparison.restoredLinks.length,
      ...{ adopted: adoptable.length, lateKeys },
      lostActivations: comparison.lostActivations.length,
      blockedUnknown: toBlock,
    },
  };
}
