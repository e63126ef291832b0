import type { DescService } from '@bufbuild/protobuf';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { definitionOf } from '#libs/rpc';

type Answers = Readonly<Record<string, () => object>>;

/**
 * Another service, as the one under test finds it: each answer is given by the name of its RPC and
 * made anew for every call. RPCs without an answer are UNIMPLEMENTED. No token is looked at.
 */
export class StandInService {
  private constructor(
    private readonly server: Server,
    /** host:port. */
    readonly address: string,
  ) {}

  static async start(
    service: DescService,
    answers: Answers,
    /** Another contract of the same process. */
    ...others: readonly (readonly [DescService, Answers])[]
  ): Promise<StandInService> {
    const server = new Server();
    for (const [one, itsAnswers] of [[service, answers] as const, ...others]) {
      const handlers = Object.entries(itsAnswers).map(([name, answer]) => [
        name,
        (_call: unknown, reply: (error: null, value: object) => void) => reply(null, answer()),
      ]);
      server.addService(definitionOf(one), Object.fromEntries(handlers));
    }
    const port = await new Promise<number>((resolve, reject) =>
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      ),
    );
    return new StandInService(server, `127.0.0.1:${port}`);
  }

  stop(): void {
    this.server.forceShutdown();
  }
}
