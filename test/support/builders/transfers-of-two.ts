import { randomUUID } from 'node:crypto';
import type { Caller } from '#libs/identity';
import type { Uai } from '#libs/identifiers';
import { localDate } from '#libs/time';
import {
  ancenis,
  coordinator,
  itemCode,
  MembershipWorld,
  ordererOf,
  vertou,
} from './membership-world.js';
import { keepDocument } from './order-by-hand.js';
import { TransferWorld, uaiOf } from './transfer-world.js';

export const transferDay = '2022-09-01';

/** Ancenis hands schools over to Vertou; each test has two of its own, which stand in Ancenis. */
export class TransfersOfTwo extends TransferWorld {
  uai = uaiOf(0);
  second = uaiOf(1);
  private tests = 0;

  private constructor(
    world: MembershipWorld,
    readonly giver: string,
    readonly receiver: string,
    readonly documentId: string,
  ) {
    super(world);
  }

  static async begin(): Promise<TransfersOfTwo> {
    const world = await MembershipWorld.create(20);
    await world.day('2022-01-14');
    // So high that only the test of the maximum comes near it.
    await world.publishMarket((market) => {
      for (const item of market.items) item.groupMaximum = 5_000;
    });
    await world.day('2022-07-19');
    const giver = await world.activeMember(ancenis, 412);
    const receiver = await world.activeMember(vertou, 1_000);
    const { documentId } = await keepDocument(world, giver, 'DECISION');
    return new TransfersOfTwo(world, giver, receiver, documentId);
  }

  async financeTwo(): Promise<{ uai: Uai; second: Uai }> {
    this.tests += 1;
    [this.uai, this.second] = [uaiOf(this.tests * 2), uaiOf(this.tests * 2 + 1)];
    this.seats.isSilent = false;
    this.seats.held.clear();
    await this.world.finance(this.giver, this.uai, ancenis.insee);
    await this.world.finance(this.giver, this.second, ancenis.insee);
    return { uai: this.uai, second: this.second };
  }

  termsOf(over: object = {}) {
    return {
      fromMembershipId: this.giver,
      toMembershipId: this.receiver,
      uais: [this.uai],
      effectiveOn: localDate(transferDay),
      documentId: this.documentId,
      territoryException: 'Regroupement pédagogique intercommunal',
      exceptionDocumentId: '',
      ...over,
    };
  }

  transfer(
    over: object = {},
    { propose = false, key = randomUUID() as string, caller = coordinator as Caller } = {},
  ) {
    const terms = this.termsOf(over);
    return this.transferUseCase.execute({ idempotencyKey: key, terms, propose, caller });
  }

  accept(
    transferId: string,
    delta: number,
    over: { confirmed?: number; key?: string; from?: string; caller?: Caller } = {},
  ) {
    const effectiveFrom = localDate(over.from ?? transferDay);
    return this.acceptUseCase.execute({
      idempotencyKey: over.key ?? randomUUID(),
      transferId,
      lines: delta === 0 ? [] : [{ itemCode, effectiveFrom, delta }],
      confirmedSeatsMissing: over.confirmed ?? 0,
      caller: over.caller ?? ordererOf(vertou.siren),
    });
  }

  /** Links of the two schools of the test. */
  async linksOf(membershipId: string): Promise<string[]> {
    return (await this.links(membershipId)).filter(
      (line) => line.startsWith(this.uai) || line.startsWith(this.second),
    );
  }

  /** What the giver shows of them as long as nothing has passed. */
  untouched(): string[] {
    return [this.uai, this.second].map((uai) => `${uai} 2022-07-19 2026-07-19`);
  }

  /** What the receiver orders in the end. */
  async orderedNow(): Promise<number> {
    const found = await this.world.ledgers.find(this.receiver);
    return found?.items[0]?.timeline.at(-1)?.quantity ?? 0;
  }

  /** Free seats at the receiver, of all that it orders, and what moves with the giver's schools. */
  async free(seats: number, moving: Readonly<Record<string, number>>): Promise<void> {
    this.hold(this.giver, moving);
    this.hold(this.receiver, {}, (await this.orderedNow()) - seats);
  }
}
