import { DocumentSchema, ListDocumentsResponseSchema } from '#libs/contracts';
import { answerSchemaOf } from '#libs/http';

export const document = answerSchemaOf(DocumentSchema);
export const documents = answerSchemaOf(ListDocumentsResponseSchema);
