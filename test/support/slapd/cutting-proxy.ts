import { connect, createServer, type Socket } from 'node:net';

export type CuttingProxy = {
  readonly port: number;
  /** Bytes that the server has sent through it. */
  passed(): number;
  close(): Promise<void>;
};

/** Passes bytes between a client and a server, and cuts both after so many of the server's. */
export function cuttingProxy(serverPort: number, cutAfterBytes = Infinity): Promise<CuttingProxy> {
  let bytes = 0;
  const open = new Set<Socket>();
  const proxy = createServer((client) => {
    const server = connect(serverPort, '127.0.0.1');
    for (const socket of [client, server]) {
      open.add(socket);
      // Kept back until what is before it is acknowledged, each page of a reading waits 40 ms.
      socket.setNoDelay(true);
      socket.on('error', () => {});
      socket.on('close', () => {
        open.delete(socket);
        client.destroy();
        server.destroy();
      });
    }
    client.on('data', (chunk) => server.write(chunk));
    server.on('data', (chunk) => {
      const left = cutAfterBytes - bytes;
      bytes += Math.min(chunk.length, left);
      if (chunk.length < left) client.write(chunk);
      else client.write(chunk.subarray(0, left), () => client.destroy());
    });
  });
  return new Promise((resolve) => {
    proxy.listen(0, '127.0.0.1', () => {
      const address = proxy.address();
      resolve({
        port: typeof address === 'object' ? address!.port : 0,
        passed: () => bytes,
        close: () =>
          new Promise((done) => {
            proxy.close(() => done());
            for (const socket of open) socket.destroy();
          }),
      });
    });
  });
}
