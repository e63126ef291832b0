import { Inject, Injectable } from '@nestjs/common';
import { Counter, loggerToken, type Logger, registry } from '#libs/observability';
import {
  backOffMs,
  canBeALine,
  type EntFilePerson,
  EntGateway,
  type EntMember,
  EntPlaceGone,
  EntRefused,
  EntUnavailable,
  filePeopleMax,
} from '../ent/ent.module.js';
import { EntPlaces, EntWork, type EntOutcome, type EntTask } from '../ent-work/ent-work.module.js';
import { FileRules } from './file-rules.js';
import { type ClaimedFile, FileWork, leaseMs } from './file-work.pg.js';
import { type FileLine, fitsFile, lineOf, outcomeOf } from './file-line.js';

const accountsByFile = new Counter({
  name: 'ent_file_accounts_total',
  help: 'Accounts of files sent to the ENT, by what became of them: made, refused, left to calls, waiting',
  labelNames: ['became'],
  registers: [registry],
});

type ClaimedLines = Pick<ClaimedFile, 'sentIds'> & { readonly lines: readonly FileLine[] };

/** The ENT checks a file again without the lines that it stopped at, and without whom it knows. */
const checksMax = 4;
/** A school that its own name keeps from files, or whose file is refused as a whole, goes by calls for so long. */
const setAsideMs = 3_600_000;
const connectorWaitMs = 15 * 60_000;
/** Written in one transaction. */
const recordedAtOnce = 200;
/** After a lost answer the ENT may be at work for so long; then its list is compared with the file (row D). */
const lostAnswerWaitMs = 60_000;
/** The ENT goes on after its answer, for some seconds. */
const notSeenWaitMs = 5_000;

/**
 * The new accounts of one school by the import of the ENT's own desk, where they are many (PRV-4). May run twice: each line
 * bears the account's identifier, and no account is in two files that were sent. The list of the school is read afterwards;
 * the rest goes by calls, one by one, each with its own cause.
 */
@Injectable()
export class SendSchoolFiles {
  /** UAIs, and until when. */
  private readonly setAside = new Map<string, number>();
  private isGivenBack = false;

  constructor(
    private readonly rules: FileRules,
    private readonly files: FileWork,
    private readonly work: EntWork,
    private readonly places: EntPlaces,
    private readonly ent: EntGateway,
    @Inject(loggerToken) private readonly logger: Logger,
  ) {}

  /** Keeps what is to go by file from the queue; off, gives back once what an earlier process kept. */
  async reserve(): Promise<void> {
    if (this.rules.least === 0) {
      this.isGivenBack ||= await this.files.giveBack();
      return;
    }
    const nowMs = performance.now();
    for (const [uai, untilMs] of this.setAside) if (untilMs <= nowMs) this.setAside.delete(uai);
    await this.files.reserve(this.rules.least, [...this.setAside.keys()]);
  }

  /** One school. Returns false when none is due. */
  async execute(signal: AbortSignal): Promise<boolean> {
    const claimed = this.rules.least > 0 ? await this.files.claim(filePeopleMax) : undefined;
    if (!claimed) return false;
    const { uai, accountIds, sentIds } = claimed;
    const lease = setInterval(() => {
      this.files.extend(accountIds).catch((error: unknown) => {
        this.logger.warn({ err: error, uai }, 'lease of a file not extended');
      });
    }, leaseMs / 3);
    try {
      const tasks = await this.work.take(accountIds, { isByFile: true });
      const lines = await this.linesOf(tasks);
      const isLine = new Set(lines.map(({ task }) => task.accountId));
      await this.files.leaveToCalls(accountIds.filter((accountId) => !isLine.has(accountId)));
      if (lines.length > 0)
        await this.send(uai, { lines, sentIds }, signal, () => clearInterval(lease));
    } finally {
      clearInterval(lease);
    }
    return true;
  }

