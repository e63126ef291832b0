import {
  getOption,
  ScalarType,
  type DescField,
  type DescMessage,
  type MessageShape,
} from '@bufbuild/protobuf';
import { FeatureSet_FieldPresence } from '@bufbuild/protobuf/wkt';
import { z } from 'zod';
import {
  bounds as boundsOption,
  Format,
  max_together as maxTogetherOption,
  together as togetherOption,
  type Bounds,
  type Json,
} from '#libs/contracts';
import { isUai } from '#libs/identifiers';
import { isLocalDate } from '#libs/time';
import { pageLimitDefault, pageLimitMax } from './pagination.js';

const textMax = 200;
const itemsMax = 200;
const cursorMax = 500;
const int32Max = 2 ** 31 - 1;

/**
 * In what form a message is judged: JSON of people, a query (text), or the message itself between services. Where
 * `open`, a text or list that states no bound has none: a private method is held to what is written only.
 */
type Form = { readonly of: 'json' | 'query' | 'message'; readonly open: boolean };
const json: Form = { of: 'json', open: false };
const query: Form = { of: 'query', open: false };
const forms = {
  json,
  public: { of: 'message', open: false },
  private: { of: 'message', open: true },
} as const;

const knownBounds = new WeakMap<DescField, Bounds>();

/** What a field may hold, as its .proto says (ent.http.v1.bounds). Read once: an option is decoded at each look. */
export function boundsOf(field: DescField): Bounds {
  let bounds = knownBounds.get(field);
  if (!bounds) knownBounds.set(field, (bounds = getOption(field, boundsOption)));
  return bounds;
}

/** How many of a message a list may hold; 0 where its .proto does not say. */
export const maxTogetherOf = (message: DescMessage | undefined): number =>
  message ? getOption(message, maxTogetherOption) : 0;

/** For people, or between services only. */
export const isPublic = (field: DescField) => !boundsOf(field).internal;

const schemas = { json: new WeakMap(), public: new WeakMap(), private: new WeakMap() } as Record<
  keyof typeof forms,
  WeakMap<DescMessage, z.ZodType>
>;

/** A message as people send it in JSON, with its bounds: every mistake at once, in French. */
export const inputSchemaOf = (message: DescMessage): z.ZodType => schemaOf(message, 'json');

/** Some fields of a message that people send: the body, where others stand in path and headers. */
export const bodySchemaOf = (message: DescMessage, fields: readonly DescField[]): z.ZodType =>
  together(message, z.object(shapeOf(fields)));

/** The same bounds, on the message that a gRPC method gets. */
export const messageSchemaOf = (message: DescMessage, isPublicMethod: boolean): z.ZodType =>
  schemaOf(message, isPublicMethod ? 'public' : 'private');

/** Some fields of a message: what a body or a query holds besides the path and the headers. */
export const shapeOf = (fields: readonly DescField[], place: 'body' | 'query' = 'body') =>
  Object.fromEntries(
    fields.map((field) => [field.jsonName, inputOf(field, place === 'body' ? json : query)]),
  );

function schemaOf(message: DescMessage, kind: keyof typeof forms): z.ZodType {
  const known = schemas[kind].get(message);
  if (known) return known;
  const form = forms[kind];
  const schema =
    form.of === 'json'
      ? bodySchemaOf(message, message.fields.filter(isPublic))
      : // Loose, so that it stays the message that it is.
        z.looseObject(
          Object.fromEntries(message.fields.map((one) => [one.localName, inputOf(one, form)])),
        );
  schemas[kind].set(message, schema);
  return schema;
}

/** What people fill in together or not at all; services may know better. */
function together(message: DescMessage, schema: z.ZodType): z.ZodType {
  return getOption(message, togetherOption).reduce((whole, { fields, otherwise }) => {
    const names = fields.map((name) => message.fields.find((one) => one.name === name)!.jsonName);
    const isWhole = (value: unknown) =>
      new Set(names.map((name) => Boolean((value as Record<string, unknown>)[name]))).size === 1;
    return whole.refine(isWhole, { message: otherwise, path: [names.at(-1)!] });
  }, schema);
}

function inputOf(field: DescField, form: Form): z.ZodType {
  const { label } = boundsOf(field);
  const schema = unlabelledOf(field, form);
  return label === '' ? schema : schema.meta({ title: label });
}

