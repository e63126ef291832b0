import { z } from 'zod';
import { isLocalDate, type LocalDate } from '#libs/time';
import { type Market, MarketFileInvalid, mistakesIn } from './domain/market.js';

const day = z
  .string()
  .refine(isLocalDate, 'expected a day, YYYY-MM-DD') as unknown as z.ZodType<LocalDate>;
const plannedDate = z.strictObject({ planned: day, actual: day.optional() });
const profile = z.enum(['STUDENT', 'RELATIVE', 'TEACHER', 'PERSONNEL', 'GUEST']);
const text = z.string().trim().min(1).max(500);
const compact = z.string().transform((value) => value.replace(/\s/g, ''));

/** A market's file (MKT-1). Unknown fields are mistakes: a misspelt parameter must not be ignored. */
export const marketFile = z.strictObject({
  $comment: z.string().optional(),
  code: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{1,39}$/, 'expected lower-case letters, digits, hyphens'),
  title: text,
  supplier: z.strictObject({
    name: text,
    siret: compact,
    vatNumber: compact,
    address: text,
    iban: compact,
    legalMentions: text,
  }),
  coordinatorSiren: compact,
  departments: z.array(z.string().regex(/^(\d{2}|2[AB]|97\d)$/)).min(1),
  calendar: z.strictObject({
    adhesionDeadline: day,
    tenderEarliestOn: day,
    notificationOn: plannedDate,
    effectiveOn: plannedDate,
    durationMonths: z.int().min(1).max(120),
    endsOn: day,
    contractYears: z.array(day).min(1).max(10),
    lockInMonths: z.int().min(0).max(120),
    noticeWindowMonths: z.int().min(0).max(120),
  }),
  items: z
    .array(
      z.strictObject({
        code: z.string().regex(/^[A-Z][A-Z0-9_]{0,29}$/, 'expected upper-case letters, digits, _'),
        label: text,
        profile,
        groupMaximum: z.int().min(0).max(2_147_483_647).default(0),
        memberMaximum: z.int().min(0).max(2_147_483_647).optional(),
      }),
    )
    .min(1)
    .max(50),
  adhesionBasis: z.enum(['SENT', 'RECEIVED']).default('SENT'),
  floorScope: z.enum(['ITEM', 'TOTAL']).default('ITEM'),
  decreaseNoticeDays: z.int().min(0).max(366).default(1),
  billing: z.strictObject({
    basis: z.enum(['ORDERED', 'METERED']).default('ORDERED'),
    period: z.enum(['QUARTER', 'YEAR']).default('QUARTER'),
    numberPrefix: z.string().regex(/^[A-Z0-9]{1,8}$/),
    contestDays: z.int().min(0).max(90).default(10),
    paymentTermDays: z.int().min(1).max(90).default(30),
  }),
  accounts: z.strictObject({
    overQuota: z.enum(['WAIT', 'DRAFT_ORDER', 'TOLERATE']).default('WAIT'),
    // Required with TOLERATE, refused without it.
    toleranceDays: z.int().min(1).max(366).optional(),
    tolerancePercent: z.int().min(1).max(100).optional(),
    graceDays: z.int().min(0).max(92).default(92),
    waysIn: z.array(
      z.strictObject({ profile, way: z.enum(['LOCAL', 'ACADEMIC_SSO', 'EDUCONNECT']) }),
    ),
  }),
});

/** What a market's file may say. */
export type MarketFile = z.input<typeof marketFile>;

const contentMax = 200_000;

/** Reads a market from the JSON text of its file. Throws MarketFileInvalid with all mistakes together. */
export function parseMarketFile(content: string): Market {
  if (content.length > contentMax) throw invalid(['(file): larger than 200,000 characters']);
  const parsed = marketFile.safeParse(readJson(content));
  if (!parsed.success) {
    throw invalid(
      parsed.error.issues.map((issue) => `${issue.path.join('.') || '(file)'}: ${issue.message}`),
    );
  }
  const { $comment: _comment, ...market } = parsed.data;
  const mistakes = mistakesIn(market);
  if (mistakes.length > 0) throw invalid(mistakes);
  return market;
}

function readJson(content: string): unknown {
  try {
    return JSON.parse(content) as unknown;
  } catch (error) {
    throw invalid([`(file): not JSON: ${(error as Error).message}`]);
  }
}

function invalid(mistakes: string[]): MarketFileInvalid {
  return new MarketFileInvalid(
    `Le fichier du marché contient ${mistakes.length} erreur(s) : corrigez-les puis rechargez-le. ${mistakes.join(' ; ')}`,
    { mistakes },
  );
}
