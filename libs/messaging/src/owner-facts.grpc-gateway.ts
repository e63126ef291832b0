import type { OnApplicationShutdown } from '@nestjs/common';
import { OperationsService, topicNamed } from '#libs/contracts';
import { audienceOf, type ServiceTokens } from '#libs/identity';
import { defineProblem } from '#libs/problems';
import { createRpcClient, type RpcClient } from '#libs/rpc';

/** The owner of a topic does not answer: the partition waits and asks again. */
export class OwnerSilent extends defineProblem('OWNER_SILENT', 'unavailable') {
  constructor(owner: string) {
    super(`${owner} ne répond pas : impossible de savoir lequel de deux messages est le sien.`);
  }
}

type Place = { readonly topic: string; readonly partition: number };

const deadlineMs = 2_000;

/** Queries the owner of a topic for the digest of a fact that it published (FCT-1). */
export class OwnerFacts implements OnApplicationShutdown {
  private readonly owners = new Map<string, OwnerArchive>();

  /** Addresses are read where no setting reaches: `<OWNER>_RPC`. */
  constructor(
    private readonly tokens: ServiceTokens | undefined,
    private readonly environment: Readonly<Record<string, string | undefined>>,
  ) {}

  /**
   * Undefined: the owner's archive has no such fact, or this process cannot call the owner (the console has no token of
   * its own).
   * @throws {OwnerSilent}
   */
  async digest(place: Place, seq: number): Promise<string | undefined> {
    const owner = topicNamed(place.topic)?.owner ?? '';
    const archive = this.archiveOf(owner);
    try {
      return await archive?.digest(place, seq);
    } catch (cause) {
      throw Object.assign(new OwnerSilent(owner), { cause });
    }
  }

  private archiveOf(owner: string): OwnerArchive | undefined {
    const address = this.environment[`${owner.toUpperCase()}_RPC`];
    if (!this.tokens || !address) return undefined;
    const archive = this.owners.get(owner) ?? new OwnerArchive(owner, address, this.tokens);
    this.owners.set(owner, archive);
    return archive;
  }

  onApplicationShutdown(): void {
    for (const archive of this.owners.values()) archive.close();
  }
}

/** One owner's archive of facts. */
class OwnerArchive {
  private readonly client: RpcClient<typeof OperationsService>;

  constructor(owner: string, address: string, tokens: ServiceTokens) {
    const token = () => tokens.token(audienceOf(owner));
    this.client = createRpcClient(OperationsService, { address, token });
  }

  async digest({ topic, partition }: Place, seq: number): Promise<string | undefined> {
    const { digest } = await this.client.getFactDigest(
      { topic, partition, seq: BigInt(seq) },
      { deadlineMs },
    );
    return digest === '' ? undefined : digest;
  }

  close(): void {
    this.client.close();
  }
}