const nested = (message: DescMessage, { of, open }: Form) =>
  schemaOf(message, of === 'message' ? (open ? 'private' : 'public') : 'json');

function unlabelledOf(field: DescField, form: Form): z.ZodType {
  const { required, given, maxItems } = boundsOf(field);
  switch (field.fieldKind) {
    case 'list': {
      const item =
        field.listKind === 'message'
          ? nested(field.message, form)
          : // What a list holds says something.
            scalarOf(field, form, { ...boundsOf(field), required: !form.open });
      const most = maxItems || maxTogetherOf(field.message);
      const list = z.array(item).max(most || (form.open ? Infinity : itemsMax));
      if (required) return list.min(1);
      return given && form.of !== 'message' ? list : list.default([]);
    }
    case 'message': {
      const message = nested(field.message, form);
      return required ? message : message.optional();
    }
    case 'map':
      if (form.of === 'message') return z.unknown();
      throw new RangeError(`${String(field)}: no map is public yet`);
    default:
      return form.of === 'query' ? fromQuery(field, form) : scalarOf(field, form);
  }
}

/** A query is text: figures and switches are read from it. */
function fromQuery(field: DescField, form: Form): z.ZodType {
  if (field.scalar === ScalarType.INT32) {
    return z.preprocess(
      (text) => (text === undefined ? undefined : Number(text)),
      scalarOf(field, form),
    );
  }
  if (field.scalar === ScalarType.BOOL) {
    return z
      .enum(['true', 'false'])
      .default('false')
      .transform((text) => text === 'true');
  }
  return scalarOf(field, form);
}

function scalarOf(field: DescField, form: Form, bounds = boundsOf(field)): z.ZodType {
  const { required } = bounds;
  if (field.enum) {
    const values = field.enum.values.slice(required ? 1 : 0);
    if (form.of === 'message') return z.literal(values.map(({ number }) => number));
    const schema = z.enum(values.map(({ name }) => name));
    return required ? schema : schema.default(values[0]!.name);
  }
  switch (field.scalar) {
    case ScalarType.STRING:
      return textOf(field, bounds, form);
    case ScalarType.BOOL:
      return required && form.of !== 'message' ? z.boolean() : z.boolean().default(false);
    case ScalarType.INT32:
    case ScalarType.UINT32:
      return figureOf(field, bounds, form);
    case ScalarType.INT64:
    case ScalarType.UINT64:
      return centsOf(field, bounds, form);
    case ScalarType.BYTES:
      if (form.of === 'message') return fileOf(bounds);
      throw new RangeError(`${String(field)}: bytes are uploaded, not sent as JSON`);
    default:
      throw new RangeError(`${String(field)}: say how this type is read`);
  }
}

function fileOf({ required, maxLength }: Bounds): z.ZodType {
  return z
    .instanceof(Uint8Array)
    .refine((file) => !required || file.length > 0, 'le fichier est vide')
    .refine((file) => maxLength === 0 || file.length <= maxLength, 'le fichier est trop grand');
}

/** Amounts in cents: more than a JSON number holds exactly, so text (the canonical JSON of protobuf). */
function centsOf(field: DescField, { required, min = -1 }: Bounds, { of }: Form): z.ZodType {
  const isOptional = !required && field.presence === FeatureSet_FieldPresence.EXPLICIT;
  if (of === 'message') {
    const cents = min < 0 ? z.bigint() : z.bigint().min(BigInt(min));
    if (isOptional) return cents.optional();
    return required ? cents.refine((value) => value !== 0n, 'à renseigner') : cents;
  }
  const digits = min < 0 ? /^-?\d{1,15}$/ : min === 0 ? /^\d{1,15}$/ : /^[1-9]\d{0,14}$/;
  const cents = z.string().regex(digits, 'un montant entier en centimes est attendu');
  if (isOptional) return cents.optional();
  return required ? cents : cents.default('0');
}

