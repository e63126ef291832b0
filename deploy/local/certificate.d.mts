export function localCertificate(folder: string): {
  readonly certificateFile: string;
  readonly keyFile: string;
};
