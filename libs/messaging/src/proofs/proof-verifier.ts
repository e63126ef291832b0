import { createHash, verify } from 'node:crypto';
import { headers as names, topicNamed } from '#libs/contracts';
import type { BatchRecord } from '../batch-record.js';
import type { VerifyingKey } from './fact-keys.js';
import { type Digest, rootFrom } from './merkle-tree.js';
import { readLeafProof, readRunProof, signedText } from './proof-header.js';
import { ContentDigest, type RecordDigest } from './record-digest.js';

/** Why a record is not its owner's. */
export type ProofFault =
  | 'NO_PROOF'
  | 'PROOF_UNREADABLE'
  | 'KEY_UNKNOWN'
  | 'KEY_RETIRED'
  | 'SIGNATURE_WRONG';

/** Whether the owner of the topic wrote the record. */
export type RecordProof =
  | {
      readonly fault?: undefined;
      readonly digest: RecordDigest;
      /** Of a fact: the digest of the record before it in this partition. */
      readonly before?: RecordDigest | undefined;
    }
  | { readonly fault: ProofFault };

export type KeyRing = { find(owner: string, kid: string): VerifyingKey | undefined };

type Place = { readonly topic: string; readonly partition: number };

/**
 * Of one batch. A batch of the owner has none, and to verify one takes as long as to read a hundred records: the rest of a
 * batch with so many wrong ones is foreign without a look.
 */
const wrongSignaturesMax = 8;

/** Judges records by the public keys of the owners of their topics (FCT-1). A batch is judged once, whole. */
export class ProofVerifier {
  private readonly verdicts = new WeakMap<readonly BatchRecord[], readonly RecordProof[]>();
  private latest: { records: readonly BatchRecord[]; verdicts: readonly RecordProof[] } | undefined;
  private scratch = Buffer.alloc(65_536);

  constructor(private readonly ring: KeyRing) {}

  proofOf(place: Place, record: BatchRecord): RecordProof {
    const records = record.batchRecords;
    if (records === this.latest?.records)
      return this.latest.verdicts[record.indexInBatch] ?? noProof;
    let verdicts = this.verdicts.get(records);
    if (verdicts === undefined) {
      const topic = topicNamed(place.topic);
      if (!topic) verdicts = records.map(() => noProof);
      else if (topic.keeps === 'STATE') verdicts = this.judgeStates(topic.owner, place, records);
      else verdicts = this.judgeFacts(topic.owner, place, records);
      this.verdicts.set(records, verdicts);
    }
    this.latest = { records, verdicts };
    return verdicts[record.indexInBatch] ?? noProof;
  }

  private judgeFacts(owner: string, place: Place, records: readonly BatchRecord[]): RecordProof[] {
    const verdicts: RecordProof[] = [];
    const signatures = new Signatures('run', place);
    for (const [last, { proof: text }] of records.entries()) {
      if (text === undefined) continue;
      const proof = text === null ? undefined : readRunProof(text);
      const from = proof && last + 1 - proof.count;
      if (!proof || from === undefined || from < verdicts.length || proof.count === 0) {
        while (verdicts.length < last) verdicts.push(noProof);
        verdicts.push({ fault: 'PROOF_UNREADABLE' });
        continue;
      }
      while (verdicts.length < from) verdicts.push(noProof);
      const run = records.slice(from, last + 1);
      const key = this.ring.find(owner, proof.kid);
      const fault = signatures.fault(key, proof, () => this.runDigest(proof.before, run));
      let before: RecordDigest = { hex: proof.before };
      for (const record of run) {
        const digest = new ContentDigest(record);
        const each = fault ?? retirementOf(key, record);
        verdicts.push(each ? { fault: each } : { digest, before });
        before = digest;
      }
    }
    while (verdicts.length < records.length) verdicts.push(noProof);
    return verdicts;
  }

  private judgeStates(owner: string, place: Place, records: readonly BatchRecord[]): RecordProof[] {
    const signatures = new Signatures('tree', place);
    return records.map((record): RecordProof => {
      const text = record.proof;
      if (text === undefined) return noProof;
      const proof = text === null ? undefined : readLeafProof(text);
      if (!proof) return { fault: 'PROOF_UNREADABLE' };
      const key = this.ring.find(owner, proof.kid);
      if (!key) return { fault: 'KEY_UNKNOWN' };
      const digest = new ContentDigest(record);
      const root = rootFrom(digest.hex, proof);
      if (root === undefined) return { fault: 'PROOF_UNREADABLE' };
      const fault = signatures.fault(key, proof, () => root) ?? retirementOf(key, record);
      return fault ? { fault } : { digest };
    });
  }

  /** Contents are gathered first: to hash each by itself costs more than to hash its bytes. */
  private runDigest(before: Digest, run: readonly BatchRecord[]): Digest {
    const digest = createHash('sha256').update(before);
    let at = 0;
    for (const record of run) {
      const size = record.contentSize;
      if (at + size > this.scratch.length) {
        digest.update(this.scratch.subarray(0, at));
        at = 0;
        if (size > this.scratch.length) this.scratch = Buffer.alloc(2 * size);
      }
      at = record.writeContent(this.scratch, at);
    }
    return digest.update(this.scratch.subarray(0, at)).digest('hex');
  }
}

const noProof = { fault: 'NO_PROOF' } as const;

/** Signatures of one batch. One that is there several times is verified once: leaves of a tree share theirs. */
class Signatures {
  private readonly judged = new Map<string, ProofFault | undefined>();
  private wrong = 0;

  constructor(
    private readonly kind: 'run' | 'tree',
    private readonly place: Place,
  ) {}

  /** `headOf`: the digest of what the proof covers. */
  fault(
    key: VerifyingKey | undefined,
    { kid, signature }: { readonly kid: string; readonly signature: Buffer },
    headOf: () => Digest,
  ): ProofFault | undefined {
    if (!key) return 'KEY_UNKNOWN';
    if (this.wrong >= wrongSignaturesMax) return 'SIGNATURE_WRONG';
    const head = headOf();
    const name = `${kid}${head}${signature.toString('latin1')}`;
    if (this.judged.has(name)) return this.judged.get(name);
    const isRight = verify(null, signedText(this.kind, this.place, head), key.key, signature);
    if (!isRight) this.wrong += 1;
    const fault = isRight ? undefined : 'SIGNATURE_WRONG';
    this.judged.set(name, fault);
    return fault;
  }
}

/** A retired key proves what it signed before its bound, and nothing later: a copy of it forges no new record. */
function retirementOf(key: VerifyingKey | undefined, record: BatchRecord): ProofFault | undefined {
  if (!key?.until) return undefined;
  const { epoch, seq } = key.until;
  const ownEpoch = Number(record.header(names.epoch) ?? NaN);
  const isBefore =
    ownEpoch < epoch || (ownEpoch === epoch && Number(record.header(names.seq) ?? NaN) < seq);
  return isBefore ? undefined : 'KEY_RETIRED';
}
