import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import { type Caller, hasRole, mayIn, marketsOf, NotVisible } from '#libs/identity';
import { defineProblem } from '#libs/problems';
import type { LocalDate } from '#libs/time';
import {
  EntGateway,
  EntPlaceGone,
  EntRefused,
  EntUnavailable,
  type EntWayIn,
} from '../ent/ent.module.js';
import { staffLabel } from '../copies/copies.module.js';
import { type Addressee, judge, type LeftOut, type Letter, type Verdict } from './domain/letter.js';
import { letterDocument } from './letter-document.js';
import { type AddresseeAt, LetterPeople, type SchoolClassOf } from './letter-people.pg.js';
import { LetterRequests } from './letter-requests.pg.js';

export class EntNotReached extends defineProblem('ENT_NOT_REACHED', 'unavailable') {}
export class LetterNotPossible extends defineProblem('LETTER_NOT_POSSIBLE', 'conflict') {}
export class ClassTooLarge extends defineProblem('CLASS_TOO_LARGE', 'conflict') {}

/** Where people enter the ENT. */
export abstract class EntAddressForPeople {
  abstract readonly url: string;
}

export type PrintedLetters = {
  readonly fileName: string;
  readonly pdf: Buffer;
  readonly printed: number;
  readonly leftOut: number;
};

/** Of one class; a class has some thirty pupils, each with two guardians at most in most families. */
const pupilsMax = 60;
const lettersMax = 240;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Prints letters from what the ENT says at this moment (AUT-1). A code is read, written on the paper and forgotten: the
 * journal keeps who printed, for whom and which kind, before the paper leaves.
 */
@Injectable()
export class PrintLetters {
  constructor(
    private readonly commands: Commands,
    private readonly people: LetterPeople,
    private readonly requests: LetterRequests,
    private readonly ent: EntGateway,
    private readonly address: EntAddressForPeople,
  ) {}

  /** Throws NotVisible. */
  async classes(uai: string, caller: Caller): Promise<SchoolClassOf[]> {
    requirePrinterAt(uai, caller);
    return this.people.classes(uai);
  }

  /** Of the pupils of a class and their guardians, or of the staff, who have never been in. Throws NotVisible, ClassTooLarge, EntNotReached. */
  async ofClass(uai: string, classLabel: string, caller: Caller): Promise<PrintedLetters> {
    requirePrinterAt(uai, caller);
    const markets = marketsOf(caller);
    const found =
      classLabel === staffLabel
        ? await this.people.staff(uai, lettersMax + 1)
        : await this.people.ofClass(uai, classLabel, lettersMax + 1);
    const people = found.filter(({ marketCode }) => !markets || markets.includes(marketCode));
    if (people.length === 0) throw new NotVisible();
    const pupils = people.filter(({ profile }) => profile === 'STUDENT').length;
    if (pupils > pupilsMax || found.length > lettersMax)
      throw new ClassTooLarge(
        `Une classe de plus de ${pupilsMax} élèves ne s’imprime pas d’un coup : imprimez les lettres une à une depuis les fiches.`,
        { pupils, pupilsMax },
      );
    const seen = await this.asked(() => this.seenInClass(uai, classLabel, people));
    return this.print({ uai, classLabel, people, seen, renewals: false, caller });
  }

  /** Of one person, with a renewal code where it was in already. Throws NotVisible, LetterNotPossible, EntNotReached. */
  async ofAccount(accountId: string, caller: Caller): Promise<PrintedLetters> {
    const to = uuid.test(accountId) ? await this.people.one(accountId, caller.uais) : undefined;
    const uai = to && (await this.printedAt(to, caller));
    if (to === undefined || uai === undefined) throw new NotVisible();
    const open = to.state === 'PROVISIONED' || to.state === 'ACTIVATED';
    const { entId } = to;
    const seen = new Map<string, EntWayIn>();
    if (open && entId !== undefined) {
      const wayIn = await this.asked(() => this.ent.wayInOf(entId));
      if (wayIn) seen.set(entId, wayIn);
    }
    return this.print({ uai, classLabel: '', people: [to], seen, renewals: true, caller });
  }

  /**
   * The school whose letter it is; undefined: the caller may not print it. A guardian's account may be of another child's
   * school, which the head who prints is not told of.
   */
  private async printedAt(
    { uai, accountId, marketCode }: AddresseeAt,
    caller: Caller,
  ): Promise<string | undefined> {
    if (printsEverywhere(caller)) return uai;
    if (!mayIn(caller, marketCode, 'school')) return undefined;
    if (caller.uais.includes(uai)) return uai;
    return this.people.schoolOfChild(accountId, caller.uais);
  }

  /** Who is not in the ENT's class is asked about alone: a guardian may be known elsewhere. */
  private async seenInClass(
    uai: string,
    label: string,
    people: readonly Addressee[],
  ): Promise<Map<string, EntWayIn>> {
    const seen = new Map<string, EntWayIn>();
    for (const classId of await this.people.entClassIds(uai, label)) {
      const users = await this.ent.waysInOfClass(classId).catch((error: unknown) => {
        if (error instanceof EntPlaceGone) return [];
        throw error;
      });
      for (const user of users) seen.set(user.entId, user);
    }
    for (const { entId, state } of people) {
      if (entId === undefined || seen.has(entId)) continue;
      if (state !== 'PROVISIONED' && state !== 'ACTIVATED') continue;
      const user = await this.ent.wayInOf(entId);
      if (user) seen.set(entId, user);
    }
    return seen;
  }

