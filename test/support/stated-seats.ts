import { create } from '@bufbuild/protobuf';
import { Server, ServerCredentials, status } from '@grpc/grpc-js';
import {
  type CountSeatsLostRequest,
  type CountSeatsLostResponse,
  CountSeatsLostResponseSchema,
  type GetSeatsResponse,
  GetSeatsResponseSchema,
  ProvisioningService,
} from '#libs/contracts';
import { definitionOf } from '#libs/rpc';

/** Provisioning over the wire, as far as membership asks it (PRV-7). */
export async function startStatedSeats() {
  const says = { held: 0, isSilent: false, isFaulty: false };
  const server = new Server();
  server.addService(definitionOf(ProvisioningService), {
    countSeatsLost: (
      { request: { timeline } }: { request: CountSeatsLostRequest },
      answer: (error: object | null, response?: CountSeatsLostResponse) => void,
    ) => {
      if (says.isSilent) return answer({ code: status.UNAVAILABLE });
      if (says.isFaulty) return answer({ code: status.INTERNAL });
      if (timeline.some(({ ordered }) => ordered < 0)) {
        return answer({ code: status.INVALID_ARGUMENT });
      }
      const smallest = timeline.reduce(
        (least, { ordered }) => (ordered < least ? ordered : least),
        says.held,
      );
      const [held, lost] = [says.held, says.held - smallest];
      return answer(null, create(CountSeatsLostResponseSchema, { held, lost }));
    },
    // By school it says nothing: nobody of its members has one.
    getSeats: (
      _call: object,
      answer: (error: object | null, response?: GetSeatsResponse) => void,
    ) => {
      if (says.isSilent) return answer({ code: status.UNAVAILABLE });
      if (says.isFaulty) return answer({ code: status.INTERNAL });
      return answer(null, create(GetSeatsResponseSchema, {}));
    },
  });
  const port = await new Promise<number>((bound, failed) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, chosen) =>
      error ? failed(error) : bound(chosen),
    ),
  );
  return { says, address: `127.0.0.1:${port}`, stop: () => server.forceShutdown() };
}
