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
  const top = page.y;
  page.title('BON DE COMMANDE', margin, width * 0.6);
  page.text(market.title, margin, width * 0.6, { size: 9, colour: colours.muted });
  const left = page.y;
  page.y = top;
  const x = margin + width * 0.6;
  const right = { align: 'right' } as const;
  page.text(`N° ${order.number}`, x, width * 0.4, { ...right, bold: true, size: 13 });
  page.text(`Signé le ${frenchDate(order.signedOn)}`, x, width * 0.4, { ...right, size: 9 });
  page.text(`Marché ${market.code}`, x, width * 0.4, { ...right, size: 8, colour: colours.muted });
  page.y = Math.max(page.y, left) + 14;
}

function writeParties(page: Sheet, { member, supplier }: OrderPaper): void {
  const top = page.y;
  const half = width / 2;
  const number = member.marketNumber === '' ? '' : `N° de marché ${member.marketNumber}`;
  const details = [member.address, `SIREN ${inGroups(member.siren)}`, number];
  page.party('Adhérent, qui commande', member.name, details, margin, half - 12);
  const left = page.y;
  page.y = top;
  const supplied = [supplier.address, `SIRET ${inGroups(supplier.siret)}`];
  const x = margin + half;
  page.party('Titulaire du marché, qui exécute', supplier.name, supplied, x, half - 12);
  page.y = Math.max(left, page.y) + 16;
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
  page.text(
    'Quantités en comptes, en vigueur à la fin de la date d’effet, d’après les commandes signées avant celle-ci. ' +
      `La quantité commandée ne descend jamais au-dessous de l’engagement (convention, art. 7.1).${together}`,
    margin,
    width,
    { size: 7.5, colour: colours.muted },
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
    page.text(
      `${title}${datedOn === '' ? '' : `, du ${isLocalDate(datedOn) ? frenchDate(datedOn) : datedOn}`}`,
      margin,
      width,
      {},
    );
    page.text(digest, margin + 10, width - 10, { size: 7.5, colour: colours.muted });
  }
}

function writeSignature(page: Sheet, paper: OrderPaper): void {
  const { order, hash, previousHash, notifiedOn, acknowledgedOn } = paper;
  page.heading('Signature et suivi');
  page.text(signatureOf(order.kind, order.signedBy, frenchDate(order.signedOn)), margin, width, {
    bold: true,
  });
  const acknowledged = acknowledgedOn ? `le ${frenchDate(acknowledgedOn)}` : 'en attente';
  page.text(`Notifié au titulaire : le ${frenchDate(notifiedOn)}.`, margin, width, {});
  page.text(`Accusé de réception du titulaire : ${acknowledged}.`, margin, width, {});
  page.heading('Registre des commandes');
  const chain = [
    `Rang ${order.ledgerPosition} du registre de l’adhérent, qui ne se modifie pas. Identifiant ${order.orderId}.`,
    `Empreinte de ce bon (SHA-256) : ${hash}`,
    `Empreinte précédente du registre : ${previousHash === '' ? 'aucune, c’est la première' : previousHash}`,
  ];
  for (const line of chain) page.text(line, margin, width, { size: 7.5, colour: colours.muted });
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
