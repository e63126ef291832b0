import { connect, type Socket } from 'node:net';
import type { ISocketFactory } from 'kafkajs';

/**
 * The connections of one client, to be cut where the broker does not answer: kafkajs waits for what is on its way, each
 * request up to 30 s, before it disconnects, and again for what it asks in order to leave.
 */
export class BrokerConnections {
  private readonly sockets = new Set<Socket>();
  private isCut = false;

  readonly open: ISocketFactory = ({ host, port, onConnect }) => {
    if (this.isCut) throw new Error('closing');
    const socket = connect({ host, port }, onConnect);
    socket.setKeepAlive(true, 60_000);
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
    return socket;
  };

  /** So many tries again, and none once cut: kafkajs compares the number anew before each. */
  retries(most: number): number {
    return { valueOf: () => (this.isCut ? 0 : most) } as unknown as number;
  }

  /** Whoever waits for an answer is refused, and nothing is connected any more. */
  cut(): void {
    this.isCut = true;
    for (const socket of this.sockets) socket.destroy(new Error('closing'));
  }

  /** Orderly, where the broker answers in time. */
  async leave(client: { disconnect(): Promise<void> }): Promise<void> {
    const timer = setTimeout(() => this.cut(), leaveWithinMs);
    try {
      await client.disconnect();
    } finally {
      clearTimeout(timer);
    }
  }
}

/**
 * Of the 30 s that a process has until it is killed. A broker that answers needs milliseconds; what it has not
 * acknowledged by then comes again under the same numbers.
 */
export const leaveWithinMs = 3_000;
