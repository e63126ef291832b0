import { Injectable } from '@nestjs/common';
import { NotVisible } from '#libs/identity';
import { CheckAnchors, sayFinding } from '#libs/persistence';
import { daysBetween, eachDay, type LocalDate, quantityOn, type Timeline } from '#libs/time';
import { groundedCommitment, groundViolations } from '../domain/commitment-ground.js';
import type { LedgerViolation } from '../domain/ledger-violation.js';
import { CommitmentGrounds, type RecordedGround } from './commitment-grounds.pg.js';
import { chain, type ChainedEvidence, evidenceViolations, headAfter } from './ledger-hash.js';
import { type MembershipLedger, OrderLedgers } from './order-ledgers.pg.js';
import { type ChainedOrder, RecordedOrders } from './recorded-orders.pg.js';

export type LedgersChecked = {
  memberships: number;
  orders: number;
  daysChecked: number;
  /** Empty when all hold. */
  readonly violations: LedgerViolation[];
};

const pageSize = 500;
const violationsMax = 1_000;

/**
 * Recomputes every ledger of a market: C from the verified annexes and the successions (COM-3, ADH-5), O from the
 * orders, floors and the group's maximum day by day (ORD-2, ORD-6), running state, chains with their evidence, and these with
 * their anchors (ORD-7).
 */
@Injectable()
export class CheckLedgers {
  constructor(
    private readonly ledgers: OrderLedgers,
    private readonly recorded: RecordedOrders,
    private readonly grounds: CommitmentGrounds,
    private readonly anchors: CheckAnchors,
  ) {}

  /** One membership alone says nothing of the group's maximum. Throws NotVisible where the market has no such ledger. */
  async execute(marketCode: string, membershipId?: string): Promise<LedgersChecked> {
    const result: LedgersChecked = { memberships: 0, orders: 0, daysChecked: 0, violations: [] };
    const group: GroupSums = new Map();
    const all = await this.ledgers.membershipIdsOf(marketCode);
    const asked = all.filter((id) => membershipId === undefined || id === membershipId);
    if (membershipId !== undefined && asked.length === 0) throw new NotVisible();
    let ground = await this.grounds.of(marketCode);
    for (const id of asked) {
      let read = await this.readConsistently(id);
      if (violationsOfGround(ground, read).length > 0) {
        // A succession carried out since would look like a fault.
        ground = await this.grounds.of(marketCode);
        read = await this.readConsistently(id);
      }
      const { ledger, orders, evidence } = read;
      result.memberships += 1;
      result.orders += orders.length;
      result.violations.push(...violationsOfGround(ground, read));
      result.violations.push(...chainViolations(ledger, orders, evidence));
      const committed = groundedCommitment(ground, id);
      result.daysChecked += checkDays(ledger, committed, orders, group, result.violations);
      if (result.violations.length > violationsMax) break;
    }
    if (membershipId === undefined) result.violations.push(...maximumViolations(group));
    result.violations.push(...(await this.anchorViolations(asked)));
    return result;
  }

  /** A ledger that holds in itself may still be another one than was anchored, or a shorter one. */
  private async anchorViolations(membershipIds: readonly string[]): Promise<LedgerViolation[]> {
    const subjects = new Set(membershipIds.flatMap((id) => [`ledgers/${id}`, `evidence/${id}`]));
    const { findings } = await this.anchors.execute((subject) => subjects.has(subject));
    return findings.map((one) => ({ code: 'NOT_AS_ANCHORED', found: sayFinding(one) }));
  }

  /** An order signed while we read would look like a fault: read again until nothing moved. */
  private async readConsistently(membershipId: string): Promise<LedgerRead> {
    for (let attempt = 1; ; attempt += 1) {
      const before = await this.ledgers.find(membershipId);
      const orders: ChainedOrder[] = [];
      for (let page = await this.recorded.list(membershipId, 0, pageSize); page.length > 0;) {
        orders.push(...page);
        page = await this.recorded.list(membershipId, orders.length, pageSize);
      }
      const evidence = await this.grounds.chained(membershipId);
      const ledger = await this.ledgers.find(membershipId);
      if (!ledger || !before) throw new RangeError(`membership ${membershipId} is gone`);
      if (ledger.ledgerHead === before.ledgerHead || attempt >= 5) {
        return { ledger, orders, evidence };
      }
    }
  }
}

