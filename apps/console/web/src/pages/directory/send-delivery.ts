import { post, putFile, remove } from '../../api.js';
import type { ImportStarted, UploadBegun } from '../../api-types.js';

const uploadsPath = '/api/support/uploads';

export type DeliveryToSend = {
  readonly source: string;
  readonly uai: string;
  readonly datedOn: string;
  readonly planOnly: boolean;
};

/** Sends the files one after the other, and gives the import that reads them; nothing stays of what breaks off. */
export async function sendDelivery(
  delivery: DeliveryToSend,
  files: readonly File[],
  tell: (words: string) => void,
): Promise<string> {
  const { uploadId } = await post<UploadBegun>(uploadsPath, {
    ...delivery,
    bytes: files.reduce((sum, { size }) => sum + size, 0),
  });
  const path = `${uploadsPath}/${uploadId}`;
  try {
    for (const [index, file] of files.entries()) {
      tell(`Envoi du fichier ${index + 1} sur ${files.length}…`);
      await putFile(`${path}/files?${new URLSearchParams({ name: file.name })}`, file);
    }
    tell('Lecture des fichiers…');
    return (await post<ImportStarted>(`${path}/import`, {})).importId;
  } catch (error) {
    await remove(path, {}).catch(() => undefined);
    throw error;
  }
}
