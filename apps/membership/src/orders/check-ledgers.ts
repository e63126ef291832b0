import { Injectable } from '@nestjs/common';
import { NotVisible } from '#libs/identity';
import { type LocalDate, daysBetween, eachDay } from '#libs/time';
import { quantityOn } from './domain/timeline.js';
import { chain } from './ledger-hash.js';
import { OrderReader, type RecordedOrder } from './orders.reader.js';
import type { MembershipLedger } from './orders.repository.js';

export type LedgersChecked = {
  memberships: number;
  orders: number;
  daysChecked: number;
  /** Each one a sentence; empty when all hold. */
  readonly violations: string[];
};

const pageSize = 500;
const violationsMax = 1_000;

/** Recomputes every ledger of a market from its orders: floors and the group's maximum day by day (ORD-2, ORD-6), running state, chains (ORD-7). */
@Injectable()
export class CheckLedgers {
  constructor(private readonly reader: OrderReader) {}

  /** One membership alone says nothing of the group's maximum. Throws NotVisible where the market has no such ledger. */
  async execute(marketCode: string, membershipId?: string): Promise<LedgersChecked> {
    const result: LedgersChecked = { memberships: 0, orders: 0, daysChecked: 0, violations: [] };
    const group: GroupSums = new Map();
    const all = await this.reader.membershipIdsOf(marketCode);
    const asked = all.filter((id) => membershipId === undefined || id === membershipId);
    if (membershipId !== undefined && asked.length === 0) throw new NotVisible();
    for (const id of asked) {
      const { ledger, orders } = await this.readConsistently(id);
      result.memberships += 1;
      result.orders += orders.length;
      result.violations.push(...chainViolations(ledger, orders));
      result.daysChecked += checkDays(ledger, orders, group, result.violations);
      if (result.violations.length > violationsMax) break;
    }
    if (membershipId === undefined) result.violations.push(...maximumViolations(group));
    return result;
  }

  /** An order signed while we read would look like a fault: read again until nothing moved. */
  private async readConsistently(membershipId: string) {
    for (let attempt = 1; ; attempt += 1) {
      const before = await this.reader.ledgerOf(membershipId);
      const orders: RecordedOrder[] = [];
      for (let page = await this.reader.ordersOf(membershipId, 0, pageSize); page.length > 0;) {
        orders.push(...page);
        page = await this.reader.ordersOf(membershipId, orders.length, pageSize);
      }
      const ledger = await this.reader.ledgerOf(membershipId);
      if (!ledger || !before) throw new RangeError(`membership ${membershipId} is gone`);
      if (ledger.ledgerHead === before.ledgerHead || attempt >= 5) return { ledger, orders };
    }
  }
}

function chainViolations(ledger: MembershipLedger, orders: readonly RecordedOrder[]): string[] {
  const violations: string[] = [];
  let head = '';
  orders.forEach(({ order, content, previousHash, hash }, index) => {
    const expected = chain(head, order);
    if (
      order.ledgerPosition !== index + 1 ||
      previousHash !== head ||
      content !== expected.content ||
      hash !== expected.hash
    ) {
      violations.push(
        `Order ${order.orderId} of membership ${ledger.membershipId} breaks the chain at position ${order.ledgerPosition}.`,
      );
    }
    head = hash;
  });
  if (head !== ledger.ledgerHead) {
    violations.push(`The ledger head of membership ${ledger.membershipId} is not its last order.`);
  }
  return violations;
}

/** Sums the deltas of all orders anew and compares with C and with the running state, day by day. */
function checkDays(
  ledger: MembershipLedger,
  orders: readonly RecordedOrder[],
  group: GroupSums,
  violations: string[],
): number {
  const { membershipId, items, startsOn, endsOn, floorScope } = ledger;
  if (!startsOn || !endsOn) return 0;
  const deltas = deltasByItemAndDay(orders);
  const running = new Map<string, number>();
  for (const day of eachDay(startsOn, endsOn)) {
    let ordered = 0;
    let committed = 0;
    for (const { itemCode, commitment, timeline, groupMaximum = 0 } of items) {
      const quantity = (running.get(itemCode) ?? 0) + (deltas.get(`${itemCode} ${day}`) ?? 0);
      running.set(itemCode, quantity);
      if (groupMaximum > 0) addTo(group, itemCode, groupMaximum, day, quantity);
      ordered += quantity;
      const floor = quantityOn(commitment, day);
      committed += floor;
      if (quantity !== quantityOn(timeline, day)) {
        violations.push(
          `On ${day} the running state of ${itemCode} of membership ${membershipId} is not the sum of its orders (${quantity}).`,
        );
      }
      if (floorScope === 'ITEM' && quantity < floor) {
        violations.push(below(day, membershipId, itemCode, quantity, floor));
      }
    }
    if (floorScope === 'TOTAL' && ordered < committed) {
      violations.push(below(day, membershipId, 'all items', ordered, committed));
    }
  }
  return daysBetween(startsOn, endsOn);
}

/** Per item with a maximum, what all members have ordered on each day. */
type GroupSums = Map<string, { readonly maximum: number; readonly byDay: Map<LocalDate, number> }>;

function addTo(
  group: GroupSums,
  itemCode: string,
  maximum: number,
  day: LocalDate,
  quantity: number,
): void {
  const item = group.get(itemCode) ?? { maximum, byDay: new Map<LocalDate, number>() };
  group.set(itemCode, item);
  item.byDay.set(day, (item.byDay.get(day) ?? 0) + quantity);
}

/** One sentence per item, with its worst day. */
function maximumViolations(group: GroupSums): string[] {
  return [...group].flatMap(([itemCode, { maximum, byDay }]) => {
    const [day, most] = [...byDay].reduce((a, b) => (b[1] > a[1] ? b : a), ['', 0]);
    if (most <= maximum) return [];
    return [
      `On ${day} the group has ${most} of ${itemCode} ordered, above its maximum of ${maximum}.`,
    ];
  });
}

function deltasByItemAndDay(orders: readonly RecordedOrder[]): Map<string, number> {
  const deltas = new Map<string, number>();
  for (const { order } of orders) {
    for (const { itemCode, effectiveFrom, delta } of order.lines) {
      const key = `${itemCode} ${effectiveFrom}`;
      deltas.set(key, (deltas.get(key) ?? 0) + delta);
    }
  }
  return deltas;
}

function below(
  day: LocalDate,
  id: string,
  item: string,
  ordered: number,
  committed: number,
): string {
  return `On ${day} membership ${id} has ${ordered} of ${item} ordered, below its commitment of ${committed}.`;
}
