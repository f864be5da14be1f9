/** The server's certificate and key, from their files. */
import { readFileSync, statSync } from 'node:fs';
import type { Diagnostic, Severity } from '../../base/diagnostic.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { reasonOf } from '../../zonefile/zone-source.ts';
import type { ConfigCode } from '../config/codes.ts';
import type { CertificateFiles } from '../config/config.ts';
import { type CheckedCredentials, checkCredentials, checkNames, checkValidity } from './check-certificate.ts';

/** The error says what is wrong with which file, and the cure. */
export function readCertificate({ certFile, keyFile }: CertificateFiles): Result<CheckedCredentials, string> {
  const certificate = readPem(certFile);
  const key = readPem(keyFile);
  if (!certificate.ok) return certificate;
  if (!key.ok) return key;
  return checkCredentials({ certFile, certificate: certificate.value, keyFile, key: key.value });
}

/** What a person must know of both, for `check`: why they can't be used, else what is weak in them. */
export function diagnoseCertificate(files: CertificateFiles, nowMs: number): readonly Diagnostic[] {
  const tell = (severity: Severity, message: string): Diagnostic => ({ severity, code, message: `tls: ${message}` });
  const read = readCertificate(files);
  if (!read.ok) return [tell('error', read.error)];
  const { certificate } = read.value;
  const { certFile, keyFile } = files;
  return [
    ...checkNames(certificate, certFile),
    ...checkSecrecy(keyFile),
    ...checkValidity(certificate, certFile, nowMs),
  ].map((warning) => tell('warning', warning));
}

const code: ConfigCode = 'CF38';

function readPem(file: string): Result<string, string> {
  try {
    return ok(readFileSync(file, 'latin1'));
  } catch (error) {
    const cure =
      (error as NodeJS.ErrnoException).code === 'EACCES'
        ? 'the user that the server starts as must be able to read it'
        : 'docs/configuration.md shows how to make one';
    return err(`cannot read ${file}: ${reasonOf(error)}; ${cure}`);
  }
}

export function checkSecrecy(keyFile: string): readonly string[] {
  try {
    if ((statSync(keyFile).mode & 0o004) === 0) return [];
  } catch {
    return [];
  }
  return [`every user of this machine can read the key in ${keyFile}: chmod o-r ${keyFile}`];
}
