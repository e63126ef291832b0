import fc from 'fast-check';
import {
  bindMessage,
  message,
  present,
  searchMessage,
  tlv,
} from '../../../test/ldaps.test-support.js';
import { Frames } from './frames.js';
import { requestOf } from './requests.js';
import { Malformed } from './tlv.js';

const value = (text: string) => tlv(0x04, text);
const filter = tlv(
  0xa0,
  present('objectClass'),
  tlv(0xa2, tlv(0xa3, value('sn'), value('Brume'))),
  tlv(0xa4, value('cn'), tlv(0x30, tlv(0x80, 'M'), tlv(0x81, 'ë'), tlv(0x82, 'e'))),
  tlv(0xa9, tlv(0x82, 'uid'), tlv(0x83, 'x')),
);
const samples = [
  bindMessage('uid=a', 'secret'),
  searchMessage('ou=people', filter),
  message(3, Buffer.from([0x42, 0])),
  message(4, tlv(0x77, tlv(0x80, '1.3.6.1.4.1.1466.20037'))),
];

test('reads what clients send', () => {
  expect(requestOf(samples[0]!)).toMatchObject({
    ...{ messageId: 1, operation: { kind: 'BIND', dn: 'uid=a', password: 'secret' } },
  });
  expect(requestOf(samples[1]!).operation).toMatchObject({
    kind: 'SEARCH',
    search: {
      ...{ base: 'ou=people', scope: 'SUBTREE', typesOnly: false, attributes: [] },
      filter: {
        kind: 'AND',
        of: [
          { kind: 'PRESENT', name: 'objectClass' },
          { kind: 'NOT', of: { kind: 'EQUAL', name: 'sn', value: 'Brume' } },
          { kind: 'SUBSTRINGS', name: 'cn', initial: 'M', any: ['ë'], final: 'e' },
          { kind: 'EQUAL', name: 'uid', value: 'x' },
        ],
      },
    },
  });
});

/** Goal: whatever bytes come, reading ends with a request or with Malformed. Method: noise, and true messages bent. */
test('no bytes do anything but be read or be refused', () => {
  const read = (bytes: Buffer) => {
    try {
      for (const one of new Frames().push(bytes, 65_536)) requestOf(one);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
    }
  };
  const bent = fc
    .tuple(
      fc.constantFrom(...samples),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 }),
      fc.option(fc.nat()),
    )
    .map(([sample, changes, cut]) => {
      const bytes = Buffer.from(sample);
      for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
      return cut === null ? bytes : bytes.subarray(0, cut % bytes.length);
    });
  const noise = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
  const framed = noise.map((bytes) => tlv(0x30, bytes));
  fc.assert(fc.property(fc.oneof(bent, framed, noise), read), { numRuns: 2_000 });
});

test('messages come out the same, however they are cut on the way', () => {
  const whole = Buffer.concat(samples);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: whole.length - 1 })), (cuts) => {
      const frames = new Frames();
      const at = [0, ...new Set(cuts), whole.length].sort((a, b) => a - b);
      const out = at.slice(1).flatMap((end, n) => frames.push(whole.subarray(at[n], end), 65_536));
      expect(out).toEqual(samples);
    }),
    { numRuns: 200 },
  );
});
