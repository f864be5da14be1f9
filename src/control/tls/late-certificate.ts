import { ok, type Result } from '../../base/result.ts';
import type { TlsCredentials } from '../../plane/messages.ts';
import type { Config } from '../config/config.ts';
import type { Log } from '../log/log.ts';
import type { CertificateKeeper } from './certificate-keeper.ts';

/** The server's certificate. What TLS needs is loaded only where it is wanted. */
export class LateCertificate {
  private readonly log: Log;
  private keeper: CertificateKeeper | undefined;

  constructor(log: Log) {
    this.log = log;
  }

  /** To be read before privileges are dropped. `undefined`: no TLS. */
  async read({ tls }: Config): Promise<Result<TlsCredentials | undefined, string>> {
    if (tls === undefined) return ok(undefined);
    const { CertificateKeeper: Loaded } = await import('./certificate-keeper.ts');
    this.keeper ??= new Loaded(this.log);
    return this.keeper.read(tls);
  }

  /** One that has been renewed; `undefined` where there is none, or a bad one, with which the one before stays. */
  async renew(config: Config): Promise<TlsCredentials | undefined> {
    // Without sockets for it there is nobody to give it to.
    if (this.keeper === undefined) return undefined;
    const credentials = await this.read(config);
    if (credentials.ok) return credentials.value;
    this.log.error('general', `${credentials.error}; the certificate before stays in use`);
    return undefined;
  }

  stop(): void {
    this.keeper?.stop();
  }
}
