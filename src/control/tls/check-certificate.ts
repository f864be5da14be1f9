/** Whether a certificate and its key are good for a server, and for how long. */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { err, ok, type Result } from '../../base/result.ts';
import type { TlsCredentials } from '../../plane/messages.ts';
import { tlsOptions } from '../../plane/tls-options.ts';

/** What was read, and where. */
export interface CredentialFiles {
  readonly certFile: string;
  readonly certificate: string;
  readonly keyFile: string;
  readonly key: string;
}

export interface CheckedCredentials {
  readonly credentials: TlsCredentials;
  readonly certificate: X509Certificate;
}

/** The error says what is wrong with which file, and the cure. */
export function checkCredentials(files: CredentialFiles): Result<CheckedCredentials, string> {
  const certificates = parseCertificates(files);
  if (!certificates.ok) return certificates;
  const key = parseKey(files);
  if (!key.ok) return key;
  const [certificate] = certificates.value;
  if (certificate === undefined || !certificate.checkPrivateKey(key.value)) {
    return err(describeMismatch(files, certificates.value, key.value));
  }
  const credentials = { certificate: files.certificate, key: files.key };
  try {
    createSecureContext(tlsOptions(credentials));
  } catch (error) {
    // For example keys that are too short for OpenSSL.
    return err(`${files.certFile} and ${files.keyFile} can't be used: ${reasonOf(error)}`);
  }
  return ok({ credentials, certificate });
}

const dayMs = 86_400_000;
/** Sooner than this an end is told: certificates that live 90 days are renewed after 60. */
const warnDays = 14;

/** What about its time a person must know; nothing as long as it is far from both ends. */
export function checkValidity(certificate: X509Certificate, file: string, nowMs: number): readonly string[] {
  const fromMs = Date.parse(certificate.validFrom);
  const toMs = Date.parse(certificate.validTo);
  if (nowMs < fromMs) {
    return [
      `the certificate in ${file} is not valid before ${formatDate(fromMs)}: clients refuse it; is the clock right?`,
    ];
  }
  const days = Math.floor(Math.abs(toMs - nowMs) / dayMs);
  if (nowMs >= toMs) {
    return [
      `the certificate in ${file} has expired on ${formatDate(toMs)}${days === 0 ? '' : `, ${countDays(days)} ago`}: clients that authenticate this server refuse it; renew it and reload`,
    ];
  }
  if (toMs - nowMs >= warnDays * dayMs) return [];
  return [
    `the certificate in ${file} expires on ${formatDate(toMs)}, ${days === 0 ? 'within a day' : `in ${countDays(days)}`}: renew it and reload`,
  ];
}

/** Certificates that serve, but not everybody. */
export function checkNames({ subject, subjectAltName }: X509Certificate, file: string): readonly string[] {
  if (subject === undefined || subject === '') {
    return [`the certificate in ${file} has no subject: kdig can't connect; make one with a common name (CN)`];
  }
  if (subjectAltName !== undefined) return [];
  return [
    `the certificate in ${file} has no subjectAltName: clients that authenticate this server refuse it; make one with its names and addresses`,
  ];
}

function parseCertificates({ certificate, certFile }: CredentialFiles): Result<readonly X509Certificate[], string> {
  const blocks = certificate.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) return err(`${certFile} has no certificate: ${whatElse(certificate, 'x509', certFile)}`);
  try {
    return ok(blocks.map((block) => new X509Certificate(block)));
  } catch (error) {
    return err(`the certificate in ${certFile} is damaged: ${reasonOf(error)}`);
  }
}

function parseKey({ key, keyFile }: CredentialFiles): Result<KeyObject, string> {
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(key)) {
    return err(
      `the key in ${keyFile} is encrypted, and there is nobody to ask for its password; decrypt it: openssl pkey -in ${keyFile} -out key.pem`,
    );
  }
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(key)) {
    return err(`${keyFile} has no private key: ${whatElse(key, 'pkey', keyFile)}`);
  }
  try {
    return ok(createPrivateKey(key));
  } catch (error) {
    return err(`the key in ${keyFile} is damaged: ${reasonOf(error)}`);
  }
}

function whatElse(text: string, command: 'x509' | 'pkey', file: string): string {
  if (text.trim() === '') return 'it is empty';
  if (text.includes('-----BEGIN')) return 'it holds something else; are cert-file and key-file exchanged?';
  return `it is not in PEM; if it is in DER, convert it: openssl ${command} -inform der -in ${file} -out ${command === 'x509' ? 'cert' : 'key'}.pem`;
}

function describeMismatch(files: CredentialFiles, certificates: readonly X509Certificate[], key: KeyObject): string {
  const { certFile, keyFile } = files;
  const place = certificates.findIndex((certificate) => certificate.checkPrivateKey(key));
  return place > 0
    ? `${certFile}: the key in ${keyFile} belongs to certificate ${place + 1} of this file; the server's own must stand first, then those above it`
    : `the key in ${keyFile} doesn't belong to the certificate in ${certFile}; give the key that the certificate was made with`;
}

function countDays(days: number): string {
  return days === 1 ? '1 day' : `${days} days`;
}

/** `2026-12-01 12:00 UTC`. */
export function formatDate(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function reasonOf(error: unknown): string {
  const { reason, message } = error as Error & { readonly reason?: string };
  return reason ?? message;
}
