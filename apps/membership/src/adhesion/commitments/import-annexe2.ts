import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { PreviewAnnexe2Request } from '#libs/contracts';
import { Commands, type Journal } from '#libs/commands';
import { type Asked, type Caller, mayIn, NotVisible, requireMarket } from '#libs/identity';
import { BusinessDate } from '#libs/messaging';
import { type Transaction, UnitOfWork } from '#libs/persistence';
import { readTable } from '#libs/spreadsheets';
import type { LocalDate } from '#libs/time';
import type { ItemQuantity, LineFault } from '#libs/trade';
import { type Market, Markets } from '../../contract/markets/markets.module.js';
import { type Annexe2Dossier, Annexes } from './annexes.pg.js';
import {
  type Annexe2Line,
  type Annexe2Reading,
  checkNotFrozen,
  commitmentOf,
} from './domain/annexe2.js';
import { checkCommitment, faultsMax, readAnnexe2 } from './domain/annexe2-reading.js';

export type ImportAnnexe2Input = Asked<
  PreviewAnnexe2Request,
  {
    datedOn: LocalDate;
    /** Judges only. */ dryRun: boolean;
    /** Without one, the digest of the file alone tells a repetition. */ idempotencyKey?: string;
    /** Why it names what is no public school of the register: the group's side says it, never the member. */ registerException?: string;
  }
>;

export type Annexe2Imported = {
  readonly lines: readonly Annexe2Line[];
  readonly commitment: readonly ItemQuantity[];
  readonly faults: readonly LineFault[];
  /** Whether the file stands recorded now. */
  readonly written: boolean;
  readonly sha256: string;
};

type RowsOfFile = Awaited<ReturnType<typeof readTable>>;
type Judged = {
  readonly dossier: Annexe2Dossier;
  readonly market: Market;
  /** UAI that are no public school of the register. */
  readonly outside: ReadonlySet<string>;
  readonly answer: Annexe2Imported;
};

/** Takes in the transcription of an annex 2: all lines or none (COM-1). It counts once another person has verified it. */
@Injectable()
export class ImportAnnexe2 {
  constructor(
    private readonly commands: Commands,
    private readonly unitOfWork: UnitOfWork,
    private readonly annexes: Annexes,
    private readonly markets: Markets,
    private readonly businessDate: BusinessDate,
  ) {}

  /**
   * The same file again changes nothing, the same key gives the first answer. Faults are an answer,
   * not an error; throws Annexe2Frozen (COM-3).
   */
  async execute(input: ImportAnnexe2Input): Promise<Annexe2Imported> {
    const sha256 = createHash('sha256').update(input.content).digest('hex');
    // Who may not import has no file read; and no lock waits while one is.
    await this.unitOfWork.run((tx) => this.dossierOf(tx, input));
    const parsed = await readTable(input.content, input.fileName);
    const judged = await this.unitOfWork.run(async (tx) => {
      const found = await this.judge(tx, input, parsed, sha256);
      if (found.answer.written) return found.answer;
      const isWritable = !input.dryRun && found.answer.faults.length === 0;
      if (isWritable) return undefined;
      checkOpen(input, found, await this.businessDate.today(tx));
      return found.answer;
    });
    return judged ?? this.record(input, parsed, sha256);
  }

  private record(
    input: ImportAnnexe2Input,
    parsed: RowsOfFile,
    sha256: string,
  ): Promise<Annexe2Imported> {
    const { membershipId, datedOn, idempotencyKey = '', caller, registerException } = input;
    return this.commands.attempt(
      {
        operation: 'ImportAnnexe2',
        action: 'annexe2.imported',
        request: { membershipId, datedOn, sha256, registerException },
        caller,
        idempotencyKey,
        refused: { subject: `membership:${membershipId}`, restsOn: sha256, details: { datedOn } },
      },
      async (tx, today, journal) => {
        // Anew behind the lock: the same file may have been recorded, or the market's needs changed, meanwhile.
        const found = await this.judge(tx, input, parsed, sha256);
        const { answer } = found;
        if (answer.written || answer.faults.length > 0) return answer;
        checkOpen(input, found, today);
        await this.write(tx, input, found, today, journal);
        return { ...answer, written: true };
      },
    );
  }