type LedgerRead = {
  readonly ledger: MembershipLedger;
  readonly orders: readonly ChainedOrder[];
  readonly evidence: readonly ChainedEvidence[];
};

function violationsOfGround(ground: RecordedGround, { ledger, evidence }: LedgerRead) {
  const { membershipId } = ledger;
  return [
    ...evidenceViolations(membershipId, ground.evidence.get(membershipId) ?? [], evidence),
    ...groundViolations(ledger, groundedCommitment(ground, membershipId)),
  ];
}

/** The orders of one ledger, oldest first, hashed anew with the evidence between them: whether each follows the one before, up to the head. */
export function chainViolations(
  { membershipId, ledgerHead }: Pick<MembershipLedger, 'membershipId' | 'ledgerHead'>,
  orders: readonly ChainedOrder[],
  evidence: readonly ChainedEvidence[] = [],
): LedgerViolation[] {
  const violations: LedgerViolation[] = [];
  let head = headAfter('', 0, evidence);
  orders.forEach(({ order, content, previousHash, hash }, index) => {
    const expected = chain(head, order);
    if (
      order.ledgerPosition !== index + 1 ||
      previousHash !== head ||
      content !== expected.content ||
      hash !== expected.hash
    ) {
      const { number, ledgerPosition: position } = order;
      violations.push({ code: 'CHAIN_BROKEN', membershipId, number, position });
    }
    head = headAfter(hash, index + 1, evidence);
  });
  if (head !== ledgerHead) violations.push({ code: 'HEAD_IS_NOT_LAST_ORDER', membershipId });
  return violations;
}

/** Sums the deltas of all orders anew and compares with C and with the running state, day by day. */
function checkDays(
  ledger: MembershipLedger,
  committedOf: (itemCode: string) => Timeline,
  orders: readonly ChainedOrder[],
  group: GroupSums,
  violations: LedgerViolation[],
): number {
  const { membershipId, items, startsOn, endsOn, floorScope } = ledger;
  if (!startsOn || !endsOn) return 0;
  const deltas = deltasByItemAndDay(orders);
  const running = new Map<string, number>();
  const grounded = new Map(items.map(({ itemCode }) => [itemCode, committedOf(itemCode)]));
  for (const day of eachDay(startsOn, endsOn)) {
    let ordered = 0;
    let committed = 0;
    for (const { itemCode, timeline, groupMaximum = 0 } of items) {
      const quantity = (running.get(itemCode) ?? 0) + (deltas.get(`${itemCode} ${day}`) ?? 0);
      running.set(itemCode, quantity);
      if (groupMaximum > 0) addTo(group, itemCode, groupMaximum, day, quantity);
      ordered += quantity;
      const floor = quantityOn(grounded.get(itemCode) ?? [], day);
      committed += floor;
      const told = quantityOn(timeline, day);
      const found = { membershipId, itemCode, day, ordered: quantity };
      if (quantity !== told) violations.push({ code: 'RUNNING_STATE_DIFFERS', ...found, told });
      if (floorScope === 'ITEM' && quantity < floor) {
        violations.push({ code: 'BELOW_COMMITMENT', ...found, commitment: floor });
      }
    }
    if (floorScope === 'TOTAL' && ordered < committed) {
      const figures = { day, ordered, commitment: committed };
      violations.push({ code: 'BELOW_COMMITMENT', membershipId, ...figures });
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

/** One per item, with its worst day. */
function maximumViolations(group: GroupSums): LedgerViolation[] {
  return [...group].flatMap(([itemCode, { maximum, byDay }]) => {
    const [first, ...others] = byDay;
    if (!first) return [];
    const [day, ordered] = others.reduce((a, b) => (b[1] > a[1] ? b : a), first);
    if (ordered <= maximum) return [];
    return [{ code: 'ABOVE_GROUP_MAXIMUM', itemCode, day, ordered, maximum }];
  });
}

function deltasByItemAndDay(orders: readonly ChainedOrder[]): Map<string, number> {
  const deltas = new Map<string, number>();
  for (const { order } of orders) {
    for (const { itemCode, effectiveFrom, delta } of order.lines) {
      const key = `${itemCode} ${effectiveFrom}`;
      deltas.set(key, (deltas.get(key) ?? 0) + delta);
    }
  }
  return deltas;
}
