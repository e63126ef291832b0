import { z } from 'zod';

export const ownAuditQuery = z.object({
  subject: z.string().max(200).default('').meta({
    description: 'Exactement un objet, par exemple document:… ; vide : tous',
  }),
  action: z
    .string()
    .regex(/^([a-z][a-z0-9-]*\.?)*$/, 'le nom d’une action est attendu')
    .max(100)
    .default('')
    .meta({ description: 'Une action, ou toutes celles d’un début terminé par un point (order.)' }),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).default(''),
});
export type OwnAuditQuery = z.infer<typeof ownAuditQuery>;

export const auditQuery = ownAuditQuery.extend({
  market: z.string().regex(/^[a-z0-9][a-z0-9-]{1,39}$/, 'le code d’un marché est attendu'),
});
export type AuditQuery = z.infer<typeof auditQuery>;
