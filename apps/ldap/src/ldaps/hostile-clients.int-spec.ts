import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ldapAccountDn, ldapSuffix } from '#libs/trade';
import { dnsIn } from '../../../../test/support/ldapsearch.js';
import {
  bindMessage,
  type Ldaps,
  type Member,
  message,
  present,
  rawClient,
  search,
  searchMessage,
  startLdaps,
  tlv,
  untilClosed,
} from '../../test/ldaps.test-support.js';
import { connectionBounds } from './connection.js';
import { integerOf, tlvsIn } from './protocol/tlv.js';

const a: Member = { membershipId: 'a-1', secret: 'secret-of-a', uais: ['0440437L'] };
const other: Member = { membershipId: 'b-2', secret: 'secret-of-b', uais: ['0440437L'] };
const bound = bindMessage(ldapAccountDn(a.membershipId), a.secret);
const protocolError = Buffer.from([0x0a, 0x01, 0x02]);

let ldaps: Ldaps;
beforeAll(async () => {
  ldaps = await startLdaps({ connections: 30, perAddress: 20, perAccount: 12 });
  for (const member of [a, other]) ldaps.services.members.set(member.membershipId, member);
});
afterAll(() => ldaps.stop());
afterEach(async () => {
  ldaps.door.bounds = connectionBounds;
  // Alive, and as ever.
  const { status, out } = await search(ldaps, a, '-b', ldapSuffix, '-s', 'one');
  expect([status, dnsIn(out).length]).toEqual([0, 2]);
});

/** What a client gets that sends this, until it is cut off. */
async function told(...sent: readonly Buffer[]): Promise<Buffer> {
  const socket = await rawClient(ldaps);
  const all = untilClosed(socket);
  for (const bytes of sent) socket.write(bytes);
  return all;
}