function textOf(
  field: DescField,
  { maxLength, oneOf, pattern, patternName, format, verbatim, ...bounds }: Bounds,
  { of, open }: Form,
): z.ZodType {
  const required = bounds.required || (bounds.given && of !== 'message');
  if (field.name === 'market_code' && of !== 'message') {
    const code = z.string().regex(whole(marketCode, required), 'le code d’un marché est attendu');
    return required ? code : code.default('');
  }
  if (oneOf.length > 0) {
    return required ? z.enum(oneOf) : z.enum(['', ...oneOf]).default('');
  }
  if (format === Format.DAY) {
    const day = z
      .string()
      .refine(
        (text) => isLocalDate(text) || (!required && text === ''),
        'une date sous la forme AAAA-MM-JJ est attendue',
      )
      .meta({ format: 'date' });
    return required ? day : day.default('');
  }
  if (format === Format.UAI) {
    const uai = z
      .string()
      .trim()
      .toUpperCase()
      .refine(
        (text) => isUai(text) || (!required && text === ''),
        'un code UAI est attendu, avec sa lettre de contrôle',
      );
    return required ? uai : uai.default('');
  }
  const longest = maxLength || (field.name === 'cursor' ? cursorMax : open ? Infinity : textMax);
  const asItStands = verbatim || (open && !maxLength && !required);
  let text = asItStands ? z.string() : z.string().trim();
  if (longest !== Infinity) text = text.max(longest);
  if (required) text = text.min(1);
  if (pattern) text = text.regex(whole(pattern, required), `${patternName} est attendu`);
  return required ? text : text.default('');
}

const marketCode = '[a-z0-9][a-z0-9-]{1,39}';
const whole = (pattern: string, required: boolean) =>
  new RegExp(required ? `^${pattern}$` : `^(?:${pattern})?$`);

function figureOf(field: DescField, { required, min, max }: Bounds, form: Form): z.ZodType {
  if (field.name === 'limit') return limitOf(form);
  const figure = z
    .int()
    .min(min ?? -int32Max)
    .max(max ?? int32Max);
  // `optional` in the .proto: that it is given and that it is 0 are told apart.
  if (field.presence === FeatureSet_FieldPresence.EXPLICIT) {
    return required ? figure : figure.optional();
  }
  if (min !== undefined && min > 0) return figure;
  return required
    ? figure.refine((value) => value !== 0, 'ne peut pas être nul')
    : figure.default(0);
}

/** People say at least 1 or nothing; between services 0 is what stands where nothing was said. */
const limitOf = ({ of }: Form) =>
  of === 'query'
    ? z.int().min(1).max(pageLimitMax).default(pageLimitDefault)
    : z.int().min(0).max(pageLimitMax);

/** A message as people get it in JSON: what is not there is left out, everything else always stands. */
export const answerSchemaOf = <Message extends DescMessage>(message: Message) =>
  z.object(answerShapeOf(message)) as unknown as z.ZodType<Json<MessageShape<Message>>>;

/** The same field by field: for an answer that tells more than the message. */
export const answerShapeOf = <Message extends DescMessage>(message: Message) =>
  Object.fromEntries(
    message.fields.filter(isPublic).map((field) => [field.jsonName, answerOf(field)]),
  ) as unknown as AnswerShape<Json<MessageShape<Message>>>;

type AnswerShape<Answer> = { readonly [K in keyof Answer]-?: z.ZodType<Answer[K]> };

/** A field of an answer as people get it. */
export function answerOf(field: DescField): z.ZodType {
  if (field.fieldKind === 'list') {
    return z.array(field.listKind === 'message' ? answerSchemaOf(field.message) : told(field));
  }
  if (field.fieldKind === 'message') {
    const message = answerSchemaOf(field.message);
    return boundsOf(field).required ? message : message.optional();
  }
  const schema = told(field);
  const { json, required } = boundsOf(field);
  const always = required || (!json && field.presence !== FeatureSet_FieldPresence.EXPLICIT);
  return always ? schema : schema.optional();
}

function told(field: DescField): z.ZodType {
  const { oneOf, format, required, json } = boundsOf(field);
  if (json) return z.record(z.string(), z.unknown());
  if (field.enum) return z.enum(field.enum.values.map(({ name }) => name));
  if (field.scalar === ScalarType.BOOL) return z.boolean();
  if (field.scalar === ScalarType.INT32 || field.scalar === ScalarType.UINT32)
    return z.number().int();
  if (oneOf.length > 0) return z.enum(required ? oneOf : ['', ...oneOf]);
  // 64-bit figures and bytes travel as text.
  if (field.scalar === ScalarType.INT64) return z.string().regex(/^-?\d+$/);
  return format === Format.DAY ? z.string().regex(/^(\d{4}-\d{2}-\d{2})?$/) : z.string();
}
