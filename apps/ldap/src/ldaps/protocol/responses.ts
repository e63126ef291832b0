import { BerWriter } from 'ldapts';
import type { Entry } from '../domain/entry.js';
import type { ResultCode } from './result-code.js';

const pagedResults = '1.2.840.113556.1.4.319';
const searchDone = 0x65;

export type Result = {
  readonly code: ResultCode;
  /** French, for the administrator in front of the client; nothing of what was sent. */
  readonly message?: string;
};

export const bindAnswer = (messageId: number, result: Result): Buffer =>
  answer(messageId, 0x61, result);

/** Of a search, with where its next page begins: empty after the last. */
export const searchAnswer = (messageId: number, result: Result, cookie?: Buffer): Buffer =>
  answer(messageId, searchDone, result, cookie);

/** An operation's result (RFC 4511, 4.1.9) under the tag of its answer. */
export function answer(
  messageId: number,
  tag: number,
  { code, message = '' }: Result,
  cookie?: Buffer,
): Buffer {
  const writer = new BerWriter();
  writer.startSequence();
  writer.writeInt(messageId);
  writer.startSequence(tag);
  writer.writeEnumeration(code);
  writer.writeString('');
  writer.writeString(message);
  writer.endSequence();
  if (cookie) {
    writer.startSequence(0xa0);
    writer.startSequence();
    writer.writeString(pagedResults);
    writer.writeBuffer(pageValue(cookie), 0x04);
    writer.endSequence();
    writer.endSequence();
  }
  writer.endSequence();
  return writer.buffer;
}

/** The last word before the connection ends (RFC 4511, 4.4.1). */
export function disconnection(code: ResultCode, message: string): Buffer {
  const writer = new BerWriter();
  writer.startSequence();
  writer.writeInt(0);
  writer.startSequence(0x78);
  writer.writeEnumeration(code);
  writer.writeString('');
  writer.writeString(message);
  writer.writeString('1.3.6.1.4.1.1466.20036', 0x8a);
  writer.endSequence();
  writer.endSequence();
  return writer.buffer;
}

/** An entry with the attributes that were asked for. */
export function entryAnswer(messageId: number, { dn, attributes }: Entry, typesOnly: boolean) {
  const writer = new BerWriter();
  writer.startSequence();
  writer.writeInt(messageId);
  writer.startSequence(0x64);
  writer.writeString(dn);
  writer.startSequence();
  for (const { name, values } of attributes) {
    writer.startSequence();
    writer.writeString(name);
    writer.startSequence(0x31);
    if (!typesOnly) for (const value of values) writer.writeString(value);
    writer.endSequence();
    writer.endSequence();
  }
  writer.endSequence();
  writer.endSequence();
  writer.endSequence();
  return writer.buffer;
}

/** How many there are in all is not said: they are not counted. */
function pageValue(cookie: Buffer): Buffer {
  const writer = new BerWriter();
  writer.startSequence();
  writer.writeInt(0);
  writer.writeBuffer(cookie, 0x04);
  writer.endSequence();
  return writer.buffer;
}
