import { Injectable } from '@nestjs/common';
import { Commands, type Journal } from '#libs/commands';
import { type Caller, NotVisible, requireOrganisation } from '#libs/identity';
import type { Transaction } from '#libs/persistence';
import { frenchDate, type LocalDate } from '#libs/time';
import {
  codeOf,
  printedCode,
  type Statement,
  StatementBeforeMembership,
  StatementInFuture,
} from './domain/statement.js';
import { linesOf } from './domain/statement-lines.js';
import { contentOf, digestOf, parseContent } from './statement-content.js';
import { StatementDocument } from './statement-document.js';
import { StatementFacts } from './statement-facts.pg.js';
import { type IssuedStatement, Statements } from './statements.pg.js';

/** Gives the état des engagements of a day, and keeps it, so that it can be verified later by its code. */
@Injectable()
export class GetStatement {
  constructor(
    private readonly commands: Commands,
    private readonly facts: StatementFacts,
    private readonly statements: Statements,
    private readonly document: StatementDocument,
  ) {}

  /** Today where no day is given. Throws NotVisible, StatementInFuture, StatementBeforeMembership. */
  execute({
    caller,
    ...asked
  }: {
    readonly membershipId: string;
    readonly on: LocalDate | undefined;
    readonly caller: Caller;
  }): Promise<IssuedStatement & { readonly fileName: string; readonly pdf: Buffer }> {
    return this.commands.attempt(
      { operation: 'GetStatement', action: 'statement.issued', request: asked, caller },
      async (tx, today, journal) => {
        const { membershipId, on: day = today } = asked;
        const found = await this.facts.asOf(membershipId, day, { tx });
        if (!found) throw new NotVisible();
        requireOrganisation(caller, found.statement.market.code, found.organisationId);
        checkDay(day, today, found.activatedOn);
        const given = await this.keep(tx, found.statement, today, journal);
        const statement = parseContent(given.content);
        const code = printedCode(given.code);
        const pdf = await this.document.render({ ...given, statement, code });
        await this.statements.keepPrint(tx, given.code, digestOf(pdf));
        const fileName = `etat-des-engagements-${statement.member.siren}-${day}.pdf`;
        return { ...given, fileName, pdf };
      },
    );
  }

  private async keep(tx: Transaction, statement: Statement, today: LocalDate, journal: Journal) {
    const { content, sha256 } = contentOf(statement);
    const { membershipId, on, ledger } = statement;
    const { statement: kept, isNew } = await this.statements.keep(tx, {
      code: codeOf(sha256),
      membershipId,
      on,
      ledgerPosition: ledger.position,
      content,
      sha256,
      factsSha256: digestOf(JSON.stringify([...linesOf(statement)])),
      issuedOn: today,
    });
    if (isNew) {
      await journal({
        subject: `membership:${membershipId}`,
        restsOn: kept.sha256,
        details: { code: kept.code, on, ledgerPosition: ledger.position },
      });
    }
    return kept;
  }
}

function checkDay(on: LocalDate, today: LocalDate, activatedOn: LocalDate | undefined): void {
  if (on > today) {
    throw new StatementInFuture(
      `L’état des engagements du ${frenchDate(on)} ne peut pas encore être établi : demandez-le au plus tôt ce jour-là.`,
      { on, today },
    );
  }
  if (activatedOn === undefined || on < activatedOn) {
    throw new StatementBeforeMembership(
      activatedOn === undefined
        ? 'L’adhésion n’est pas encore active : il n’y a pas d’état des engagements.'
        : `L’adhésion a été activée le ${frenchDate(activatedOn)} : demandez un état de ce jour ou d’un jour suivant.`,
      { on, activatedOn: activatedOn ?? '' },
    );
  }
}
