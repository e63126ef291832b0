import { z } from 'zod';
import { isLocalDate } from '#libs/time';

export const day = z
  .string()
  .refine(isLocalDate, 'une date sous la forme AAAA-MM-JJ est attendue')
  .meta({ format: 'date' });
export const line = z.string().trim().max(200);
const id = z.string().min(1).max(100);
const market = z.string().regex(/^[a-z0-9][a-z0-9-]{1,39}$/, 'le code d’un marché est attendu');

export const marketQuery = z.object({ market });
export type MarketQuery = z.infer<typeof marketQuery>;
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).default(''),
});
export type PageQuery = z.infer<typeof pageQuery>;
export const marketPageQuery = marketQuery.extend(pageQuery.shape);
export type MarketPageQuery = z.infer<typeof marketPageQuery>;

// ---------------------------------------------------------------- committees (GOV-5)
export const committeeBody = z.object({
  market,
  kind: z.enum(['STEERING', 'DEPARTMENTAL']),
  department: z.string().max(3).default(''),
});
export type CommitteeBody = z.infer<typeof committeeBody>;
export const compositionBody = z.object({
  seats: z
    .array(
      z.object({
        functionTitle: line.min(1),
        organisation: line.min(1),
        organisationId: z.string().max(100).default(''),
        side: z.enum(['EDUCATION_NATIONALE', 'COLLECTIVITE', 'OTHER']),
      }),
    )
    .max(100),
});
export type CompositionBody = z.infer<typeof compositionBody>;
export const meetingBody = z.object({
  meetsOn: day,
  startsAt: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'une heure sous la forme HH:MM'),
  place: line.min(1),
  agenda: z.array(line.min(1)).min(1).max(50),
});
export type MeetingBody = z.infer<typeof meetingBody>;
export const attendanceBody = z.object({
  attendances: z
    .array(
      z.object({
        number: z.number().int().min(1).max(100),
        outcome: z.enum(['PRESENT', 'REPRESENTED', 'EXCUSED', 'ABSENT']),
        representedByFunction: line.default(''),
        representedByOrganisation: line.default(''),
      }),
    )
    .min(1)
    .max(100),
});
export type AttendanceBody = z.infer<typeof attendanceBody>;
export const minutesBody = z.object({ documentId: id });
export type MinutesBody = z.infer<typeof minutesBody>;

// ---------------------------------------------------------------- activity (GOV-1)
export const publishedListBody = z.object({
  market,
  content: z.enum(['NOTHING', 'NAMES']),
  reason: z.string().trim().max(2_000).default(''),
});
export type PublishedListBody = z.infer<typeof publishedListBody>;

// ---------------------------------------------------------------- documents for execution (GOV-4)
export const sendBody = z.object({
  market,
  documentId: id,
  kind: z.enum([
    'ACTE_ENGAGEMENT',
    'CCAP',
    'CCTP',
    'BPU',
    'BPU_REVISION',
    'NOTIFICATION',
    'CONVENTION',
    'DELIBERATION',
    'ANNEXE2',
    'ORDER',
    'AMENDMENT',
  ]),
  membershipIds: z
    .array(id)
    .max(2_000)
    .default([])
    .meta({ description: 'Vide : tous ceux que le document concerne' }),
});
export type SendBody = z.infer<typeof sendBody>;
