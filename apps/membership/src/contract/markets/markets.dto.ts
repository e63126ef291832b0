import { parseDocument } from 'yaml';
import { z } from 'zod';
import { isLocalDate, type LocalDate } from '#libs/time';
import { fileInvalid, type Market, type ReadMarket } from './domain/market.js';
import { mistakesIn } from './domain/market-mistakes.js';

const day = z
  .string()
  .refine(isLocalDate, 'expected a day, YYYY-MM-DD')
  .meta({ format: 'date' }) as unknown as z.ZodType<LocalDate>;
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

/** Reads a market from the text of its file, JSON or YAML. Throws MarketFileInvalid with all mistakes together. */
export function parseMarketFile(content: string): Market {
  const { market, mistakes } = readMarketFile(content);
  if (!market) throw fileInvalid(mistakes);
  return market;
}

/** The market, or all mistakes of its file, each as `path: what is wrong`. */
export function readMarketFile(content: string): ReadMarket {
  if (content.length > contentMax) return { mistakes: ['(file): larger than 200,000 characters'] };
  const { value, mistakes } = readText(content);
  if (mistakes.length > 0) return { mistakes };
  const parsed = marketFile.safeParse(value);
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => ({
      path: path.join('.'),
      message,
    }));
    const unreadable = issues.map(({ path }) => path);
    return {
      mistakes: [
        ...issues.map(({ path, message }) => `${path || '(file)'}: ${message}`),
        ...mistakesIn(asFarAsReadable(value), unreadable),
      ],
    };
  }
  const { $comment: _comment, ...market } = parsed.data;
  const inFields = mistakesIn(market);
  return inFields.length > 0 ? { mistakes: inFields } : { market, mistakes: [] };
}

/** JSON where it begins like it, else YAML 1.2 (core schema: an unquoted day stays text). */
function readText(content: string): { value?: unknown; mistakes: string[] } {
  if (!content.trimStart().startsWith('{')) return readYaml(content);
  try {
    return { value: JSON.parse(content) as unknown, mistakes: [] };
  } catch (error) {
    return { mistakes: [`(file): not JSON: ${(error as Error).message}`] };
  }
}

function readYaml(content: string): { value?: unknown; mistakes: string[] } {
  const document = parseDocument(content, { schema: 'core', uniqueKeys: true });
  if (document.errors.length > 0) {
    return {
      mistakes: document.errors.map(({ linePos, message }) => {
        const [what = ''] = message.split('\n');
        return `(file)${linePos ? ` line ${linePos[0].line}` : ''}: not YAML: ${what}`;
      }),
    };
  }
  try {
    return { value: document.toJS({ maxAliasCount: 20 }) as unknown, mistakes: [] };
  } catch (error) {
    // More aliases than a file written by hand has.
    return { mistakes: [`(file): not YAML: ${(error as Error).message}`] };
  }
}

/** The fields as they would be read; those that cannot be are named beside it and not looked at. */
function asFarAsReadable(value: unknown): Market {
  const raw = (typeof value === 'object' ? { ...value } : {}) as Partial<Market>;
  const { supplier, accounts } = raw as { supplier?: unknown; accounts?: unknown };
  return {
    ...raw,
    coordinatorSiren: compacted(raw.coordinatorSiren),
    supplier: mapped(supplier, compacted),
    accounts: { overQuota: 'WAIT', ...(accounts as object) },
  } as Market;
}

const compacted = (value: unknown) =>
  typeof value === 'string' ? value.replace(/\s/g, '') : value;
const mapped = (value: unknown, each: (entry: unknown) => unknown) =>
  Object.fromEntries(
    Object.entries((value ?? {}) as object).map(([name, entry]) => [name, each(entry)]),
  );
