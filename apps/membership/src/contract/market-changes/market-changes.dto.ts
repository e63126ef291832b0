import type { MessageInitShape } from '@bufbuild/protobuf';
import { z } from 'zod';
import type {
  AmendmentSchema,
  MarketSummarySchema,
  MarketVersionSchema,
  ShowMarketResponseSchema,
} from '#libs/contracts';
import { defineProblem } from '#libs/problems';
import { isLocalDate, type LocalDate } from '#libs/time';
import { dayOf, toMarketMessage } from '../markets/markets.module.js';
import type { JudgedAmendment } from './amend-market.js';
import type { MarketView, VersionView } from './market-views.pg.js';

export class MarketRequestInvalid extends defineProblem('MARKET_REQUEST_INVALID', 'invalid') {}

const day = z.string().refine(isLocalDate) as unknown as z.ZodType<LocalDate>;
const documentId = z.string().min(1).max(100);

const fixing = z.object({ which: z.enum(['NOTIFICATION', 'EFFECTIVE']), on: day, documentId });
const amending = z.object({
  number: z.string().trim().min(1).max(60),
  signedOn: day,
  effectiveOn: day,
  documentId,
});

/** Throws MarketRequestInvalid with the fields to complete. */
export const fromFixDate = (request: object) => parsed(fixing, request);
export const fromAmendMarket = (request: object) => parsed(amending, request);

function parsed<T>(schema: z.ZodType<T>, request: object): T {
  const result = schema.safeParse(request);
  if (result.success) return result.data;
  const fields = result.error.issues.map(({ path }) => path.join('.'));
  throw new MarketRequestInvalid(`Complétez ou corrigez : ${fields.join(', ')}.`, { fields });
}

const horizonMaxDays = 3660;
const horizonDefaultDays = 366;

/** Days to look ahead: 1 to ten years, a year where nothing is asked. */
export function horizonOf(days: number): number {
  return days <= 0 ? horizonDefaultDays : Math.min(days, horizonMaxDays);
}

export function toSummaryMessage(view: MarketView): MessageInitShape<typeof MarketSummarySchema> {
  const { market, version, inForce } = view;
  const { effectiveOn, endsOn } = market.calendar;
  return {
    code: market.code,
    title: market.title,
    effectiveOn: dayOf(effectiveOn),
    endsOn,
    effectiveOnIsFixed: effectiveOn.actual !== undefined,
    version,
    inForce,
  };
}

export function toShowMessage(view: MarketView): MessageInitShape<typeof ShowMarketResponseSchema> {
  const { notificationOn, effectiveOn } = view.market.calendar;
  return {
    market: toMarketMessage(view),
    terms: JSON.stringify(view.market),
    sha256: view.sha256,
    inForce: view.inForce,
    notification: { planned: notificationOn.planned, actual: notificationOn.actual ?? '' },
    effective: { planned: effectiveOn.planned, actual: effectiveOn.actual ?? '' },
  };
}

export function toVersionMessage(view: VersionView): MessageInitShape<typeof MarketVersionSchema> {
  const { changes, recordedOn = '', document, ...rest } = view;
  return { ...rest, changes: [...changes], recordedOn, ...(document ? { restsOn: document } : {}) };
}

export function toAmendmentMessage(
  amendment: JudgedAmendment & { readonly version?: number },
): MessageInitShape<typeof AmendmentSchema> {
  const { amendmentId, number, signedOn, effectiveOn, changes, by, on, version = 0 } = amendment;
  const { kind, title, sha256, datedOn } = amendment.document;
  return {
    amendmentId,
    number,
    signedOn,
    effectiveOn,
    document: { kind, title, sha256, datedOn },
    changes: [...changes],
    recordedBy: by,
    recordedOn: on,
    version,
  };
}
