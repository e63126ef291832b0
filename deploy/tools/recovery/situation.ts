import { createHash } from 'node:crypto';
import { serviceNames, type ServiceName } from '#libs/contracts';
import { FileKeyRing, type LogAddress } from '#libs/messaging';
import { readManifest } from '../backup/manifest.js';
import { databaseOf, required } from '../backup/service-database.js';
import { consumers } from './consumers.js';
import type { RecoveryFacts } from './facts.js';
import type { NextNumbers } from './go-back.js';
import { planRecovery } from './plan-recovery.js';
import { readFacts } from './read-facts.js';
import { type LostFacts, readLost } from './read-lost.js';
import type { RecoveryPlan } from './steps.js';

/** What stands in databases and Kafka at this moment, and the plan that follows from it. */
export type Situation = {
  readonly facts: RecoveryFacts;
  readonly plan: RecoveryPlan;
  readonly lost: readonly LostFacts[];
  readonly absent: readonly ServiceName[];
  readonly running: readonly ServiceName[];
  /** Of facts and plan: another one tells that something has changed since. */
  readonly digest: string;
};

export async function readSituation(backup: string | undefined): Promise<Situation> {
  const address = logAddress();
  const { facts, absent, running } = await readFacts(serviceNames.map(databaseOf), address);
  const plan = planRecovery(facts, consumers, backup ? await nextNumbersOf(backup) : undefined);
  const lost = await readLost(facts, consumers, address);
  return { facts, plan, lost, absent, running, digest: digestOf(facts, plan) };
}

export function logAddress(): LogAddress {
  const brokers = required('KAFKA_BROKERS').split(',');
  const keyRing = new FileKeyRing(required('FACT_KEY_RING_FILE'));
  return { brokers, namespace: process.env['KAFKA_NAMESPACE'] ?? '', keyRing };
}

async function nextNumbersOf(folder: string): Promise<NextNumbers> {
  const { databases } = await readManifest(folder);
  return new Map(databases.map(({ service, nextSeq }) => [service, Number(nextSeq)]));
}

const digestOf = (facts: RecoveryFacts, { steps }: RecoveryPlan): string =>
  createHash('sha256')
    .update(JSON.stringify([facts, steps]))
    .digest('hex')
    .slice(0, 16);
