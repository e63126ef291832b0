import type { LocalDate } from '#libs/time';
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

/** Puts a bon de commande on paper. */
export abstract class OrderDocument {
  /** A PDF in French; the same paper gives the same bytes. */
  abstract render(paper: OrderPaper): Promise<Buffer>;
}
