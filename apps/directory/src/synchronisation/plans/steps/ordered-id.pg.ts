/**
 * An id of a person to be (UUID version 7, RFC 9562, 4,096 to a millisecond): of one statement they follow each other as
 * `number`, an expression from 1, so a batch is written at one place of each index, however many people there are. A
 * random part of 62 bits remains.
 */
export const orderedId = (number: string): string =>
  `(lpad(to_hex((extract(epoch from statement_timestamp()) * 1000)::bigint + ${number} / 4096), 12, '0')
    || '7' || lpad(to_hex(${number} % 4096), 3, '0') || substr(gen_random_uuid()::text, 20))::uuid`;
