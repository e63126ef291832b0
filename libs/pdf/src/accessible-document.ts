import PDFDocument from 'pdfkit';
import { type Face, faceOf, faces } from './faces.js';
import { type MetadataExtension, pdfUa, xmpOf } from './xmp.js';

export type SheetInfo = {
  readonly title: string;
  readonly author: string;
  readonly date: Date;
  /** Of a paper that names people, nothing stays in the process once it is written. */
  readonly isPersonal?: boolean;
  /**
   * Each page is somebody else's: a printer that could take both sides of a sheet is told not to, and no page says how
   * many there are beside it.
   */
  readonly isOneSided?: boolean;
};

const producer = 'ENT du groupement';

/**
 * A file that is PDF/A-3a (kept for years: fonts and colours in it) and PDF/UA-1 (read out to who does not see it) at once.
 * pdfkit offers one of the two as a subset: it is asked for the first, and the metadata are ours, which say both.
 */
export class AccessibleDocument extends PDFDocument {
  private readonly extensions: MetadataExtension[] = [pdfUa];

  constructor(
    private readonly about: SheetInfo,
    margins: PDFKit.PDFDocumentOptions['margins'],
  ) {
    super({
      size: 'A4',
      ...(margins ? { margins } : {}),
      bufferPages: true,
      lang: 'fr-FR',
      displayTitle: true,
      tagged: true,
      pdfVersion: '1.7',
      subset: 'PDF/A-3a',
      // A font that is not embedded would be none of both.
      font: parsed('regular', about),
      // The dates come from what is printed, so that the same content always gives the same bytes.
      info: {
        Title: about.title,
        Author: about.author,
        Producer: producer,
        Creator: producer,
        CreationDate: about.date,
        ModDate: about.date,
      },
    });
    if (about.isOneSided) this.preferences['Duplex'] = 'Simplex';
    for (const face of faces) this.registerFont(nameOf(face), parsed(face, about));
  }

  /** Under their own names, by which pdfkit knows what it has: else it opens and compares a font at each text. */
  takeFace(face: Face): this {
    return this.font(nameOf(face));
  }

  /** What pdfkit tells a viewer (PDF 1.7, table 150), which its types do not know. */
  private get preferences(): Record<string, unknown> {
    type Root = {
      readonly data: { readonly ViewerPreferences: { readonly data: Record<string, unknown> } };
    };
    return (this as unknown as { readonly _root: Root })._root.data.ViewerPreferences.data;
  }

  extend(extension: MetadataExtension): void {
    this.extensions.push(extension);
  }

  /** pdfkit calls it last of all; its own writes a title with "&" as no XML. */
  _addInfo(): void {
    this.appendXML(xmpOf({ ...this.about, producer }, this.extensions));
  }
}

/** Parsed already, which its types do not know. */
function parsed(face: Face, { isPersonal = false }: SheetInfo): string {
  return faceOf(face, isPersonal ? 'plain' : 'remembering') as unknown as string;
}

function nameOf(face: Face): string {
  return faceOf(face).postscriptName!;
}
