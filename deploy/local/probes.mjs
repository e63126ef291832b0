// Asks a server of the stack, in its own protocol, whether it serves. No client library is needed.
import { connect } from 'node:net';

const probeTimeoutMs = 2_000;

/** PostgreSQL asks for a password (or lets in): it serves. While it recovers it answers an error. */
export function postgresServes(port, host = '127.0.0.1') {
  const body = Buffer.from('\0\x03\0\0user\0postgres\0database\0postgres\0\0', 'latin1');
  return exchange({ port, host }, Buffer.concat([int32(body.length + 4), body]), (answer) =>
    answer.length > 0 ? answer[0] === 'R'.charCodeAt(0) : undefined,
  );
}

export function redisServes(port, host = '127.0.0.1') {
  return exchange({ port, host }, Buffer.from('PING\r\n'), (answer) =>
    answer.length >= 5 ? answer.toString('latin1', 0, 5) === '+PONG' : undefined,
  );
}

/** The broker lists itself in its metadata only once it is registered and no longer fenced. */
export function kafkaServes(port, host = '127.0.0.1') {
  const client = Buffer.from('probe');
  const header = Buffer.concat([int16(3), int16(1), int32(1), int16(client.length), client]);
  const request = Buffer.concat([header, int32(0)]); // metadata, version 1, of no topic
  return exchange({ port, host }, Buffer.concat([int32(request.length), request]), (answer) =>
    answer.length >= 12 ? answer.readInt32BE(8) > 0 : undefined,
  );
}

/** @param {string} url @param {(status: number) => boolean} accepts */
export async function httpServes(url, accepts = (status) => status < 300) {
  const response = await fetch(url, { signal: AbortSignal.timeout(probeTimeoutMs) });
  await response.arrayBuffer();
  return accepts(response.status);
}

/** Sends `request` and judges what comes back; `undefined` means that more is needed. */
function exchange(address, request, judge) {
  return new Promise((resolve) => {
    let answer = Buffer.alloc(0);
    const socket = connect(address);
    const end = (verdict) => {
      socket.destroy();
      resolve(verdict);
    };
    socket.setTimeout(probeTimeoutMs, () => end(false));
    socket.once('error', () => end(false));
    socket.once('close', () => end(false));
    socket.once('connect', () => socket.write(request));
    socket.on('data', (chunk) => {
      answer = Buffer.concat([answer, chunk]);
      const verdict = judge(answer);
      if (verdict !== undefined) end(verdict);
    });
  });
}

const int16 = (n) => Buffer.from([n >> 8, n & 255]);
function int32(n) {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(n);
  return bytes;
}
