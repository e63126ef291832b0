import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { type LedgerHead, Members } from '../members/members.module.js';
import { MembershipHeads } from './membership-heads.gateway.js';

export class CopyWait {
  constructor(readonly timeoutMs: number) {}
}

const pollMs = 50;

/** Before it prices, a run waits until billing's copy has reached what membership states (BIL-5). */
@Injectable()
export class WaitForCopy {
  constructor(
    private readonly statedHeads: MembershipHeads,
    private readonly members: Members,
    private readonly wait: CopyWait,
  ) {}

  /**
   * The heads stated by membership, once all are reached or the wait is over: of those still behind, each is refused
   * where it is drafted, and nobody else. Throws a refusal of kind `unavailable` where membership does not answer.
   */
  async execute(marketCode: string): Promise<LedgerHead[]> {
    // Version 0: an application that never became a fact for anybody else.
    const stated = (await this.statedHeads.ofMarket(marketCode)).filter(
      (head) => head.membershipVersion > 0,
    );
    const attemptsMax = Math.max(1, Math.ceil(this.wait.timeoutMs / pollMs));
    let behind = stated;
    for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
      const reached = await this.members.heads(behind.map((head) => head.membershipId));
      behind = behind.filter((head) => !isReached(head, reached));
      if (behind.length === 0) return stated;
      await sleep(pollMs);
    }
    return stated;
  }
}

function isReached(stated: LedgerHead, copies: readonly LedgerHead[]): boolean {
  return copies.some(
    (copy) =>
      copy.membershipId === stated.membershipId &&
      copy.membershipVersion >= stated.membershipVersion,
  );
}
