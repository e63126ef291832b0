import { z } from 'zod';
import type { LocalDate } from '#libs/time';

/**
 * The shapes of answers, for people who call the API. The compiler holds each against what the
 * route returns (`satisfies`): a field that is not described, or whose type is another, does not
 * compile here.
 */
export type AnswerOf<Method extends (...args: never[]) => unknown> = z.ZodType<
  AsJson<Awaited<ReturnType<Method>>>
>;

/** As it travels: a date is text, what is undefined is left out. */
type AsJson<T> = T extends LocalDate
  ? string
  : T extends readonly (infer Item)[]
    ? AsJson<Item>[]
    : T extends object
      ? { [K in keyof T as undefined extends T[K] ? never : K]: AsJson<T[K]> } & {
          [K in keyof T as undefined extends T[K] ? K : never]?: AsJson<Exclude<T[K], undefined>>;
        }
      : T;

export const text = z.string();
export const count = z.number().int();
export const day = z
  .string()
  .regex(/^(\d{4}-\d{2}-\d{2})?$/)
  .meta({ description: 'AAAA-MM-JJ; empty where there is none' });
export const nextCursor = text.meta({ description: 'Of the next page; empty on the last' });