test.each([
  ['no LDAP', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
  ['an element that is longer than its message', tlv(0x30, Buffer.from([0x02, 0x7f, 1]))],
  ['a length of four gigabytes', Buffer.from([0x30, 0x84, 0xff, 0xff, 0xff, 0xff])],
  ['a length of nine bytes', Buffer.from([0x30, 0x89, 1, 1, 1, 1, 1, 1, 1, 1, 1])],
  ['no definite length', Buffer.from([0x30, 0x80, 0x02, 0x01, 0x01])],
  ['an answer instead of a question', message(1, tlv(0x61, tlv(0x0a, Buffer.from([0]))))],
  ['a message of 5,000 bytes from nobody', bindMessage('x', 'y'.repeat(5_000))],
  [
    'a message of 70,000 bytes',
    Buffer.concat([bound, searchMessage('', present('x'.repeat(70_000)))]),
  ],
])('%s ends the connection with a word, and no other', async (_what, sent) => {
  expect((await told(sent)).includes(protocolError)).toBe(true);
});

test('refuses a filter that is nested, long or cut too much, and the connection goes on', async () => {
  const nested = (depth: number): Buffer =>
    depth === 0 ? present('uid') : tlv(0xa0, nested(depth - 1));
  const storm = (pieces: number) =>
    tlv(0xa4, tlv(0x04, 'cn'), tlv(0x30, ...Array.from({ length: pieces }, () => tlv(0x81, 'a'))));
  const unbind = message(3, Buffer.from([0x42, 0x00]));
  const outcome = async (filter: Buffer) => {
    const all = await told(bound, searchMessage(ldapSuffix, filter), unbind);
    const answers = tlvsIn(all).map(({ value }) => tlvsIn(value)[1]!);
    return integerOf(tlvsIn(answers.find(({ tag }) => tag === 0x65)!.value)[0]!);
  };
  expect(await outcome(nested(9))).toBe(0);
  expect(await outcome(nested(10))).toBe(11);
  expect(await outcome(nested(4_000))).toBe(11);
  expect(await outcome(tlv(0xa1, ...Array.from({ length: 300 }, () => present('uid'))))).toBe(11);
  expect(await outcome(storm(16))).toBe(0);
  expect(await outcome(storm(17))).toBe(11);
  expect(await outcome(tlv(0xa3, tlv(0x04, 'cn'), tlv(0x04, 'a'.repeat(257))))).toBe(11);
});

test('a byte at a time is read like all at once', async () => {
  const socket = await rawClient(ldaps);
  const all = untilClosed(socket);
  for (const byte of [...bound, ...message(3, Buffer.from([0x42, 0x00]))]) {
    socket.write(Buffer.from([byte]));
  }
  expect((await all).includes(Buffer.from([0x61, 0x07, 0x0a, 0x01, 0x00]))).toBe(true);
});

test('who speaks no TLS, or binds to nobody in time, or falls silent, is cut off', async () => {
  const plain = connect(ldaps.door.port, '127.0.0.1');
  const closed = new Promise((resolve) =>
    plain.once('close', resolve).once('error', () => undefined),
  );
  plain.write(bound);
  await closed;
  ldaps.door.bounds = { ...connectionBounds, unboundMs: 100 };
  expect(await told()).toHaveLength(0);
  ldaps.door.bounds = { ...connectionBounds, idleMs: 200 };
  expect((await told(bound)).length).toBeGreaterThan(0);
});

test('a client that does not take its answer is cut off, and holds one page', async () => {
  ldaps.door.bounds = { ...connectionBounds, writeMs: 300 };
  const places = [{ uai: '0440437L', isTeacher: true, isHead: false }];
  for (let n = 0; n < 400; n += 1) {
    const lastName = 'x'.repeat(4_000);
    ldaps.services.staff.push({ personId: `p-${n}`, firstName: 'F', lastName, places });
  }
  const socket = await rawClient(ldaps);
  let isClosed = false;
  socket.once('close', () => (isClosed = true)).on('error', () => undefined);
  socket.pause();
  const questions = Array.from({ length: 100 }, () => searchMessage(ldapSuffix, present('uid')));
  socket.write(Buffer.concat([bound, ...questions]));
  const looksBefore = ldaps.services.looks.length;
  for (let n = 0; n < 100 && ldaps.door.connections > 0; n += 1) await sleep(50);
  expect(ldaps.door.connections).toBe(0);
  // Not one hundred answers were made for who takes none: what the sockets hold, and one more.
  expect(ldaps.services.looks.length - looksBefore).toBeLessThan(10);
  socket.destroy();
  expect(isClosed).toBe(false);
  ldaps.services.staff.length = 0;
});

test('of one address there are so many connections and no more; the others keep theirs', async () => {
  const sockets = await Promise.all(Array.from({ length: 20 }, () => rawClient(ldaps)));
  await expect(rawClient(ldaps)).rejects.toThrow();
  const first = sockets[0]!;
  const answer = new Promise<Buffer>((resolve) => first.once('data', resolve));
  first.write(bound);
  expect((await answer).includes(Buffer.from([0x61, 0x07, 0x0a, 0x01, 0x00]))).toBe(true);
  for (const socket of sockets) socket.destroy();
  for (let n = 0; n < 100 && ldaps.door.connections > 0; n += 1) await sleep(20);
});

/** A connection that says nothing, from an address of its own on this machine; false once it is shut. */
function silent(localAddress: string) {
  const socket = connect({ host: '127.0.0.1', port: ldaps.door.port, localAddress });
  const held = { socket, isOpen: true };
  socket.on('error', () => undefined).once('close', () => (held.isOpen = false));
  return held;
}

test('a flood from many addresses stays within one limit, and whoever has an account comes in: known before or not', async () => {
  const most: number[] = [];
  const flood = (each: number) =>
    Array.from({ length: 40 }, (_, n) => `127.0.${1 + (n >> 3)}.${10 + n}`).flatMap((address) =>
      Array.from({ length: each }, () => silent(address)),
    );
  // Somebody who is bound, and stays.
  const staying = await rawClient(ldaps);
  const answers = untilClosed(staying);
  staying.write(bound);
  await new Promise((resolve) => staying.once('readable', resolve));
  const sockets = flood(3);
  for (let n = 0; n < 100 && ldaps.door.connections < 30; n += 1) await sleep(20);
  for (let round = 0; round < 10; round += 1) {
    sockets.push(...flood(1));
    const { status, out } = await search(ldaps, a, '-b', ldapSuffix, '-s', 'one');
    expect([status, dnsIn(out).length]).toEqual([0, 2]);
    most.push(ldaps.door.connections);
  }
  expect(Math.max(...most)).toBeLessThanOrEqual(30);
  // From an address that nobody has come from.
  const stranger = await rawClient(ldaps, '127.0.9.9');
  const answer = new Promise<Buffer>((resolve) => stranger.once('data', resolve));
  stranger.write(bound);
  expect((await answer).includes(Buffer.from([0x61, 0x07, 0x0a, 0x01, 0x00]))).toBe(true);
  expect(staying.destroyed).toBe(false);
  expect(sockets.filter(({ isOpen }) => isOpen).length).toBeLessThan(30);
  for (const { socket } of sockets) socket.destroy();
  for (const socket of [staying, stranger]) socket.destroy();
  await answers;
  for (let n = 0; n < 100 && ldaps.door.connections > 0; n += 1) await sleep(20);
  expect(ldaps.door.connections).toBe(0);
});

test('one account that comes from many addresses has its places and no more, is told so, and keeps no other member out', async () => {
  const addresses = Array.from({ length: 10 }, (_, n) => `127.0.7.${10 + n}`);
  const answers: number[] = [];
  const sockets = [];
  // Three from each: as many as there are places at all.
  for (const address of [...addresses, ...addresses, ...addresses]) {
    const socket = await rawClient(ldaps, address);
    socket.on('error', () => undefined);
    sockets.push(socket);
    const answer = new Promise<Buffer>((resolve) => socket.once('data', resolve));
    socket.write(bound);
    const [, operation] = tlvsIn(tlvsIn(await answer)[0]!.value);
    answers.push(integerOf(tlvsIn(operation!.value)[0]!));
  }
  expect(answers.slice(0, 12)).toEqual(Array<number>(12).fill(0));
  expect(answers.slice(12)).toEqual(Array<number>(18).fill(51));
  expect(ldaps.door.connections).toBe(30);
  const { status, out } = await search(ldaps, other, '-b', ldapSuffix, '-s', 'one');
  expect([status, dnsIn(out).length]).toEqual([0, 2]);
  expect(sockets.slice(0, 12).every(({ destroyed }) => !destroyed)).toBe(true);
  // One that goes makes room for another of the same account.
  for (const socket of sockets) socket.destroy();
  for (let n = 0; n < 100 && ldaps.door.connections > 0; n += 1) await sleep(20);
});
