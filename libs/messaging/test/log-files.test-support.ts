import { open, readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';

/** Where the broker keeps a partition, as it says itself (DescribeLogDirs, which kafkajs does not speak). */
async function logFile(broker: string, topic: string, partition: number): Promise<string> {
  const name = Buffer.from(topic);
  const body = Buffer.alloc(24 + name.length);
  // key, version and number of the request, no client id; one topic, one partition of it
  body.writeInt16BE(35, 0);
  body.writeInt16BE(1, 2);
  body.writeInt32BE(1, 4);
  body.writeInt16BE(-1, 8);
  body.writeInt32BE(1, 10);
  body.writeInt16BE(name.length, 14);
  name.copy(body, 16);
  body.writeInt32BE(1, 16 + name.length);
  body.writeInt32BE(partition, 20 + name.length);
  const answer = await ask(broker, body);
  // number of the request, throttling, count of directories, and of the first one its error and name
  const folder = answer.subarray(16, 16 + answer.readInt16BE(14)).toString();
  return join(folder, `${topic}-${partition}`, `${'0'.repeat(20)}.log`);
}

/** Sends one request and returns its answer without the length. */
export async function ask(broker: string, body: Buffer): Promise<Buffer> {
  const [host = '', port = ''] = broker.split(':');
  const socket = connect(Number(port), host);
  const size = Buffer.alloc(4);
  size.writeInt32BE(body.length);
  socket.write(Buffer.concat([size, body]));
  let read = Buffer.alloc(0);
  try {
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      read = Buffer.concat([read, chunk]);
      if (read.length >= 4 && read.length >= 4 + read.readInt32BE(0)) return read.subarray(4);
    }
  } finally {
    socket.destroy();
  }
  throw new Error(`${broker} closed the connection`);
}

export type Where = { readonly broker: string; readonly topic: string; readonly partition: number };

/**
 * Turns the last bit of the first of these bytes in a log of the broker, which must run on this machine: as a disk does
 * that fails. A second time puts it back.
 */
export async function turnBit({ broker, topic, partition }: Where, text: string): Promise<void> {
  const path = await logFile(broker, topic, partition);
  const bytes = await readFile(path);
  const plain = bytes.indexOf(text);
  const turned = Buffer.from(text);
  turned[0] = (turned[0] ?? 0) ^ 1;
  const at = plain >= 0 ? plain : bytes.indexOf(turned);
  if (at < 0) throw new Error(`${text} is not in ${path}`);
  const file = await open(path, 'r+');
  try {
    await file.write(Buffer.from([(bytes[at] ?? 0) ^ 1]), 0, 1, at);
    await file.sync();
  } finally {
    await file.close();
  }
}
