import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A way to a broker that can be frozen: connections stay open, what is sent is taken, nothing is answered, as by a broker
 * that was stopped (SIGSTOP). Answers that name the broker's own port name this one instead.
 */
export class FreezingBroker {
  private readonly sockets = new Set<Socket>();
  private isFrozen = false;
  private swallowed = 0;
  private readonly server = createServer((client) => this.join(client));

  private constructor(private readonly port: number) {}

  static async before(broker: string): Promise<FreezingBroker> {
    const way = new FreezingBroker(Number(new URL(`kafka://${broker}`).port));
    way.server.listen(0, '127.0.0.1');
    await once(way.server, 'listening');
    return way;
  }

  get address(): string {
    return `127.0.0.1:${this.ownPort}`;
  }

  freeze(): void {
    this.isFrozen = true;
  }

  /** Until so many bytes more have been sent in vain. */
  async swallows(bytes: number): Promise<void> {
    for (const until = this.swallowed + bytes; this.swallowed < until;) await sleep(10);
  }

  stop(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }

  private get ownPort(): number {
    return (this.server.address() as AddressInfo).port;
  }

  private join(client: Socket): void {
    const broker = connect(this.port, '127.0.0.1');
    const ends = [client, broker];
    for (const socket of ends) {
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.sockets.delete(socket);
        for (const end of ends) end.destroy();
      });
    }
    client.on('data', (bytes) => {
      if (this.isFrozen) this.swallowed += bytes.length;
      else broker.write(bytes);
    });
    let kept = Buffer.alloc(0);
    broker.on('data', (bytes) => {
      kept = Buffer.concat([kept, bytes]);
      while (kept.length >= 4 && kept.length >= 4 + kept.readInt32BE()) {
        const answer = kept.subarray(0, 4 + kept.readInt32BE());
        kept = kept.subarray(answer.length);
        if (!this.isFrozen) client.write(this.renamed(answer));
      }
    });
  }

  private renamed(answer: Buffer): Buffer {
    const [theirs, ours] = [this.port, this.ownPort].map((port) => {
      const place = Buffer.concat([Buffer.from('127.0.0.1'), Buffer.alloc(4)]);
      place.writeInt32BE(port, place.length - 4);
      return place;
    }) as [Buffer, Buffer];
    const own = Buffer.from(answer);
    for (let at = own.indexOf(theirs); at >= 0; at = own.indexOf(theirs, at)) ours.copy(own, at);
    return own;
  }
}