  private async linesOf(tasks: readonly EntTask[]): Promise<FileLine[]> {
    const fit = tasks.filter(fitsFile);
    const idsOf = (profile: EntTask['profile']) =>
      fit.filter((task) => task.profile === profile).map(({ accountId }) => accountId);
    const children = await this.files.children(idsOf('RELATIVE'), idsOf('STUDENT'));
    const childrenOf = Map.groupBy(children, ({ relativeAccountId }) => relativeAccountId);
    return fit
      .map((task) => lineOf(task, childrenOf.get(task.accountId) ?? []))
      .filter(({ person }) => canBeALine(person));
  }

  private async send(
    uai: string,
    { lines, sentIds }: ClaimedLines,
    signal: AbortSignal,
    isToBeRecorded: () => void,
  ): Promise<void> {
    const refused = new Map<string, string>();
    try {
      const { structureId, toCalls } = await this.tell({ lines, sentIds }, refused, signal);
      const members = await this.ent.listedMembersOf(structureId, { isAtOnce: true });
      const classes = await this.files.classes(uai);
      isToBeRecorded();
      await this.settle(lines, { members, classes, refused, toCalls });
    } catch (error) {
      isToBeRecorded();
      if (error instanceof EntUnavailable) return this.wait(lines, error);
      if (!(error instanceof EntRefused || error instanceof EntPlaceGone)) throw error;
      const code = error instanceof EntRefused ? error.code : 'ENT_PLACE_GONE';
      this.logger.warn({ uai, code, lines: lines.length }, 'no file of this school: calls instead');
      this.setAside.set(uai, performance.now() + setAsideMs);
      await this.leave(lines.map(({ task }) => task.accountId));
    }
  }

  /** Throws EntRefused, EntPlaceGone, EntUnavailable. Writes into `refused` whom the ENT leaves out, by identifier. */
  private async tell(
    { lines, sentIds }: ClaimedLines,
    refused: Map<string, string>,
    signal: AbortSignal,
  ): Promise<{ structureId: string; toCalls: ReadonlySet<string> }> {
    const structureId = await this.placesFor(lines);
    const school = await this.ent.schoolInFiles(structureId);
    if (school === undefined) throw new EntRefused('ENT_SCHOOL_NOT_FOR_FILES');
    const there = new Set(
      (await this.ent.usersOf(structureId)).map(({ externalId }) => externalId),
    );
    const isSent = ({ task }: FileLine) => sentIds.has(task.accountId);
    const toCalls = new Set(lines.filter(isSent).map(({ person }) => person.externalId));
    let people = lines
      .map(({ person }) => person)
      .filter(({ externalId }) => !there.has(externalId) && !toCalls.has(externalId));
    for (let check = 1; people.length > 0; check += 1) {
      if (check > checksMax) throw new EntRefused('ENT_FILE_REFUSED');
      const checked = await this.ent.checkFile(school, people, signal);
      // Somebody of another school, or who was deleted and is kept, would be written over: a call tells which.
      const drop = checked.is === 'READY' ? checked.known : checked.externalIds;
      if (checked.is === 'READY' && drop.size === 0) {
        for (const [externalId, code] of checked.refused) refused.set(externalId, code);
        const left = await this.importOnce(checked.importId, lines, people, signal);
        for (const [externalId, code] of left) refused.set(externalId, code);
        break;
      }
      for (const externalId of drop) toCalls.add(externalId);
      people = people.filter(({ externalId }) => !drop.has(externalId));
    }
    return { structureId, toCalls };
  }

