import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { checkCredentials, checkNames, checkValidity } from '../../../../src/control/tls/check-certificate.ts';
import { type CertificateFiles, hasOpenssl, makeCertificate, openssl } from '../../../e2e/certificates.ts';
import { Folder } from '../../../e2e/serve-process.ts';

const folder = new Folder();
afterAll(() => folder.remove());

function check({ certFile, keyFile }: CertificateFiles) {
  const read = (file: string) => readFileSync(file, 'latin1');
  return checkCredentials({ certFile, keyFile, certificate: read(certFile), key: read(keyFile) });
}

function problem(files: CertificateFiles): string {
  const checked = check(files);
  return checked.ok ? 'none' : checked.error;
}

describe.runIf(hasOpenssl)('a certificate and its key', () => {
  const good = makeCertificate(folder.path, 'good');
  const { certFile, keyFile } = good;
  const certificateOf = (files: CertificateFiles) => {
    const checked = check(files);
    if (!checked.ok) throw new Error(checked.error);
    return checked.value.certificate;
  };

  test.each([
    ['ECDSA', good],
    ['RSA', makeCertificate(folder.path, 'rsa', { key: ['-newkey', 'rsa:2048'] })],
    ['Ed25519', makeCertificate(folder.path, 'ed', { key: ['-newkey', 'ed25519'] })],
  ])('of %s are taken', (_name, files) => {
    expect(problem(files)).toBe('none');
    expect(certificateOf(files).subject).toBe('CN=ns1.example.com');
  });

  test('that do not belong together are refused', () => {
    const other = makeCertificate(folder.path, 'other');
    expect(problem({ certFile, keyFile: other.keyFile })).toMatch(
      /^the key in .*other\.key doesn't belong to the certificate in .*good\.pem; give/,
    );
    const chain = folder.write('chain.pem', readFileSync(other.certFile, 'latin1') + readFileSync(certFile, 'latin1'));
    expect(problem({ certFile: chain, keyFile })).toMatch(
      /good\.key belongs to certificate 2 of this file; the server's own must stand first/,
    );
    expect(problem({ certFile: chain, keyFile: other.keyFile })).toBe('none');
  });

  test('in exchanged files are refused', () => {
    expect(problem({ certFile: keyFile, keyFile })).toMatch(/has no certificate: .* exchanged\?$/);
    expect(problem({ certFile, keyFile: certFile })).toMatch(/has no private key: .* exchanged\?$/);
  });

  test('in DER are refused with the command that helps', () => {
    const der = join(folder.path, 'cert.der');
    openssl('x509', '-in', certFile, '-outform', 'der', '-out', der);
    expect(problem({ certFile: der, keyFile })).toContain(`openssl x509 -inform der -in ${der} -out cert.pem`);
    const keyDer = join(folder.path, 'key.der');
    openssl('pkey', '-in', keyFile, '-outform', 'der', '-out', keyDer);
    expect(problem({ certFile, keyFile: keyDer })).toContain(`openssl pkey -inform der -in ${keyDer} -out key.pem`);
  });

  test('that are empty or damaged are refused', () => {
    const empty = folder.write('empty.pem', '\n');
    expect(problem({ certFile: empty, keyFile })).toBe(`${empty} has no certificate: it is empty`);
    const damage = (file: string) => readFileSync(file, 'latin1').replace(/\n.{40}/, '\nAAAA');
    expect(problem({ certFile: folder.write('damaged.pem', damage(certFile)), keyFile })).toMatch(
      /^the certificate in .*damaged\.pem is damaged: ./,
    );
    expect(problem({ certFile, keyFile: folder.write('damaged.key', damage(keyFile)) })).toMatch(
      /^the key in .*damaged\.key is damaged: ./,
    );
  });

  test('with a password are refused: nobody is there to give it', () => {
    for (const format of [[], ['-traditional']]) {
      const encrypted = join(folder.path, 'encrypted.key');
      openssl('pkey', '-in', keyFile, '-aes256', '-passout', 'pass:secret', '-out', encrypted, format);
      expect(problem({ certFile, keyFile: encrypted })).toMatch(/encrypted, .* decrypt it: openssl pkey -in/);
    }
  });

  test('too weak for OpenSSL are refused', () => {
    const weak = makeCertificate(folder.path, 'weak', { key: ['-newkey', 'rsa:1024'] });
    expect(problem(weak)).toMatch(/weak\.pem and .*weak\.key can't be used: .*too small/);
  });

  test('near or behind the end of their time are told of', () => {
    const certificate = certificateOf(good);
    const endMs = Date.parse(certificate.validTo);
    const dayMs = 86_400_000;
    const told = (ms: number) => checkValidity(certificate, 'c.pem', ms).join();
    expect(told(endMs - 14 * dayMs)).toBe('');
    expect(told(endMs - 14 * dayMs + 1)).toMatch(
      /^the certificate in c\.pem expires on \d{4}-\d\d-\d\d \d\d:\d\d UTC, in 13 days: renew it and reload$/,
    );
    expect(told(endMs - 1.5 * dayMs)).toContain(', in 1 day:');
    expect(told(endMs - 1)).toContain(', within a day:');
    expect(told(endMs)).toContain(`has expired on ${new Date(endMs).toISOString().slice(0, 10)}`);
    expect(told(endMs + 21 * dayMs)).toContain(' UTC, 21 days ago: clients that authenticate this server refuse it');
    expect(told(Date.parse(certificate.validFrom))).toBe('');
    expect(told(Date.parse(certificate.validFrom) - 1)).toContain('is not valid before');
  });

  test('without names are told of', () => {
    expect(checkNames(certificateOf(good), 'c.pem')).toEqual([]);
    const nameless = certificateOf(makeCertificate(folder.path, 'nameless', { names: '' }));
    expect(checkNames(nameless, 'c.pem').join()).toContain('has no subjectAltName');
    const empty = certificateOf(makeCertificate(folder.path, 'none', { subject: '/' }));
    expect(checkNames(empty, 'c.pem').join()).toContain('has no subject: kdig');
  });
});
