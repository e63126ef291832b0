import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import iconv from 'iconv-lite';

export type AafEntity = 'EtabEducNat' | 'Eleve' | 'PersRelEleve' | 'PersEducNat';
export type AafEncoding = 'UTF-8' | 'ISO-8859-15';
export type AafAttributes = readonly (readonly [name: string, ...values: string[]])[];

const chunkChars = 256 * 1024;

/**
 * Writes one entity of an AAF-1D export, full or of changes, in parts of bounded size, keeping
 * only one chunk in memory, so that an export of any size can be written.
 */
export class AafFileWriter {
  readonly files: string[] = [];
  count = 0;
  private descriptor: number | undefined;
  private chunk = '';
  private inPart = 0;

  constructor(
    private readonly options: {
      folder: string;
      entity: AafEntity;
      exportedOn: string;
      encoding: AafEncoding;
      entriesPerPart: number;
      /** The word in the names of the files; full unless said otherwise. */
      extent?: 'Complet' | 'Delta';
    },
  ) {}

  add(id: string, attributes: AafAttributes): void {
    this.request(
      'addRequest',
      id,
      `<attributes>\n${attributes.map(attribute).join('')}</attributes>`,
    );
  }

  /** Each attribute's whole list is replaced; one empty value says that there is none any more. */
  modify(id: string, attributes: AafAttributes): void {
    const lists = attributes.map(
      ([name, ...values]) =>
        `<modification name="${name}" operation="replace">${valuesOf(values)}</modification>\n`,
    );
    this.request('modifyRequest', id, `<modifications>\n${lists.join('')}</modifications>`);
  }

  delete(id: string): void {
    this.request('deleteRequest', id, '');
  }

  private request(kind: string, id: string, content: string): void {
    if (this.inPart >= this.options.entriesPerPart) this.closePart();
    if (this.descriptor === undefined) this.openPart();
    const { entity } = this.options;
    const category = entity === 'EtabEducNat' ? 'categorieStructure' : 'categoriePersonne';
    this.write(
      `<${kind}><operationalAttributes><attr name="${category}"><value>${entity}</value></attr>` +
        `</operationalAttributes><identifier><id>${id}</id></identifier>\n${content}</${kind}>\n`,
    );
    this.inPart++;
    this.count++;
  }

  /** A full export names every entity, so one without entries still gets a file. */
  close(): void {
    if (this.descriptor === undefined && this.files.length === 0) this.openPart();
    this.closePart();
  }

  private openPart(): void {
    const { folder, entity, exportedOn, encoding, extent = 'Complet' } = this.options;
    const day = exportedOn.replaceAll('-', '');
    const name = `ENT1DVA-ENT17_${extent}_${day}_${entity}_${String(this.files.length).padStart(4, '0')}.xml`;
    this.files.push(name);
    this.descriptor = openSync(join(folder, name), 'w');
    const [year, month, date] = exportedOn.split('-');
    this.write(
      `<?xml version="1.0" encoding="${encoding}"?>\n` +
        '<!DOCTYPE ficAlimMENESR SYSTEM "ficAlimMENESR.dtd">\n' +
        '<!-- versionAF="AAF-VE2407" -->\n<!-- versionSDET="version 6.4" -->\n' +
        '<!-- codeAcademieExport="17" -->\n<!-- degre="1D" -->\n' +
        `<!-- dateGenerationExport="${date}/${month}/${year}" -->\n<ficAlimMENESR>\n`,
    );
  }

  private closePart(): void {
    if (this.descriptor === undefined) return;
    this.write('</ficAlimMENESR>\n');
    this.flush();
    closeSync(this.descriptor);
    this.descriptor = undefined;
    this.inPart = 0;
  }

  private write(text: string): void {
    this.chunk += text;
    if (this.chunk.length >= chunkChars) this.flush();
  }

  private flush(): void {
    const bytes =
      this.options.encoding === 'UTF-8' ? Buffer.from(this.chunk, 'utf8') : latin9(this.chunk);
    let offset = 0;
    while (offset < bytes.length) offset += writeSync(this.descriptor!, bytes, offset);
    this.chunk = '';
  }
}

const attribute = ([name, ...values]: AafAttributes[number]): string =>
  `<attr name="${name}">${valuesOf(values)}</attr>\n`;

const valuesOf = (values: readonly string[]): string =>
  values.map((value) => (value === '' ? '<value/>' : `<value>${escape(value)}</value>`)).join('');

/** What ISO-8859-15 cannot write becomes a numeric reference, as XML demands. */
function latin9(text: string): Buffer {
  const bytes = iconv.encode(text, 'ISO-8859-15');
  if (iconv.decode(bytes, 'ISO-8859-15') === text) return bytes;
  const referenced = [...text]
    .map((c) =>
      c.codePointAt(0)! < 0x80 || iconv.decode(iconv.encode(c, 'ISO-8859-15'), 'ISO-8859-15') === c
        ? c
        : `&#${c.codePointAt(0)};`,
    )
    .join('');
  return iconv.encode(referenced, 'ISO-8859-15');
}

function escape(value: string): string {
  return /[&<>]/.test(value)
    ? value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
    : value;
}
