import { X509Certificate } from 'node:crypto';
import { afterAll, describe, expect, test } from 'vitest';
import { checkCredentials, checkNames, checkValidity } from '../../../../src/control/tls/check-certificate.ts';
import { makeSelfSigned } from '../../../../src/control/tls/self-signed.ts';
import { hasOpenssl, openssl } from '../../../e2e/certificates.ts';
import { Folder } from '../../../e2e/serve-process.ts';

const folder = new Folder();
afterAll(() => folder.remove());

const nowMs = Date.parse('2026-11-23T12:00:00Z');
const addresses = ['192.0.2.53', '2001:db8::53'];

describe('a certificate of our own making', () => {
  const made = makeSelfSigned('ns1.example.com', addresses, nowMs);
  const certificate = new X509Certificate(made.certificate);

  test('names the host and its addresses', () => {
    expect(certificate.subject).toBe('CN=ns1.example.com');
    expect(certificate.issuer).toBe('CN=ns1.example.com');
    expect(certificate.checkHost('ns1.example.com')).toBe('ns1.example.com');
    for (const address of addresses) expect(certificate.checkIP(address)).toBe(address);
    expect(certificate.checkIP('192.0.2.54')).toBeUndefined();
  });

  test('is signed by its own key, and no authority for others', () => {
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.ca).toBe(false);
    expect(certificate.serialNumber).toMatch(/^[4-7][0-9A-F]{31}$/);
    expect(makeSelfSigned('ns1.example.com', [], nowMs).key).not.toBe(made.key);
  });

  test('is good for a server', () => {
    const files = { certFile: 'cert', keyFile: 'key', ...made };
    expect(checkCredentials(files).ok).toBe(true);
    expect([...checkNames(certificate, 'cert'), ...checkValidity(certificate, 'cert', nowMs)]).toEqual([]);
  });

  test('is valid from the day before for ten years, also into the time of four digits', () => {
    const validity = ({ certificate: pem }: typeof made) => {
      const { validFrom, validTo } = new X509Certificate(pem);
      return [validFrom, validTo].map((date) => new Date(date).toISOString().slice(0, 16));
    };
    expect(validity(made)).toEqual(['2026-11-22T12:00', '2036-11-20T12:00']);
    const lateMs = Date.parse('2045-01-02T00:00:00Z');
    expect(validity(makeSelfSigned('a', [], lateMs))).toEqual(['2045-01-01T00:00', '2054-12-31T00:00']);
  });

  test('with a name of any length', () => {
    for (const length of [1, 64, 65, 253]) {
      const name = 'n'.repeat(length);
      const { subject, subjectAltName } = new X509Certificate(makeSelfSigned(name, addresses, nowMs).certificate);
      expect([subject, subjectAltName?.split(',')[0]]).toEqual([`CN=${name.slice(0, 64)}`, `DNS:${name}`]);
    }
  });

  test.runIf(hasOpenssl)('is one for openssl too, in its strictest reading', () => {
    const file = folder.write('own.pem', made.certificate);
    const at = String(nowMs / 1000);
    const verify = () =>
      openssl('verify', '-x509_strict', '-check_ss_sig', '-partial_chain', '-attime', at, '-trusted', file, file);
    expect(verify).not.toThrow();
  });
});
