import type { DescMessage, Message, MessageInitShape } from '@bufbuild/protobuf';

/** A message as plain data, at any depth. */
export type Plain<M> = M extends bigint | Uint8Array
  ? M
  : M extends readonly (infer Item)[]
    ? Plain<Item>[]
    : M extends object
      ? { [K in keyof M as K extends '$typeName' | '$unknown' ? never : K]: Plain<M[K]> }
      : M;

/** Without what protobuf adds: to be kept, hashed or handed to a domain. */
export function plain<M extends Message>(message: M): Plain<M> {
  return plainValue(message) as Plain<M>;
}

function plainValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainValue);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== '$typeName' && name !== '$unknown')
      .map(([name, inner]) => [name, plainValue(inner)]),
  );
}

/** What a message is made from; its lists are read only. */
export type Initial<Desc extends DescMessage> = ReadOnly<MessageInitShape<Desc>>;

export type ReadOnly<Value> = Value extends readonly (infer Item)[]
  ? readonly ReadOnly<Item>[]
  : Value extends Uint8Array
    ? Value
    : Value extends object
      ? { readonly [Field in keyof Value]: ReadOnly<Value[Field]> }
      : Value;