  /** Written before the file is sent, so that a lost answer or a killed process is followed by a comparison (row D). */
  private async importOnce(
    importId: string,
    lines: readonly FileLine[],
    people: readonly EntFilePerson[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, string>> {
    const isIn = new Set(people.map(({ externalId }) => externalId));
    const accountIds = lines
      .filter(({ person }) => isIn.has(person.externalId))
      .map(({ task }) => task.accountId);
    await this.files.markSent(accountIds, true);
    try {
      return await this.ent.importFile(importId, signal);
    } catch (error) {
      if (!(error instanceof EntUnavailable)) throw error;
      if (!error.isUndone)
        throw new EntUnavailable(error.code, { cause: error, retryInMs: lostAnswerWaitMs });
      await this.files.markSent(accountIds, false);
      throw error;
    }
  }

  /** School and classes are made by calls, with their default roles; a file would make classes too, and nobody knows whether with any. */
  private async placesFor(lines: readonly FileLine[]): Promise<string> {
    const homes = new Map(lines.map(({ task: { home } }) => [home.label, home]));
    const [first] = [...homes.values()];
    const structureId =
      first!.structureId ?? (await this.places.structure(first!.uai, first!.schoolName));
    const there = new Set((await this.ent.classesOf(structureId)).map(({ entId }) => entId));
    for (const home of homes.values()) {
      const classId = home.classId ?? (await this.places.schoolClass(structureId, home));
      if (home.classId !== null && !there.has(classId))
        await this.places.classInsteadOf(classId, structureId, home);
    }
    return structureId;
  }

  /** By what the ENT has now; a list may be cut short, so who is missing from it is no more than waited for. */
  private async settle(
    lines: readonly FileLine[],
    {
      members,
      classes,
      refused,
      toCalls,
    }: {
      readonly members: readonly EntMember[];
      readonly classes: ReadonlyMap<string, string>;
      readonly refused: ReadonlyMap<string, string>;
      readonly toCalls: ReadonlySet<string>;
    },
  ): Promise<void> {
    const byExternalId = new Map(members.map((member) => [member.externalId, member]));
    const outcomes: EntOutcome[] = [];
    const left: string[] = [];
    for (const line of lines) {
      const { task, person } = line;
      const member = byExternalId.get(person.externalId);
      const code = refused.get(person.externalId);
      const { accountId, attempts } = task;
      if (member) outcomes.push(outcomeOf(line, member, { byExternalId, classes }));
      else if (toCalls.has(person.externalId) || code === 'ENT_REFUSED') left.push(accountId);
      else if (code !== undefined) outcomes.push({ accountId, attempts, failureCode: code });
      else outcomes.push({ accountId, attempts, retryInMs: notSeenWaitMs });
    }
    const became = (which: (outcome: EntOutcome) => boolean) => outcomes.filter(which).length;
    accountsByFile.inc(
      { became: 'made' },
      became(({ entId }) => entId !== undefined),
    );
    accountsByFile.inc(
      { became: 'refused' },
      became(({ failureCode }) => failureCode !== undefined),
    );
    accountsByFile.inc(
      { became: 'waiting' },
      became(({ retryInMs }) => retryInMs !== undefined),
    );
    await this.leave(left);
    await this.record(outcomes);
  }

  private async wait(lines: readonly FileLine[], error: EntUnavailable): Promise<void> {
    const attempts = Math.max(...lines.map(({ task }) => task.attempts));
    const fault = error.isConnectorFault ? { standingCode: error.code } : {};
    const backOff = { firstMs: 1_000, mostMs: 60_000, random: Math.random };
    const retryInMs =
      error.retryInMs ?? (error.isConnectorFault ? connectorWaitMs : backOffMs(attempts, backOff));
    this.logger.warn({ code: error.code, lines: lines.length, retryInMs }, 'file not answered');
    accountsByFile.inc({ became: 'waiting' }, lines.length);
    await this.record(
      lines.map(({ task: { accountId, attempts: taken } }) => ({
        ...{ accountId, attempts: taken, retryInMs },
        ...fault,
      })),
    );
  }

  private async leave(accountIds: readonly string[]): Promise<void> {
    accountsByFile.inc({ became: 'left to calls' }, accountIds.length);
    await this.files.leaveToCalls(accountIds);
  }

  private async record(outcomes: readonly EntOutcome[]): Promise<void> {
    for (let from = 0; from < outcomes.length; from += recordedAtOnce)
      await this.work.record(outcomes.slice(from, from + recordedAtOnce));
  }
}
