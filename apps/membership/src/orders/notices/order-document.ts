import { Injectable } from '@nestjs/common';
import { inGroups } from '#libs/identifiers';
import { formatCount } from '#libs/money';
import { type Column, colours, contentWidth as width, page as sheet, Sheet } from '#libs/pdf';
import { frenchDate, isLocalDate, type LocalDate } from '#libs/time';
import type { LineEffect } from '../domain/line-effect.js';
import type { Order } from '../domain/order.js';

/** All that the paper of a bon de commande says (ORD-1): what it rests on included, never a person's name. */
export type OrderPaper = {
  readonly order: Order;
  /** Of the ledger, after this order and after the one before: whoever recomputes them knows it is whole (ORD-7). */
  readonly hash: string;
  readonly previousHash: string;
  readonly notifiedOn: LocalDate;
  readonly acknowledgedOn: LocalDate | null;
  readonly market: { readonly code: string; readonly title: string };
  readonly supplier: { readonly name: string; readonly siret: string; readonly address: string };
  readonly member: {
    readonly name: string;
    readonly siren: string;
    readonly address: string;
    /** The member's own number of the market; may be empty. */
    readonly marketNumber: string;
  };
  readonly effects: readonly LineEffect[];
  /** TOTAL: the commitment binds all items together, so that a margin by item says nothing (COM-1). */
  readonly floorScope: 'ITEM' | 'TOTAL';
};

const { margin } = sheet;
const muted = { size: 7.5, colour: colours.muted } as const;

/** The page in French: who orders from whom, what changes, what it rests on, how far it has come. */
@Injectable()
export class OrderDocument {
  /** A PDF; the same paper gives the same bytes. */
  render(paper: OrderPaper): Promise<Buffer> {
    const { order, member, hash } = paper;
    const title = `Bon de commande ${order.number}`;
    const date = new Date(`${order.signedOn}T12:00:00Z`);
    const page = new Sheet({ title, author: member.name, date });
    writeHead(page, paper);
    writeParties(page, paper);
    writeLines(page, paper);
    writeBases(page, paper);
    writeSignature(page, paper);
    return page.finish(`${title} · ${member.name} · ${hash}`);
  }
}

function writeHead(page: Sheet, { order, market }: OrderPaper): void {
  const writeTitle = () => {
    page.title('BON DE COMMANDE', margin, width * 0.6);
    page.text(market.title, margin, width * 0.6, { ...muted, size: 9 });
  };
  const [x, rest] = [margin + width * 0.6, width * 0.4];
  const writeFacts = () => {
    page.text(`N° ${order.number}`, x, rest, { align: 'right', bold: true, size: 13 });
    page.text(`Signé le ${frenchDate(order.signedOn)}`, x, rest, { align: 'right', size: 9 });
    page.text(`Marché ${market.code}`, x, rest, { ...muted, size: 8, align: 'right' });
  };
  page.sideBySide(writeTitle, writeFacts, 14);
}

function writeParties(page: Sheet, { member, supplier }: OrderPaper): void {
  const half = width / 2;
  const number = member.marketNumber === '' ? '' : `N° de marché ${member.marketNumber}`;
  const details = [member.address, `SIREN ${inGroups(member.siren)}`, number];
  const supplied = [supplier.address, `SIRET ${inGroups(supplier.siret)}`];
  const whoOrders = 'Adhérent, qui commande';
  const whoExecutes = 'Titulaire du marché, qui exécute';
  page.sideBySide(
    () => page.party(whoOrders, member.name, details, margin, half - 12),
    () => page.party(whoExecutes, supplier.name, supplied, margin + half, half - 12),
    16,
  );
}

const columns = [
  { title: 'Besoin', share: 0.24 },
  { title: 'Date d’effet', share: 0.18 },
  { title: 'Variation', share: 0.11, align: 'right' },
  { title: 'Commandé avant', share: 0.12, align: 'right' },
  { title: 'Commandé après', share: 0.12, align: 'right' },
  { title: 'Engagement (annexe 2)', share: 0.13, align: 'right' },
  { title: 'Marge', share: 0.1, align: 'right' },
] as const satisfies readonly Column[];

function writeLines(page: Sheet, { effects, floorScope }: OrderPaper): void {
  page.table(
    columns,
    effects.map((effect) => cellsOf(effect, floorScope)),
  );
  const together =
    floorScope === 'TOTAL' ? ' L’engagement vaut ici pour l’ensemble des besoins.' : '';
  page.line(
    'Quantités en comptes, en vigueur à la fin de la date d’effet, d’après les commandes signées avant celle-ci. ' +
      `La quantité commandée ne descend jamais au-dessous de l’engagement (convention, art. 7.1).${together}`,
    muted,
  );
  page.y += 10;
}

function cellsOf(effect: LineEffect, floorScope: OrderPaper['floorScope']): string[] {
  const { label, effectiveFrom, delta, before, after, commitment } = effect;
  return [
    label,
    frenchDate(effectiveFrom),
    `${delta > 0 ? '+' : '-'}${formatCount(Math.abs(delta))}`,
    formatCount(before),
    formatCount(after),
    formatCount(commitment),
    floorScope === 'ITEM' ? formatCount(after - commitment) : '',
  ];
}

function writeBases(page: Sheet, { order }: OrderPaper): void {
  if (order.restsOn.length === 0) return;
  page.heading('Ce bon de commande repose sur');
  for (const { title, datedOn, sha256 } of order.restsOn) {
    const digest = sha256 === '' ? 'sans empreinte' : `empreinte SHA-256 ${sha256}`;
    const dated = isLocalDate(datedOn) ? frenchDate(datedOn) : datedOn;
    page.line(dated === '' ? title : `${title}, du ${dated}`);
    page.text(digest, margin + 10, width - 10, muted);
  }
}

function writeSignature(page: Sheet, paper: OrderPaper): void {
  const { order, hash, previousHash, notifiedOn, acknowledgedOn } = paper;
  page.heading('Signature et suivi');
  page.line(signatureOf(order.kind, order.signedBy, frenchDate(order.signedOn)), { bold: true });
  const acknowledged = acknowledgedOn ? `le ${frenchDate(acknowledgedOn)}` : 'en attente';
  page.line(`Notifié au titulaire : le ${frenchDate(notifiedOn)}.`);
  page.line(`Accusé de réception du titulaire : ${acknowledged}.`);
  page.heading('Registre des commandes');
  const chain = [
    `Rang ${order.ledgerPosition} du registre de l’adhérent, qui ne se modifie pas. Identifiant ${order.orderId}.`,
    `Empreinte de ce bon (SHA-256) : ${hash}`,
    `Empreinte précédente du registre : ${previousHash === '' ? 'aucune, c’est la première' : previousHash}`,
  ];
  for (const line of chain) page.line(line, muted);
}

function signatureOf(kind: Order['kind'], by: string, on: string): string {
  switch (kind) {
    case 'INITIAL':
      return `Bon de commande initial, égal à l’engagement : établi à l’activation de l’adhésion (compte ${by}) le ${on}.`;
    case 'CORRECTION':
      return `Correction, enregistrée par le coordonnateur (compte ${by}) le ${on}, avec l’accord de l’ordonnateur et du titulaire.`;
    case 'SUCCESSION':
      return `Part reprise ou cédée par succession, enregistrée par le coordonnateur (compte ${by}) le ${on}.`;
    case 'ORDINARY':
      return `Signé par l’ordonnateur (compte ${by}) le ${on}.`;
    default:
      return kind satisfies never;
  }
}
