import {
  toJson,
  type DescField,
  type DescMessage,
  type JsonValue,
  type MessageShape,
} from '@bufbuild/protobuf';
import type { Json } from '#libs/contracts';
import { boundsOf, isPublic } from '#libs/http';

/** A message as people get it: without what is for services only, and with what a text of JSON holds. */
export const tell = <Message extends DescMessage>(
  message: Message,
  answer: MessageShape<Message>,
): Json<MessageShape<Message>> => tellAny(message, answer) as Json<MessageShape<Message>>;

/** The same of a message that is known at run time only. */
export const tellAny = (message: DescMessage, answer: MessageShape<DescMessage>): JsonValue =>
  publicPartOf(message, toJson(message, answer, { alwaysEmitImplicit: true }));

function publicPartOf(message: DescMessage, json: JsonValue): JsonValue {
  if (!isTranslated(message) || typeof json !== 'object' || json === null) return json;
  return Object.fromEntries(
    message.fields.filter(isPublic).flatMap((field) => {
      const value = valueOf(field, json);
      return value === undefined ? [] : [[field.jsonName, value]];
    }),
  );
}

/** A field of a message in JSON; undefined where people are told nothing. */
export function valueOf(field: DescField, json: JsonValue): JsonValue | undefined {
  const value = (json as Record<string, JsonValue>)[field.jsonName];
  if (value === undefined) return undefined;
  if (boundsOf(field).json)
    return value === '' ? undefined : (JSON.parse(value as string) as JsonValue);
  const inner = field.message;
  if (!inner) return value;
  return Array.isArray(value)
    ? value.map((one) => publicPartOf(inner, one))
    : publicPartOf(inner, value);
}

const translated = new Map<DescMessage, boolean>();

/** Whether people are told something else than the message itself. */
function isTranslated(message: DescMessage): boolean {
  const known = translated.get(message);
  if (known !== undefined) return known;
  // A message that holds itself is looked at once.
  translated.set(message, false);
  const found = message.fields.some(
    (field) =>
      !isPublic(field) || boundsOf(field).json || (field.message && isTranslated(field.message)),
  );
  translated.set(message, found);
  return found;
}
