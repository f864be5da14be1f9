import type { X509Certificate } from 'node:crypto';
import { hostname } from 'node:os';
import { err, ok, type Result } from '../../base/result.ts';
import type { ListenAddress, TlsCredentials } from '../../plane/messages.ts';
import { isWildcard } from '../../plane/sockets/socket-address.ts';
import type { CertificateFiles, TlsConfig } from '../config/config.ts';
import type { Log } from '../log/log.ts';
import { checkSecrecy, readCertificate } from './certificate-files.ts';
import { checkNames, checkValidity, formatDate } from './check-certificate.ts';
import { makeSelfSigned } from './self-signed.ts';

const dayMs = 86_400_000;

/** Reads the server's certificate and key, at start and at each reload, and tells every day if their end is near. */
export class CertificateKeeper {
  private readonly log: Log;
  private readonly timer: NodeJS.Timeout;
  private certificate: X509Certificate | undefined;
  private selfSigned: TlsCredentials | undefined;
  private file = '';

  constructor(log: Log) {
    this.log = log;
    this.timer = setInterval(() => this.tellTime(), dayMs);
    this.timer.unref();
  }

  /** The error says why they can't be used; then those read before stay the ones whose time is told. */
  read({ certificate, listen }: TlsConfig): Result<TlsCredentials, string> {
    return certificate === 'ephemeral' ? ok(this.makeOnce(listen)) : this.readFiles(certificate);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private makeOnce(listen: readonly ListenAddress[]): TlsCredentials {
    this.certificate = undefined;
    if (this.selfSigned === undefined) {
      const addresses = listen.filter((address) => !isWildcard(address)).map(({ address }) => address);
      this.selfSigned = makeSelfSigned(hostname() || 'ringzone', addresses, Date.now());
      const message = 'tls: made a certificate for ourselves: clients can encrypt, but not authenticate this server';
      this.log.info('general', message);
    }
    return this.selfSigned;
  }

  private readFiles(files: CertificateFiles): Result<TlsCredentials, string> {
    const checked = readCertificate(files);
    if (!checked.ok) return err(`tls: ${checked.error}`);
    const { certificate, credentials } = checked.value;
    const isNew = certificate.fingerprint256 !== this.certificate?.fingerprint256;
    this.certificate = certificate;
    this.file = files.certFile;
    if (isNew) this.log.info('general', `tls: certificate ${describe(certificate)}`);
    for (const warning of [...checkNames(certificate, files.certFile), ...checkSecrecy(files.keyFile)])
      this.warn(warning);
    this.tellTime();
    return ok(credentials);
  }

  private tellTime(): void {
    if (this.certificate === undefined) return;
    for (const warning of checkValidity(this.certificate, this.file, Date.now())) this.warn(warning);
  }

  private warn(message: string): void {
    this.log.warning('general', `tls: ${message}`);
  }
}

function describe({ subject, subjectAltName, validTo }: X509Certificate): string {
  const names = [subject?.replaceAll('\n', ', '), subjectAltName].filter((name) => name !== undefined && name !== '');
  return `${names.join('; ')}; valid until ${formatDate(Date.parse(validTo))}`;
}