  private async print(of: {
    readonly uai: string;
    readonly classLabel: string;
    readonly people: readonly Addressee[];
    readonly seen: ReadonlyMap<string, EntWayIn>;
    readonly renewals: boolean;
    readonly caller: Caller;
  }): Promise<PrintedLetters> {
    const { uai, classLabel, people, seen, renewals, caller } = of;
    const keptOut = await this.asked(() => this.keptOut(uai, people, seen));
    const judged = people.map((to) => {
      // By the user that the account has, and no other of the class: a second one of the person may be beside it (PRV-5).
      const user = to.entId === undefined ? undefined : seen.get(to.entId);
      const wayIn = user && { ...user, isKeptOut: keptOut.has(user.entId) };
      return { to, verdict: judge(to, wayIn, { renewals }) };
    });
    const codes = await this.renewed(judged);
    const letters: Letter[] = [];
    const leftOut: LeftOut[] = [];
    for (const { to, verdict } of judged) {
      const letter = letterOf(to, verdict, codes);
      if (typeof letter === 'string') leftOut.push({ to, because: letter });
      else letters.push(letter);
    }
    if (classLabel === '' && letters.length === 0) throw new LetterNotPossible(leftOut[0]!.because);
    const school = await this.people.schoolName(uai);
    const on = await this.trace(uai, letters, caller);
    const { url: address } = this.address;
    const pdf = await letterDocument({ school, classLabel, on, address, letters, leftOut });
    const name =
      classLabel === '' ? 'lettre' : `lettres-${classLabel.replace(/[^A-Za-z0-9]+/g, '-')}`;
    return { fileName: `${name}-${on}.pdf`, pdf, printed: letters.length, leftOut: leftOut.length };
  }

  /** Asked where a code is to be typed by somebody whom a second user keeps out: guardians are let in all the same. */
  private async keptOut(
    uai: string,
    people: readonly Addressee[],
    seen: ReadonlyMap<string, EntWayIn>,
  ): Promise<ReadonlySet<string>> {
    const isAny = people.some(
      ({ profile, wayIn, entId }) =>
        profile !== 'RELATIVE' &&
        wayIn === 'LOCAL' &&
        seen.get(entId ?? '')?.activationCode !== undefined,
    );
    const structureId = isAny ? await this.people.entStructureId(uai) : undefined;
    return structureId === undefined ? new Set() : this.ent.keptOutOf(structureId);
  }

  private async renewed(
    judged: readonly { readonly to: Addressee; readonly verdict: Verdict }[],
  ): Promise<ReadonlyMap<string, string>> {
    const entIds = judged.flatMap(({ to: { entId }, verdict }) =>
      verdict.is === 'NEEDS_RENEWAL' && entId !== undefined ? [entId] : [],
    );
    return entIds.length === 0 ? new Map() : this.asked(() => this.ent.renewalCodes(entIds));
  }

  /** Who, when, for whom, which kind: one line for each letter, and no code. What somebody asked for is answered by it. */
  private trace(uai: string, letters: readonly Letter[], caller: Caller): Promise<LocalDate> {
    return this.commands.attempt(
      { operation: 'PrintLetters', action: 'letter.printed', request: { uai }, caller },
      async (tx, today, journal) => {
        const accountIds = letters.map(({ to }) => to.accountId);
        const asked = await this.requests.answered(tx, accountIds, today);
        for (const { to, kind } of letters) {
          const wasRequested = asked.has(to.accountId) ? { requested: true } : {};
          await journal({
            subject: `account:${to.accountId}`,
            details: { uai, kind, ...wasRequested },
          });
        }
        return today;
      },
    );
  }

  private async asked<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof EntUnavailable) && !(error instanceof EntRefused)) throw error;
      throw new EntNotReached(
        'L’ENT ne répond pas : les codes d’accès ne peuvent pas être lus, et rien n’est imprimé. Réessayez dans quelques minutes.',
        { entCode: error.code },
      );
    }
  }
}

/** The operator, by its command and under its own name, and processes. */
const printsEverywhere = (caller: Caller) => hasRole(caller, 'admin', 'player', 'service');

/** Its head, and nobody of support: an agent sees no code (AUT-1). Throws NotVisible. */
function requirePrinterAt(uai: string, caller: Caller): void {
  if (printsEverywhere(caller)) return;
  if (!hasRole(caller, 'school') || !caller.uais.includes(uai)) throw new NotVisible();
}

function letterOf(
  to: Addressee,
  verdict: Verdict,
  codes: ReadonlyMap<string, string>,
): Letter | string {
  if (verdict.is === 'NONE') return verdict.because;
  if (verdict.is === 'LETTER') return verdict.letter;
  const code = codes.get(to.entId ?? '');
  return code === undefined
    ? 'L’ENT ne donne pas de code de renouvellement pour ce compte : signalez-le à l’assistance.'
    : { to, kind: 'RENEWAL_CODE', login: verdict.login, code };
}
