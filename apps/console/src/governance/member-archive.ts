import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { ArchiveEntry, Order } from '#libs/contracts';
import { NotVisible } from '#libs/identity';
import { type Table, writeCsv } from '#libs/spreadsheets';
import { ArchiveTooLarge } from '#libs/trade';
import { Clients } from '../clients/clients.module.js';
import { OwnMembership } from '../members/members.module.js';
import type { Visitor } from '../visitor.js';
import { type ArchiveFile, archiveOf } from './archive-stream.js';

const ordersMax = 2_000;
const pageRows = 200;
// A document of 20 MB takes longer than a figure.
const deadlineMs = 60_000;

/** One archive per member (GOV-4): what was sent to it, its own documents, its orders, an index and digests. */
@Injectable()
export class MemberArchive {
  constructor(
    private readonly own: OwnMembership,
    private readonly clients: Clients,
  ) {}

  /** Journalled by the owner: its opening, and each document. Throws ArchiveTooLarge. */
  async open(visitor: Visitor, membershipId: string): Promise<{ name: string; zip: Readable }> {
    await this.own.require(visitor, membershipId);
    const opened = await this.clients.of(visitor).executionDocuments.openArchive({ membershipId });
    const orders = await this.ordersOf(visitor, membershipId);
    const documents = opened.entries.map((entry, index) => ({ entry, path: pathOf(entry, index) }));
    const index: ArchiveFile = {
      path: 'index.csv',
      content: () => Promise.resolve(writeCsv(indexOf(opened.on, documents, orders))),
    };
    const files = [
      index,
      ...documents.map(({ entry, path }) => this.documentFile(visitor, entry, path)),
      ...orders.map((order) => this.orderFile(visitor, membershipId, order)),
    ];
    const name = `dossier-${opened.siren}-${opened.marketCode}-${opened.on}.zip`;
    return { name: name.replace(/[^\w.-]/g, '_'), zip: archiveOf(files, opened.on) };
  }

  private documentFile(visitor: Visitor, entry: ArchiveEntry, path: string): ArchiveFile {
    const { documentId, document } = entry;
    return {
      path,
      sha256: document?.sha256 ?? '',
      content: async () => {
        const { documents } = this.clients.of(visitor);
        return (await documents.downloadDocument({ documentId }, { deadlineMs })).content;
      },
    };
  }

  private orderFile(visitor: Visitor, membershipId: string, order: Order): ArchiveFile {
    const { orderId } = order;
    return {
      path: orderPath(order),
      content: async () => {
        const { orderLife } = this.clients.of(visitor);
        return (await orderLife.getOrderPdf({ membershipId, orderId }, { deadlineMs })).content;
      },
    };
  }

  private async ordersOf(visitor: Visitor, membershipId: string): Promise<Order[]> {
    const found: Order[] = [];
    let cursor = '';
    do {
      const asked = { membershipId, limit: pageRows, cursor };
      const answer = await this.clients.of(visitor).membership.listOrders(asked);
      found.push(...answer.orders);
      cursor = answer.nextCursor;
      if (found.length > ordersMax) {
        throw new ArchiveTooLarge(
          `Ce membre a plus de ${ordersMax} bons de commande : téléchargez ses documents un à un.`,
          { ordersMax },
        );
      }
    } while (cursor !== '');
    return found;
  }
}

type Placed = { readonly entry: ArchiveEntry; readonly path: string };

function indexOf(on: string, documents: readonly Placed[], orders: readonly Order[]): Table {
  return [
    ['Fichier', 'Type', 'Titre', 'Daté du', 'Empreinte SHA-256', 'Envoyé le', 'Accusé le', 'Par'],
    ...documents.map(({ entry, path }) => [
      path,
      entry.document?.kind,
      entry.document?.title,
      entry.document?.datedOn,
      entry.document?.sha256,
      entry.sentOn,
      entry.acknowledgedOn,
      entry.acknowledgedBy,
    ]),
    ...orders.map((order) => [
      orderPath(order),
      'ORDER',
      `Bon de commande n° ${order.number}`,
      order.signedOn,
      'voir SHA256SUMS',
      order.notifiedOn,
      order.acknowledgedOn,
      null,
    ]),
    [`Dossier arrêté au ${on}`],
  ];
}

const orderPath = ({ ledgerPosition, number }: Order) =>
  `bons-de-commande/${String(ledgerPosition).padStart(4, '0')}-${clean(number)}.pdf`;

function pathOf({ document, fileName }: ArchiveEntry, index: number): string {
  if (!document) throw new NotVisible();
  const number = String(index + 1).padStart(4, '0');
  return `documents/${number}-${document.kind}-${document.datedOn}-${clean(fileName)}`;
}

// A name of ours in the archive: no folder, nothing that a file system or a shell would read.
const clean = (name: string) =>
  name
    .replace(/[^\p{L}\p{N}._-]+/gu, '_')
    .replace(/^[._]+/, '')
    .slice(-80);
