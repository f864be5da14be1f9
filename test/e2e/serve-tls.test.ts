/** DNS over TLS: the listener, its certificates, and who may do what over it. */
import { once } from 'node:events';
import { connect as connectPlain, type Socket } from 'node:net';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TcpFrames } from '../../src/wire/tcp-frames.ts';
import { decodeMessage } from '../interop/lib/decode-message.ts';
import { buildQuery, type Edns } from '../interop/lib/dns-client.ts';
import { findCommand } from '../interop/lib/judge.ts';
import { run } from '../interop/update/nsupdate.ts';
import { type CertificateFiles, hasOpenssl, makeCertificate } from './certificates.ts';
import { Folder, ServeProcess, zoneText } from './serve-process.ts';

let folder: Folder;
let server: ServeProcess | undefined;
const sockets: Socket[] = [];
beforeEach(() => {
  folder = new Folder();
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server?.kill('SIGKILL');
  await server?.exit;
  server = undefined;
  folder.remove();
});

const rcode = { noError: 0, refused: 5 };

function writeConfig(files: CertificateFiles | 'ephemeral', extra = ''): string {
  const certificate =
    files === 'ephemeral' ? 'ephemeral: true' : `cert-file: ${files.certFile}, key-file: ${files.keyFile}`;
  folder.write('a.zone', zoneText(1));
  return folder.write(
    'ringzone.yaml',
    `listen: ["127.0.0.1:0"]
workers: 1
data-dir: data
tls: { listen: ["127.0.0.1:0"], ${certificate} }
${extra}
zones:
  a.test: { file: a.zone, allow-transfer: [any], require-tls: true }
  b.test: { file: a.zone, allow-transfer: [any] }
  c.test: { file: a.zone, allow-transfer: [none] }
`,
  );
}

interface Ports {
  readonly plain: number;
  readonly tls: number;
}

async function serve(files: CertificateFiles | 'ephemeral', extra?: string): Promise<Ports> {
  server = new ServeProcess(['-c', writeConfig(files, extra)], { cwd: folder.path });
  const ready = await server.waitFor(/^ready$/);
  const portOf = (addresses: unknown) => Number((addresses as string[])[0]?.split(':').at(-1));
  return { plain: portOf(ready.addresses), tls: portOf(ready.tls) };
}

/** One of ours, after its handshake. */
async function secure(port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connect({ host: '127.0.0.1', port, ALPNProtocols: ['dot'], rejectUnauthorized: false, ...options });
  sockets.push(socket);
  await once(socket, 'secureConnect');
  return socket;
}

