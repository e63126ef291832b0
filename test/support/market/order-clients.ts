import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { MembershipService, OrderLifeService } from '#libs/contracts';
import { DomainError } from '#libs/problems';
import { createRpcClient, type RpcClient } from '#libs/rpc';
import { addDays, type LocalDate } from '#libs/time';
import { patience } from '#libs/testing';
import { DemoTokens } from '../../../deploy/local/demo/tokens.js';

/** A member as its orderers know it. */
export type RacingMember = { readonly membershipId: string; readonly orderer: string };
type Line = { readonly itemCode: string; readonly effectiveFrom: string; readonly delta: number };

/** What one key was used for, and what the client was told: an order's id, or the code of a refusal. */
export type Kept = {
  readonly key: string;
  readonly member: RacingMember;
  readonly line: Line;
  /** Where it was signed as a draft: which, as it was read. */
  draft?: { readonly draftId: string; readonly expectedVersion: number };
  /** How often it was asked again after its answer. */
  repeats: number;
  orderId?: string;
  refused?: string;
};

const patienceMs = 60_000 * patience;
const retryMs = 500;

/** Clients that change orders at random, and ask again with the same key until they are answered. */
export class OrderClients {
  readonly kept: Kept[] = [];
  /** Second answers that differ from the first. */
  readonly contradictions: string[] = [];
  done = 0;
  /** Calls that died with the process or found none. */
  unanswered = 0;
  underWay = 0;
  private readonly orders: RpcClient<typeof MembershipService>;
  private readonly drafts: RpcClient<typeof OrderLifeService>;
  private readonly tokens: DemoTokens;

  constructor(
    env: Record<string, string>,
    private readonly members: readonly RacingMember[],
    private readonly itemCode: string,
    private readonly days: readonly LocalDate[],
  ) {
    const { ISSUER_URL = '', CLIENT_SECRET = '', MEMBERSHIP_RPC: address = '' } = env;
    this.tokens = new DemoTokens(ISSUER_URL, CLIENT_SECRET);
    this.orders = createRpcClient(MembershipService, { address });
    this.drafts = createRpcClient(OrderLifeService, { address });
  }

  close(): void {
    this.orders.close();
    this.drafts.close();
  }

  /** One client: so many changes, one after the other. `seed` decides which. */
  async run(changes: number, seed: number): Promise<void> {
    const random = randomFrom(seed);
    const mine: Kept[] = [];
    for (let change = 0; change < changes; change += 1) {
      const again = mine[Math.floor(random() * mine.length)];
      if (again && random() < 0.1) await this.ask(again);
      else mine.push(await this.change(random));
      this.done += 1;
    }
  }

  private async change(random: () => number): Promise<Kept> {
    const member = oneOf(this.members, random);
    const size = 1 + Math.floor(random() * 5);
    const delta = random() < 0.55 ? size : -size;
    const line = { itemCode: this.itemCode, effectiveFrom: oneOf(this.days, random), delta };
    const kept: Kept = { key: randomUUID(), member, line, repeats: 0 };
    this.kept.push(kept);
    const how = random();
    if (how < 0.1) await this.signAsDraft(kept);
    // A form sent twice at once: both must hear the same.
    else if (how < 0.15) await Promise.all([this.ask(kept), this.ask(kept)]);
    else await this.ask(kept);
    return kept;
  }

  /** The same request each time: that of an order, or of the signature of its draft. */
  private ask(kept: Kept): Promise<void> {
    const { key: idempotencyKey, member, line, draft } = kept;
    const asked = { idempotencyKey, membershipId: member.membershipId };
    return this.answered(kept, (token) =>
      draft
        ? this.drafts.signDraft({ ...asked, ...draft }, { token })
        : this.orders.signOrder({ ...asked, lines: [line] }, { token }),
    );
  }

  private async signAsDraft(kept: Kept): Promise<void> {
    const { key, member, line } = kept;
    const { membershipId } = member;
    const { draft } = await this.patiently(member, (token) =>
      this.drafts.prepareDraft(
        { idempotencyKey: `draft ${key}`, membershipId, lines: [line] },
        { token },
      ),
    );
    kept.draft = { draftId: draft?.draftId ?? '', expectedVersion: draft?.version ?? 0 };
    await this.ask(kept);
  }

  /** Keeps the first answer, and compares every later one with it. */
  private async answered(
    kept: Kept,
    sign: (token: string) => Promise<{ order?: { orderId: string } }>,
  ): Promise<void> {
    const told = await this.patiently(kept.member, sign).then(
      ({ order }) => ({ orderId: order?.orderId ?? '' }),
      (error: unknown) => {
        if (error instanceof DomainError) return { refused: error.code };
        throw error;
      },
    );
    if (kept.orderId === undefined && kept.refused === undefined) Object.assign(kept, told);
    else {
      kept.repeats += 1;
      const [first, second] = [kept, told].map((one: Partial<Kept>) => one.orderId ?? one.refused);
      if (first !== second) this.contradictions.push(`${kept.key}: ${first}, then ${second}`);
    }
  }

  private async patiently<T>(
    { orderer }: RacingMember,
    ask: (token: string) => Promise<T>,
  ): Promise<T> {
    const until = Date.now() + patienceMs;
    for (;;) {
      this.underWay += 1;
      try {
        return await ask(await this.tokens.token('membership', orderer));
      } catch (error) {
        if (error instanceof DomainError && error.kind !== 'unavailable') throw error;
        if (Date.now() > until) throw error;
        this.unanswered += 1;
      } finally {
        this.underWay -= 1;
      }
      await sleep(retryMs);
    }
  }
}

/** Days of the market, apart from each other, so that changes meet on them. */
export function daysFrom(first: LocalDate, count: number, apart: number): LocalDate[] {
  return Array.from({ length: count }, (_, index) => addDays(first, index * apart));
}

function oneOf<T>(all: readonly T[], random: () => number): T {
  const one = all[Math.floor(random() * all.length)];
  if (one === undefined) throw new RangeError('nothing to choose from');
  return one;
}

/** Mulberry32: the same seed, the same changes. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
