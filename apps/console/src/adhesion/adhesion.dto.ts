import { z } from 'zod';
import { isLocalDate } from '#libs/time';

const day = z
  .string()
  .refine(isLocalDate, 'une date sous la forme AAAA-MM-JJ est attendue')
  .meta({ format: 'date' });
const id = z.string().max(100);
const page = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).default(''),
};

export const documentBytesMax = 20 * 1024 * 1024;

const owner = { membership: id.default(''), market: id.default(''), organisation: id.default('') };
export const documentsQuery = z.object({ ...owner, kind: id.default(''), ...page });
export type DocumentsQuery = z.infer<typeof documentsQuery>;
export const uploadQuery = z
  .object({
    ...owner,
    kind: z.string().min(1).max(60),
    title: z.string().trim().min(1).max(200),
    fileName: z.string().max(300),
    datedOn: day,
  })
  .meta({ description: 'Le fichier est le corps de la demande' });
export type UploadQuery = z.infer<typeof uploadQuery>;