  /** What the file says; `written` where it stands recorded already. */
  private async judge(
    tx: Transaction,
    input: ImportAnnexe2Input,
    parsed: RowsOfFile,
    sha256: string,
  ): Promise<Judged> {
    const { dossier, market } = await this.dossierOf(tx, input);
    const { lines, faults: ofFile } =
      'fault' in parsed
        ? { lines: [], faults: [parsed.fault] }
        : judge(readAnnexe2(parsed.rows, market.items), dossier);
    const outside = await this.annexes.outsideRegister(tx, lines);
    const faults = exceptionOf(input, dossier.marketCode)
      ? ofFile
      : [...ofFile, ...outsideFaults(lines, outside)].slice(0, faultsMax);
    const commitment = commitmentOf(lines, market.items);
    const written = faults.length === 0 && dossier.latest?.sha256 === sha256;
    return { dossier, market, outside, answer: { lines, commitment, faults, sha256, written } };
  }

  private async dossierOf(tx: Transaction, { membershipId, caller }: ImportAnnexe2Input) {
    const dossier = await this.annexes.findForUpdate(tx, membershipId);
    const found = requireTranscriber(caller, dossier);
    const { market } = await this.markets.find(found.marketCode, tx);
    return { dossier: found, market };
  }

  private async write(
    tx: Transaction,
    input: ImportAnnexe2Input,
    { dossier, answer: { sha256, lines }, outside }: Judged,
    today: LocalDate,
    journal: Journal,
  ): Promise<void> {
    const { membershipId, fileName, datedOn, caller } = input;
    const registerException = outside.size > 0 ? exceptionOf(input, dossier.marketCode) : undefined;
    const typed = { sha256, fileName, datedOn, importedBy: caller.userId };
    const annexe2 = { ...typed, registerException };
    await this.annexes.save(tx, membershipId, annexe2, today, lines);
    await journal({
      details: {
        ...{ lines: lines.length, datedOn },
        ...(registerException ? { registerException, outsideRegister: [...outside] } : {}),
      },
    });
  }
}

/** What the group's side says of schools outside the register; the member itself says nothing of it. */
const exceptionOf = (
  { registerException = '', caller }: ImportAnnexe2Input,
  marketCode: string,
): string | undefined =>
  (!isMembersOwn(caller, marketCode) && registerException.trim()) || undefined;

const outsideFaults = (lines: readonly Annexe2Line[], outside: ReadonlySet<string>) =>
  lines
    .filter(({ beneficiary }) => outside.has(beneficiary))
    .map(({ line, beneficiary }) => ({
      line,
      code: 'UAI_NOT_IN_REGISTER',
      message: `« ${beneficiary} » n’est pas une école publique du répertoire national : vérifiez l’UAI. S’il est juste, le coordonnateur enregistre l’annexe 2 avec l’exception et son motif.`,
    }));

/** ADH-2: only the rectorat may commit to nothing. */
function judge({ lines, faults }: Annexe2Reading, { organisationKind }: Annexe2Dossier) {
  if (faults.length > 0) return { lines, faults };
  return { lines, faults: checkCommitment(lines, organisationKind === 'STATE') };
}

function checkOpen(
  { datedOn, caller }: ImportAnnexe2Input,
  { dossier: { marketCode, status, hasVerified }, market }: Judged,
  today: LocalDate,
): void {
  const { adhesionDeadline } = market.calendar;
  const byMember = isMembersOwn(caller, marketCode);
  checkNotFrozen({ status, today, adhesionDeadline, datedOn, hasVerified, byMember });
}

/** Who types what arrived by letter: the group's side of the market. */
const groupSide = ['coordinator', 'admin', 'player'] as const;

/** An orderer of the member, who is nothing else here: it sends its own table, until the deadline (COM-3). */
export const isMembersOwn = (caller: Caller, marketCode: string): boolean =>
  !mayIn(caller, marketCode, ...groupSide);

/** The group's side in its market, or the member itself. Throws NotVisible. */
export function requireTranscriber(
  caller: Caller,
  dossier: Annexe2Dossier | undefined,
): Annexe2Dossier {
  if (!dossier) throw new NotVisible();
  requireMarket(caller, dossier.marketCode);
  if (
    isMembersOwn(caller, dossier.marketCode) &&
    caller.organisationId !== dossier.organisationId
  ) {
    throw new NotVisible();
  }
  return dossier;
}