function plain(port: number): Promise<Socket> {
  const socket = connectPlain(port, '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => undefined);
  return once(socket, 'connect').then(() => socket);
}

/** The responses to a question, as many as come until the last holds `count` records; the first otherwise. */
async function ask(socket: Socket, name: string, type: string, edns?: Edns): Promise<Buffer> {
  const query = Buffer.from(buildQuery({ name, type, ...(edns === undefined ? {} : { edns }) }));
  const frames = new TcpFrames();
  const answer = Promise.withResolvers<Buffer>();
  socket.on('data', (chunk: Buffer) => {
    frames.push(chunk);
    if (!frames.next()) return;
    const { octets, messageOffset, messageOctets } = frames;
    answer.resolve(Buffer.from(octets.subarray(messageOffset, messageOffset + messageOctets)));
  });
  socket.on('close', () => answer.reject(new Error('closed')));
  socket.write(Buffer.concat([Buffer.of(query.length >>> 8, query.length & 255), query]));
  const message = await answer.promise;
  socket.removeAllListeners('data').removeAllListeners('close');
  return message;
}

const rcodeOf = (message: Buffer) => (message[3] as number) & 15;
const answersOf = (message: Buffer) => message.readUInt16BE(6);

describe.runIf(hasOpenssl)('TLS', () => {
  test('answers questions by TLS 1.2 and 1.3, with ALPN and without', async () => {
    const ports = await serve(makeCertificate(folder.path, 'cert'));
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      for (const ALPNProtocols of [['dot'], ['h2', 'dot'], []]) {
        const socket = await secure(ports.tls, { maxVersion, ALPNProtocols });
        expect([socket.getProtocol(), socket.alpnProtocol]).toEqual([maxVersion, ALPNProtocols.at(-1) ?? false]);
        const first = await ask(socket, 'www.a.test', 'A');
        expect([rcodeOf(first), answersOf(first)]).toEqual([rcode.noError, 1]);
        // The connection stays.
        expect(answersOf(await ask(socket, 'a.test', 'SOA'))).toBe(1);
      }
    }
  });

  test('resumes sessions', async () => {
    const ports = await serve(makeCertificate(folder.path, 'cert'));
    const first = connect({ host: '127.0.0.1', port: ports.tls, ALPNProtocols: ['dot'], rejectUnauthorized: false });
    sockets.push(first);
    const [session] = (await once(first, 'session')) as [Buffer];
    const second = await secure(ports.tls, { session });
    expect(second.isSessionReused()).toBe(true);
    expect(answersOf(await ask(second, 'www.a.test', 'A'))).toBe(1);
  });

  test('answers all that came before the end of the client, in order', async () => {
    const ports = await serve(makeCertificate(folder.path, 'cert'));
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      const socket = await secure(ports.tls, { maxVersion, allowHalfOpen: true } as ConnectionOptions);
      const ids = Array.from({ length: 1000 }, (_, id) => id);
      const queries = ids.flatMap((id) => {
        const query = buildQuery({ name: 'www.a.test', type: 'A', id });
        return [Buffer.of(0, query.length), query];
      });
      socket.end(Buffer.concat(queries));
      const frames = new TcpFrames();
      const answered: number[] = [];
      for await (const chunk of socket) {
        frames.push(chunk as Buffer);
        while (frames.next()) answered.push(Buffer.from(frames.octets).readUInt16BE(frames.messageOffset));
      }
      expect(answered).toEqual(ids);
    }
    await server?.stop();
    expect(server?.log.find(({ category }) => category === 'statistics')?.msg).toContain('TLS handshakes 2 (failed 0)');
  });

  test('pads responses to questions that are padded, not those in the clear', async () => {
    const ports = await serve(makeCertificate(folder.path, 'cert'));
    const padded: Edns = { options: [{ code: 12, data: new Uint8Array(60) }] };
    const secured = await secure(ports.tls);
    const responses = [await ask(secured, 'www.a.test', 'A', padded), await ask(secured, 'none.a.test', 'A', padded)];
    for (const response of responses) {
      expect(response.length).toBe(468);
      expect(decodeMessage(response).edns?.options.map(({ code }) => code)).toEqual([12]);
    }
    const others = [
      await ask(secured, 'www.a.test', 'A', {}),
      await ask(await plain(ports.plain), 'www.a.test', 'A', padded),
    ];
    for (const response of others) expect(decodeMessage(response).edns?.options).toEqual([]);
  });

  test('gives zones by TLS 1.3 and ALPN dot alone, and those that require TLS over nothing else', async () => {
    const ports = await serve(makeCertificate(folder.path, 'cert'));
    const transfer = async (socket: Socket, zone: string) => {
      const message = await ask(socket, zone, 'AXFR');
      return rcodeOf(message) === rcode.noError && answersOf(message) >= 5 ? 'given' : rcodeOf(message);
    };
    expect(await transfer(await secure(ports.tls), 'a.test')).toBe('given');
    expect(await transfer(await secure(ports.tls), 'b.test')).toBe('given');
    expect(await transfer(await secure(ports.tls), 'c.test')).toBe(rcode.refused);
    for (const options of [{ maxVersion: 'TLSv1.2' as const }, { ALPNProtocols: [] }]) {
      expect(await transfer(await secure(ports.tls, options), 'a.test')).toBe(rcode.refused);
      expect(await transfer(await secure(ports.tls, options), 'b.test')).toBe(rcode.refused);
    }
    expect(await transfer(await plain(ports.plain), 'a.test')).toBe(rcode.refused);
    expect(await transfer(await plain(ports.plain), 'b.test')).toBe('given');
  });

  test('refuses what is older than TLS 1.2, other protocols, and no TLS at all; and says so once', async () => {
    const ports = await serve(makeCertificate(folder.path, 'cert'));
    const old = { minVersion: 'TLSv1' as const, maxVersion: 'TLSv1.1' as const, ciphers: 'DEFAULT:@SECLEVEL=0' };
    await expect(secure(ports.tls, old)).rejects.toThrow(/protocol version|unsupported protocol/);
    await expect(secure(ports.tls, { ALPNProtocols: ['h2'] })).rejects.toThrow(/no application protocol/);
    const talker = await plain(ports.tls);
    talker.write('GET / HTTP/1.1\r\n\r\n');
    await once(talker, 'close');
    expect(answersOf(await ask(await secure(ports.tls), 'www.a.test', 'A'))).toBe(1);
    const told = server?.log.filter(({ category }) => category === 'network') ?? [];
    expect(told.map(({ msg }) => msg)).toEqual([
      expect.stringMatching(/^TLS handshake with 127\.0\.0\.1#\d+ failed: the client knows no TLS 1\.2 or 1\.3$/),
    ]);
  });

  test('lets a handshake take five seconds, however it trickles', async () => {
    const ports = await serve(makeCertificate(folder.path, 'cert'));
    const start = performance.now();
    const socket = await plain(ports.tls);
    const closed = once(socket, 'close');
    // The beginning of a ClientHello, octet by octet.
    socket.write(Buffer.of(22, 3, 1, 1, 0, 1, 0, 0, 252, 3, 3));
    const trickle = setInterval(() => socket.write(Buffer.of(1)), 500);
    await closed;
    clearInterval(trickle);
    expect(performance.now() - start).toBeGreaterThan(4500);
    expect(performance.now() - start).toBeLessThan(8000);
    await server?.waitFor(/^TLS handshake with .* failed: timed out$/);
  });

  test('counts handshakes among the connections: who does not come to an end of his gives way', async () => {
    const ports = await serve(makeCertificate(folder.path, 'cert'), 'tcp-clients: 2');
    const idlers = [await plain(ports.tls), await plain(ports.tls)];
    await sleep(100);
    // Both are young: there is no place.
    await expect(secure(ports.tls)).rejects.toThrow(/ECONNRESET|disconnected/);
    await sleep(1200);
    const evicted = once(idlers[0] as Socket, 'close');
    expect(answersOf(await ask(await secure(ports.tls), 'www.a.test', 'A'))).toBe(1);
    await evicted;
    // For TCP too.
    expect(answersOf(await ask(await plain(ports.plain), 'www.a.test', 'A'))).toBe(1);
  });

  test('takes a new certificate at SIGHUP, for new connections; a bad one changes nothing', async () => {
    const ports = await serve(makeCertificate(folder.path, 'cert', { subject: '/CN=first' }));
    const commonName = (socket: TLSSocket) => socket.getPeerCertificate().subject.CN;
    const before = await secure(ports.tls);
    expect(commonName(before)).toBe('first');

    const { keyFile } = makeCertificate(folder.path, 'cert', { subject: '/CN=second', key: ['-newkey', 'rsa:2048'] });
    server?.kill('SIGHUP');
    await server?.waitFor(/^tls: certificate CN=second; DNS:ns1\.example\.com, IP Address:127\.0\.0\.1; valid until /);
    await server?.waitFor(/^reloading zones succeeded$/);
    await expect.poll(async () => commonName(await secure(ports.tls))).toBe('second');
    expect(answersOf(await ask(before, 'www.a.test', 'A'))).toBe(1);

    folder.write('cert.key', 'nothing');
    server?.kill('SIGHUP');
    const { msg, level } = (await server?.waitFor(/certificate before/)) ?? {};
    expect([level, msg]).toEqual([
      'error',
      expect.stringContaining(`${keyFile} has no private key: it is not in PEM; if it is in DER, convert it`),
    ]);
    expect(msg).toMatch(/; the certificate before stays in use$/);
    await server?.waitFor(/^reloading zones succeeded$/, 2);
    expect(commonName(await secure(ports.tls))).toBe('second');
  });

  test('does not start without a certificate that can be used', async () => {
    const good = makeCertificate(folder.path, 'cert');
    const missing = new ServeProcess(['-c', writeConfig({ ...good, keyFile: 'none.key' })], { cwd: folder.path });
    expect(await missing.exit).toEqual({ code: 1, signal: null });
    expect(missing.log.find(({ level }) => level === 'error')?.msg).toMatch(
      /^tls: cannot read .*none\.key: no such file; docs/,
    );
  });

  test('that transfers require is asked for where it is missing', async () => {
    folder.write('a.zone', zoneText(1));
    const config = folder.write('ringzone.yaml', 'zones: { a.test: { file: a.zone, require-tls: true } }\n');
    const refused = new ServeProcess(['-c', config], { cwd: folder.path });
    expect((await refused.exit).code).toBe(1);
    expect(refused.stderr).toContain('nobody could have one [CF28]');
  });

  test('makes a certificate for itself, one as long as it runs', async () => {
    const ports = await serve('ephemeral');
    const fingerprint = async () => (await secure(ports.tls)).getPeerCertificate().fingerprint256;
    const first = await secure(ports.tls);
    const certificate = first.getPeerCertificate();
    expect(certificate.subject.CN).toBe(hostname().slice(0, 64));
    expect(certificate.subjectaltname).toBe(`DNS:${hostname()}, IP Address:127.0.0.1`);
    expect(answersOf(await ask(first, 'www.a.test', 'A'))).toBe(1);
    server?.kill('SIGHUP');
    await server?.waitFor(/^reloading zones succeeded$/);
    expect(await fingerprint()).toBe(certificate.fingerprint256);
    if (findCommand('kdig') === undefined) return;
    const kdig = await run('kdig', ['@127.0.0.1', '-p', `${ports.tls}`, '+tls', 'www.a.test', 'A']);
    expect(kdig).toMatch(/status: NOERROR[\s\S]*192\.0\.2\.1/);
  });

  test('ends connections at the stop', async () => {
    const ports = await serve(makeCertificate(folder.path, 'cert'));
    const socket = await secure(ports.tls);
    await ask(socket, 'www.a.test', 'A');
    const handshaking = await plain(ports.tls);
    // A reset would do for this one.
    const closed = new Promise((resolve) => handshaking.resume().once('close', resolve));
    const ends = Promise.all([once(socket.resume(), 'end'), closed]);
    const start = performance.now();
    expect(await server?.stop()).toEqual({ code: 0, signal: null });
    await ends;
    expect(performance.now() - start).toBeLessThan(3000);
  });
});
