import { addDays, frenchDate } from '#libs/time';
import { isInForce, type Statement, type StatementEvent } from './statement.js';
import { formatCount } from '#libs/money';

/** A line that does not say the same. */
export type Difference = {
  readonly line: string;
  readonly stated: string;
  readonly recomputed: string;
};

/**
 * What a statement says, line by line, as people name it: the facts alone. Names, labels and addresses are
 * left out, since these may change while the facts of that day stand.
 */
export function linesOf(statement: Statement): ReadonlyMap<string, string> {
  const { on, membershipId, market, member, startsOn, endsOn, annexe2, items, ledger } = statement;
  return new Map([
    ['Date', frenchDate(on)],
    ['Marché', market.code],
    ['Adhésion', membershipId],
    ['SIREN de l’adhérent', member.siren],
    ['Début de l’adhésion', frenchDate(startsOn)],
    ['Fin de l’adhésion (premier jour exclu)', frenchDate(endsOn)],
    ['Portée de l’engagement', statement.floorScope],
    ['Annexe 2, date', annexe2 ? frenchDate(annexe2.datedOn) : ''],
    ['Annexe 2, empreinte de la transcription', annexe2?.sha256 ?? ''],
    ['Annexe 2, empreinte du document signé', annexe2?.signedSha256 ?? ''],
    ...items.flatMap(({ itemCode, ...item }): [string, string][] => [
      [`${itemCode}, annexe 2`, String(item.annexe2)],
      [`${itemCode}, engagement`, String(item.commitment)],
      [`${itemCode}, commandé`, String(item.ordered)],
    ]),
    ['Registre, nombre de bons', String(ledger.position)],
    ['Registre, dernier bon', ledger.lastNumber],
    ['Registre, empreinte', ledger.head],
    ...statement.events.map((event, index): [string, string] => [
      `Événement ${index + 1}`,
      `${eventTitle(event)} ${event.reference}, ${frenchDate(event.on)}`,
    ]),
  ]);
}

/** Lines of either that the other does not have alike, in the order of the paper. */
export function differencesOf(stated: Statement, recomputed: Statement): Difference[] {
  const [one, other] = [linesOf(stated), linesOf(recomputed)];
  return [...new Set([...one.keys(), ...other.keys()])].flatMap((line) => {
    const [said, found] = [one.get(line) ?? '', other.get(line) ?? ''];
    return said === found ? [] : [{ line, stated: said, recomputed: found }];
  });
}

/** What somebody reads on a paper, compared with what was given. */
export function figureDifferences(
  figures: readonly { itemCode: string; commitment: number; ordered: number }[],
  given: Statement,
): Difference[] {
  return figures.flatMap(({ itemCode, commitment, ordered }) => {
    const item = given.items.find((candidate) => candidate.itemCode === itemCode);
    const compared = [
      { line: `${itemCode}, engagement`, said: commitment, found: item?.commitment },
      { line: `${itemCode}, commandé`, said: ordered, found: item?.ordered },
    ];
    return compared
      .filter(({ said, found }) => said !== found)
      .map(({ line, said, found }) => ({
        line,
        stated: String(said),
        recomputed: found === undefined ? '' : String(found),
      }));
  });
}

export function eventTitle({ kind }: StatementEvent): string {
  switch (kind) {
    case 'WITHDRAWAL':
      return 'Retrait demandé';
    case 'WITHDRAWAL_REVOKED':
      return 'Demande de retrait révoquée';
    case 'EXCLUSION':
      return 'Exclusion';
    case 'SUCCESSION_GIVEN':
      return 'Succession, au profit de';
    case 'SUCCESSION_RECEIVED':
      return 'Succession, reprise de';
    default:
      return kind satisfies never;
  }
}

/** Where the day stands in the membership. */
export function situationOf(statement: Statement): string {
  const { on, startsOn, endsOn } = statement;
  const last = frenchDate(addDays(endsOn, -1));
  if (isInForce(statement)) {
    return `Adhésion en vigueur depuis le ${frenchDate(startsOn)}, jusqu’au ${last} inclus.`;
  }
  return on < startsOn
    ? `Adhésion active, en vigueur à partir du ${frenchDate(startsOn)} : rien n’est dû avant ce jour.`
    : `Adhésion terminée : son dernier jour a été le ${last}. Depuis, aucun compte n’est engagé ni commandé ; l’état du ${last} dit ce qui était en vigueur ce jour-là.`;
}

export function moreOf(count: number, shown: number, what: string): string {
  return count > shown ? ` ${count - shown} autres ${what} figurent dans le contenu joint.` : '';
}

export function clipped(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1).trimEnd()}…` : text;
}

export function signed(count: number): string {
  return `${count > 0 ? '+' : count < 0 ? '-' : ''}${formatCount(Math.abs(count))}`;
}

/**
 * What may have been known when a paper was made, besides what was when the day ended: as the day began, or with
 * the letters and decisions that the paper names, where these are some of those recorded in the course of the day.
 */
export function knownDuringTheDay(
  stated: Statement,
  atStart: Statement,
  atEnd: Statement,
): Statement[] {
  const { events, endsOn } = stated;
  const isBetween = includesAll(events, atStart.events) && includesAll(atEnd.events, events);
  const ends = [atStart.endsOn, atEnd.endsOn, ...events.map(({ on }) => on)];
  if (!isBetween || !ends.includes(endsOn)) return [atStart];
  // C is 0 outside the membership: it comes from the side that lies as the paper does.
  return [atStart, ...[atStart, atEnd].map((side) => ({ ...side, endsOn, events }))];
}

/** Of statements made anew, the one with the fewest lines that differ; the first of several. */
export function nearestTo(stated: Statement, anew: readonly Statement[]): Statement {
  const [first, ...others] = anew.map((statement) => ({
    statement,
    count: differencesOf(stated, statement).length,
  }));
  if (!first) throw new RangeError('Nothing to compare with');
  return others.reduce((best, other) => (other.count < best.count ? other : best), first).statement;
}

function includesAll(all: readonly StatementEvent[], some: readonly StatementEvent[]): boolean {
  const keys = new Set(all.map(keyOf));
  return some.every((event) => keys.has(keyOf(event)));
}

const keyOf = ({ kind, on, reference }: StatementEvent): string =>
  JSON.stringify([kind, on, reference]);
