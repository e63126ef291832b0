import { z } from 'zod';
import { inFrench } from '#libs/http';
import { isLocalDate, type LocalDate } from '#libs/time';
import { fileInvalid, type Market, type ReadMarket } from './domain/market.js';
import { type FieldMistake, mistakesIn } from './domain/market-mistakes.js';
import { readMarketText } from './market-text.js';

const day = z
  .string()
  .refine(isLocalDate, 'une date sous la forme AAAA-MM-JJ est attendue')
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
    .regex(
      /^[a-z0-9][a-z0-9-]{1,39}$/,
      'minuscules, chiffres et tirets attendus, par exemple mon-marche-1',
    ),
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
  departments: z
    .array(
      z
        .string()
        .regex(/^(\d{2}|2[AB]|97\d)$/, 'un numéro de département est attendu, entre guillemets'),
    )
    .min(1),
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
        code: z
          .string()
          .regex(/^[A-Z][A-Z0-9_]{0,29}$/, 'majuscules, chiffres et _ attendus, par exemple ELEVE'),
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
    numberPrefix: z.string().regex(/^[A-Z0-9]{1,8}$/, 'un à huit chiffres ou majuscules attendus'),
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

/** Reads a market from the text of its file, JSON or YAML. Throws MarketFileInvalid with all mistakes together. */
export function parseMarketFile(content: string): Market {
  const { market, mistakes } = readMarketFile(content);
  if (!market) throw fileInvalid(mistakes);
  return market;
}

/** The market, or all mistakes of its file, each as `line, path : what is wrong`, in French. */
export function readMarketFile(content: string): ReadMarket {
  const { value, mistakes, told } = readMarketText(content);
  const parsed = marketFile.safeParse(value, { error: inWords });
  const issues = parsed.error?.issues.flatMap(fieldsOf) ?? [];
  const unreadable = issues.map(({ field }) => field);
  const inFields = [...issues, ...mistakesIn(parsed.data ?? asFarAsReadable(value), unreadable)];
  const all = [...mistakes, ...inFields.map(told).filter((one) => one !== undefined)];
  if (!parsed.success || all.length > 0) return { mistakes: mistakesTold(all) };
  const { $comment: _comment, ...market } = parsed.data;
  return { market, mistakes: [] };
}

/** What fits in a refusal; whoever has mended so many reads the others next time. */
function mistakesTold(all: readonly string[]): string[] {
  const first = all.slice(0, 100).map((one) => (one.length > 250 ? `${one.slice(0, 250)}…` : one));
  return all.length > 100 ? [...first, `et ${all.length - 100} autres points`] : first;
}

function fieldsOf(issue: z.core.$ZodIssue): FieldMistake[] {
  const { path, message } = issue;
  return issue.code === 'unrecognized_keys'
    ? issue.keys.map((key) => ({ field: [...path, key].join('.'), message: 'champ inconnu' }))
    : [{ field: path.join('.'), message }];
}

/** Who writes a file has no list before the eyes: the values that may stand are told. */
const inWords: typeof inFrench = (issue) =>
  issue.code === 'invalid_value' && issue.input !== undefined
    ? `l’une de ces valeurs est attendue : ${issue.values.join(', ')}`
    : inFrench(issue);

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

/** The JSON Schema of a market's file, as it is published (MKT-1): made from what the file is read with. */
export function marketSchema(): Record<string, unknown> {
  return {
    ...z.toJSONSchema(marketFile, { io: 'input', target: 'draft-2020-12' }),
    title: 'Market',
    description:
      'The file of a market of the purchasing group, in JSON or YAML. Rules between fields are checked on loading.',
  };
}
