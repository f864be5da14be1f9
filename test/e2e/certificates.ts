/** Certificates for tests, made with openssl. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { findCommand } from '../interop/lib/judge.ts';

const command = findCommand('openssl');
export const hasOpenssl = command !== undefined;
if (!hasOpenssl) console.warn('skipped: openssl is not installed');

export interface CertificateWish {
  readonly subject?: string;
  /** `DNS:ns1.example.com,IP:127.0.0.1`; none where it is empty. */
  readonly names?: string;
  readonly key?: readonly string[];
  /** Of who signs it; by itself where none is given. */
  readonly authority?: CertificateFiles;
}

export interface CertificateFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

const ecdsa = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];

/** `NAME.pem` and `NAME.key` in the folder. Valid for 30 days. */
export function makeCertificate(folder: string, name: string, wish: CertificateWish = {}): CertificateFiles {
  const { subject = '/CN=ns1.example.com', names = 'DNS:ns1.example.com,IP:127.0.0.1', key = ecdsa, authority } = wish;
  const files = { certFile: join(folder, `${name}.pem`), keyFile: join(folder, `${name}.key`) };
  openssl(
    'req',
    '-x509',
    ...key,
    '-nodes',
    '-days',
    '30',
    '-subj',
    subject,
    '-keyout',
    files.keyFile,
    '-out',
    files.certFile,
    [
      ...(names === '' ? [] : ['-addext', `subjectAltName=${names}`]),
      ...(authority === undefined ? [] : ['-CA', authority.certFile, '-CAkey', authority.keyFile]),
    ],
  );
  return files;
}

/** Nothing where it is not installed. */
export function openssl(...args: readonly (string | readonly string[])[]): void {
  if (command !== undefined) execFileSync(command, args.flat(), { stdio: ['ignore', 'ignore', 'pipe'] });
}
