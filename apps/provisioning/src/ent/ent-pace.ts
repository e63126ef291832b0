import { setTimeout as sleep } from 'node:timers/promises';
import { Counter, Gauge, registry } from '#libs/observability';
import { DeletionPace } from './deletion-pace.js';

const learntRate = new Gauge({
  name: 'ent_calls_per_second_learnt',
  help: 'Calls per second that this process asks of the ENT at most, learnt from its answers',
  registers: [registry],
});
const slowings = new Counter({
  name: 'ent_slowings_total',
  help: 'Times the rate was lowered, by why: refused (429, too many without an answer in time), slow',
  labelNames: ['why'],
  registers: [registry],
});

/** Of all processes together. */
export type PaceBounds = {
  readonly leastPerSecond: number;
  readonly mostPerSecond: number;
  /** Deletions; unless told, as many as there are. */
  readonly deletionsPerSecond?: number;
};

/** What a process has learnt, as it says it to the others. */
export type LearntRate = {
  /** Calls a second that the ENT bears, of all processes together. */
  readonly perSecond: number;
  /** Times that it went down. */
  readonly lowerings: number;
};

const asManyAsThereAre = 1_000_000;
/** So much of a second's calls may go at once: timers are no finer. */
const burstSeconds = 0.05;
/** Added each second in which the ENT answers well, of what is the most: from the least to the most in 50 s. */
const addedShare = 0.02;
const afterRefusal = 0.5;
/** Now and then an answer is lost on its way; from one in twenty on, of some hundred calls, the ENT cannot do more. */
const lostShareMax = 0.05;
const lostWeight = 0.01;
const afterSlowness = 0.8;
/** An answer within so much of the quickest is not slow, whatever the ratio. */
const slackMs = 100;
const slowFactor = 3;
/** The quickest is forgotten by and by: an ENT may be slower for good. */
const forgottenPerSecond = 0.01;

/**
 * How many calls a second the ENT bears, learnt from its answers: a little more each second in which it answers, at once
 * much less where it says 429, leaves more than some without an answer or grows slow (additive increase, multiplicative
 * decrease). What is learnt is the rate of all processes together, of which each has its part; where one lowers it, the
 * others hear of it (`hear`), so that together they never ask for more than one alone would.
 */
export class EntPace {
  readonly deletions: DeletionPace;
  private rate: number;
  private nextFreeAtMs = Number.NEGATIVE_INFINITY;
  private quickestMs = Number.POSITIVE_INFINITY;
  private smoothedMs: number | undefined;
  private changedAtMs: number;
  private loweredAtMs = Number.NEGATIVE_INFINITY;
  private servedCount = 0;
  private processes = 1;
  private lowerings = { refused: 0, slow: 0 };
  /** How often each of the others had lowered its rate when it was last heard. */
  private heard: ReadonlyMap<string, number> = new Map();
  private stillUntilMs = Number.NEGATIVE_INFINITY;
  /** Of the last calls, the share that had no answer in time. */
  private lostShare = 0;

  constructor(
    private readonly bounds: PaceBounds,
    private readonly clock: () => number = () => performance.now(),
  ) {
    this.rate = bounds.mostPerSecond;
    this.deletions = new DeletionPace(bounds.deletionsPerSecond ?? asManyAsThereAre, clock);
    this.changedAtMs = this.clock();
    learntRate.set(this.rate);
  }

  get perSecond(): number {
    return this.rate / this.processes;
  }

  get learnt(): LearntRate {
    return { perSecond: this.rate, lowerings: this.lowerings.refused + this.lowerings.slow };
  }

  /** For people: how it stands with the ENT. */
  get standing() {
    return {
      callsPerSecond: Math.round(this.perSecond),
      mostPerSecond: this.bounds.mostPerSecond,
      refusedSlowings: this.lowerings.refused,
      slowSlowings: this.lowerings.slow,
      stillForSeconds: Math.max(0, Math.ceil((this.stillUntilMs - this.clock()) / 1_000)),
    };
  }

  /**
   * What the others have learnt, by process: where one has lowered its rate since it was last heard, or is heard for the
   * first time, no more is asked for here.
   */
  hear(others: ReadonlyMap<string, LearntRate>): void {
    for (const [process, { perSecond, lowerings }] of others) {
      if (this.heard.get(process) === lowerings || perSecond >= this.rate) continue;
      this.change(perSecond);
      // The same 429, said to both, counts once.
      this.loweredAtMs = this.changedAtMs;
    }
    this.heard = new Map([...others].map(([process, { lowerings }]) => [process, lowerings]));
  }

  /** So many processes make calls at this time, this one among them: each asks for its part. */
  shareAmong(processes: number): void {
    this.processes = processes;
    this.deletions.shareAmong(processes);
    learntRate.set(this.perSecond);
  }

  /** Resolves when the next call may be made. */
  async turn(): Promise<void> {
    const nowMs = this.clock();
    const stepMs = 1_000 / this.perSecond;
    this.nextFreeAtMs = Math.max(this.nextFreeAtMs, nowMs - burstSeconds * 1_000) + stepMs;
    const waitMs = this.nextFreeAtMs - nowMs;
    if (waitMs >= 1) await sleep(waitMs);
  }

  /** A call was answered: a change after so long; undefined: one whose time says nothing of how busy the ENT is. */
  served(latencyMs: number | undefined): void {
    this.servedCount += 1;
    this.lostShare *= 1 - lostWeight;
    if (latencyMs !== undefined) {
      this.smoothedMs = (this.smoothedMs ?? latencyMs) * 0.9 + latencyMs * 0.1;
      this.quickestMs = Math.min(this.quickestMs, latencyMs);
    }
    const sinceMs = this.clock() - this.changedAtMs;
    // What was under way when the rate changed says nothing of the new one.
    if (sinceMs < Math.max(1_000, this.smoothedMs ?? 0)) return;
    this.quickestMs *= 1 + forgottenPerSecond * (sinceMs / 1_000);
    if (this.isSlow) return this.lower(afterSlowness, 'slow');
    // Who asks for less than the rate does not learn that more is borne.
    const isUsed = this.servedCount >= (this.perSecond * sinceMs) / 2_000;
    this.change(this.rate + (isUsed ? this.bounds.mostPerSecond * addedShare : 0));
  }

  /** No answer in time: one alone says nothing. */
  unanswered(): void {
    this.lostShare = this.lostShare * (1 - lostWeight) + lostWeight;
    if (this.lostShare >= lostShareMax) this.refused();
  }

  /** 429, or too many without an answer. Those under way at once count as one. `stillForMs`: nobody calls so long. */
  refused(stillForMs = 0): void {
    this.stillUntilMs = Math.max(this.stillUntilMs, this.clock() + stillForMs);
    if (this.clock() - this.loweredAtMs >= 1_000) this.lower(afterRefusal, 'refused');
  }

  private get isSlow(): boolean {
    const smoothedMs = this.smoothedMs ?? 0;
    return smoothedMs > this.quickestMs * slowFactor && smoothedMs > this.quickestMs + slackMs;
  }

  private lower(factor: number, why: 'refused' | 'slow'): void {
    this.change(this.rate * factor);
    this.loweredAtMs = this.changedAtMs;
    this.lowerings[why] += 1;
    slowings.inc({ why });
  }

  private change(perSecond: number): void {
    const { leastPerSecond, mostPerSecond } = this.bounds;
    this.rate = Math.min(mostPerSecond, Math.max(leastPerSecond, perSecond));
    this.changedAtMs = this.clock();
    this.servedCount = 0;
    learntRate.set(this.perSecond);
  }
}
