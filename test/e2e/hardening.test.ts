/** What an attacker who has got into the server, or beside it, finds: no rights, nothing to write to, no secrets. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { buildQuery } from '../interop/lib/dns-client.ts';
import { hasOpenssl, makeCertificate } from './certificates.ts';
import { exchangeTcp } from './hardening-client.ts';
import { Folder, ServeProcess, zoneText } from './serve-process.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 30_000 });

let folder: Folder;
const started: ServeProcess[] = [];
beforeEach(() => {
  folder = new Folder();
  chmodSync(folder.path, 0o755);
  folder.write('a.zone', zoneText(1));
});
afterEach(async () => {
  for (const server of started.splice(0)) {
    server.kill('SIGKILL');
    await server.exit;
  }
  folder.remove();
});

const bin = join(import.meta.dirname, '../../bin/ringzone.js');
const isRoot = process.getuid?.() === 0;
const hasNobody = readFileSync('/etc/passwd', 'utf8').includes('nobody:x:65534:');
const asNobody = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups', '--no-new-privs'];
const withoutCapabilities = [...asNobody, '--inh-caps=-all', '--ambient-caps=-all', '--bounding-set=-all'];
const withPortsAlone = [
  ...asNobody,
  '--inh-caps=-all,+net_bind_service',
  '--ambient-caps=-all,+net_bind_service',
  '--bounding-set=-all,+net_bind_service',
];
/** An address of loopback that no server uses, so that port 53 is free there. */
const ownAddress = `127.${100 + (process.pid % 100)}.${(process.pid >> 8) % 256}.55`;
const none = '0000000000000000';

function serve(args: readonly string[] = [], wrapper: readonly string[] = []): ServeProcess {
  const server = new ServeProcess(args, { cwd: folder.path, wrapper });
  started.push(server);
  return server;
}

/** Of each thread, a field of its status. */
function statusOf(server: ServeProcess, field: string): ReadonlySet<string> {
  const tasks = `/proc/${server.child.pid}/task`;
  return new Set(
    readdirSync(tasks).map(
      (task) => new RegExp(`^${field}:\\s*(.*)$`, 'm').exec(readFileSync(`${tasks}/${task}/status`, 'utf8'))?.[1] ?? '',
    ),
  );
}

async function expectAnswer(port: number, address = ownAddress): Promise<void> {
  const response = await exchangeTcp(address, port, buildQuery({ name: 'www.a.test', type: 'A' }));
  expect(response.readUInt16BE(6)).toBe(1);
}

describe.skipIf(!isRoot || !hasNobody || !isRunning(withoutCapabilities))('rights (skipped unless root)', () => {
  test('none at all is needed but for ports below 1024, nor new privileges', async () => {
    const server = serve(
      ['--listen', `${ownAddress}:5300`, '--zone', `a.test=${folder.path}/a.zone`],
      withoutCapabilities,
    );
    await server.ready();
    await expectAnswer(5300);
    for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'])
      expect(statusOf(server, set)).toEqual(new Set([none]));
    expect(statusOf(server, 'NoNewPrivs')).toEqual(new Set(['1']));
    expect((await server.stop()).code).toBe(0);
  });

  test('port 53 takes one capability, as the unit gives it', async () => {
    const server = serve(['--listen', `${ownAddress}:53`, '--zone', `a.test=${folder.path}/a.zone`], withPortsAlone);
    await server.ready();
    await expectAnswer(53);
    expect(statusOf(server, 'CapEff')).toEqual(new Set(['0000000000000400']));
    expect((await server.stop()).code).toBe(0);
  });

  test('after user: no thread of a start as root has any left; a new low port needs a restart, and reconfig says so', async () => {
    const write = (listen: string) =>
      folder.write(
        'ringzone.yaml',
        `listen: [${listen}]\nworkers: 2\nuser: nobody\ncontrol: run/control.sock\nhttp: false\nzones: { a.test: { file: a.zone } }\n`,
      );
    write(`"${ownAddress}:53"`);
    const server = serve();
    await server.ready();
    await expectAnswer(53);
    expect(statusOf(server, 'CapEff')).toEqual(new Set([none]));
    expect(statusOf(server, 'CapPrm')).toEqual(new Set([none]));
    expect(statusOf(server, 'Uid')).toEqual(new Set(['65534\t65534\t65534\t65534']));
    write(`"${ownAddress}:53", "${ownAddress}:54", "${ownAddress}:5300"`);
    const reconfig = spawnSync(process.execPath, [bin, 'ctl', 'reconfig'], { cwd: folder.path });
    expect(reconfig.status).toBe(0);
    await server.waitFor(/^listen changed: takes effect at the next restart$/);
    const { msg } = await server.waitFor(/need a restart with privileges/);
    expect(msg).toContain(`listen: ${ownAddress}:54: ports below 1024`);
    server.kill('SIGHUP');
    await server.waitFor(/need a restart with privileges/, 2);
    expect((await server.stop()).code).toBe(0);
  });

  test('a /proc that has processes alone, as in the unit, takes nothing away', async () => {
    folder.write('ringzone.yaml', 'workers: 1\ncontrol: false\nhttp: false\nzones: { a.test: { file: a.zone } }\n');
    // An own network, where port 53 is free on all addresses.
    const addressesWith = async (mount: string) => {
      const script = `ip link set lo up 2>/dev/null\n${mount}\nexec "$@"`;
      const server = serve([], ['unshare', '--mount', '--net', '/bin/sh', '-c', script, 'sh']);
      const { addresses } = await server.waitFor(/^ready$/);
      expect((await server.stop()).code).toBe(0);
      return addresses;
    };
    const subset = 'mount -t proc -o subset=pid proc /proc && ! test -e /proc/sys || exit 9';
    const usual = await addressesWith(':');
    expect(usual).toContain('0.0.0.0:53');
    expect(await addressesWith(subset)).toEqual(usual);
  });

  test('all but data-dir may be read-only', async () => {
    mkdirSync(join(folder.path, 'data'));
    folder.write('data/d.zone', zoneText(1));
    folder.write(
      'ringzone.yaml',
      [
        `listen: ["${ownAddress}:5300"]`,
        'workers: 1',
        'data-dir: data',
        'control: data/control.sock',
        'http: false',
        'zones:',
        '  a.test: { file: a.zone, ixfr-from-differences: true }',
        '  d.test: { file: data/d.zone, allow-update: [any] }',
        '',
      ].join('\n'),
    );
    const data = join(folder.path, 'data');
    const script = [
      'mount --make-rprivate /',
      `mount --bind ${data} ${data}`,
      // Whatever is mounted, but that folder and what the kernel makes.
      `awk '$5 != "${data}" { print $5 }' /proc/self/mountinfo | while read at; do mount -o remount,bind,ro "$at" 2>/dev/null || :; done`,
      `if touch ${folder.path}/x 2>/dev/null; then echo "it is not read-only" >&2; exit 9; fi`,
      'exec "$@"',
    ].join('\n');
    const server = serve([], ['unshare', '--mount', '/bin/sh', '-c', script, 'sh']);
    await server.ready();
    await expectAnswer(5300);
    const update = `server ${ownAddress} 5300\nzone d.test\nupdate add new.d.test 60 A 192.0.2.7\nsend\n`;
    const updated = spawnSync('nsupdate', ['-t', '10'], { input: update });
    if (updated.error === undefined) {
      expect(updated.status).toBe(0);
      expect(spawnSync(process.execPath, [bin, 'ctl', 'sync', 'd.test'], { cwd: folder.path }).status).toBe(0);
      expect(readFileSync(join(data, 'd.zone'), 'utf8')).toContain('192.0.2.7');
    }
    expect((await server.stop()).code).toBe(0);
    expect(server.log.filter(({ level }) => level === 'error' || level === 'fatal')).toEqual([]);
  });
});

const secrets = {
  tsig: 'c2VjcmV0LW9mLXRoZS1rZXktdGhhdC1ub2JvZHktbWF5LXNlZQ==',
  file: 'YW5vdGhlci1zZWNyZXQtaW4tYS1maWxlLW9mLWl0cy1vd24tMTIz',
  cookie: '5ca1ab1e0ddba11c0ffee00dabad1dea',
  broken: 'dGhpcy1vbmUtaXMtbm90LWJhc2U2NCE-but-still-a-secret-value',
} as const;

test.skipIf(!hasOpenssl)(
  'nothing that the server says has a secret in it: logs at debug level, errors, pages, showconf, ps',
  async () => {
    folder.write('key.secret', `${secrets.file}\n`);
    const { certFile, keyFile } = makeCertificate(folder.path, 'server');
    const privateKey = readFileSync(keyFile, 'utf8').split('\n')[1] as string;
    const config = (more = '', tsig: string = secrets.tsig) =>
      folder.write(
        'ringzone.yaml',
        [
          `listen: ["${ownAddress}:5300"]`,
          'workers: 1',
          'data-dir: data',
          'control: run/control.sock',
          `http: "${ownAddress}:5380"`,
          `cookie-secret: ["${secrets.cookie}"]`,
          `tls: { listen: ["${ownAddress}:5301"], cert-file: ${certFile}, key-file: ${keyFile} }`,
          'keys:',
          `  one: { algorithm: hmac-sha256, secret: "${tsig}" }`,
          '  two: { algorithm: hmac-sha256, secret-file: key.secret }',
          'logging:',
          '  channels:',
          '    all: { file: logs/all.log, severity: debug 99, print-time: true, print-severity: true, print-category: true }',
          '    json: { file: logs/all.json, severity: debug 99, format: json }',
          '  categories: { default: [all, json], queries: [all], security: [all], xfer-out: [all], update: [all], query-errors: [all] }',
          'querylog: true',
          'responselog: true',
          'dnstap: [all]',
          'dnstap-output: { file: logs/tap.fstrm }',
          'zones: { a.test: { file: a.zone, allow-update: ["key one"], allow-transfer: ["key two"] } }',
          more,
        ].join('\n'),
      );
    mkdirSync(join(folder.path, 'logs'));
    config();
    const server = serve();
    await server.ready();
    let said = '';
    const run = (command: string, args: readonly string[], input = ''): void => {
      const { stdout, stderr, error } = spawnSync(command, args, { cwd: folder.path, input, encoding: 'utf8' });
      if (error === undefined) said += stdout + stderr;
    };
    const ctl = (...words: string[]) => run(process.execPath, [bin, 'ctl', ...words]);
    ctl('trace', '99');
    // Questions that are signed well, badly, with a key that isn't there, at a wrong time.
    const wrong = 'd3Jvbmctc2VjcmV0LXdyb25nLXNlY3JldC13cm9uZy1zZWNyZXQ=';
    const dig = ['dig', ['+time=2', '+tries=1', `@${ownAddress}`, '-p', '5300']] as const;
    for (const key of [`one:${secrets.tsig}`, `one:${wrong}`, `none:${wrong}`, `two:${secrets.file}`]) {
      for (const what of [
        ['a.test', 'SOA'],
        ['a.test', 'AXFR'],
        ['a.test', 'SOA', '+cookie'],
      ]) {
        run(dig[0], [...dig[1], '-y', `hmac-sha256:${key}`, ...what]);
      }
      const update = `server ${ownAddress} 5300\nzone a.test\nupdate add x.a.test 60 A 192.0.2.1\nsend\n`;
      run('nsupdate', ['-t', '3', '-y', `hmac-sha256:${key}`], update);
    }
    // What `dig -y` prints itself is its own secret, not of the server.
    said = '';
    for (const words of [
      ['showconf'],
      ['status'],
      ['zonestatus', 'a.test'],
      ['tsig-list'],
      ['stats'],
      ['addzone', 'b.test', '{ file "a.zone"; };'],
      ['nonsense'],
      ['reload'],
      ['health'],
    ])
      ctl(...words);
    // Configurations that are wrong in and around the secrets.
    for (const [more, tsig] of [
      ['nonsense: 1', secrets.tsig],
      ['', secrets.broken],
      [`keys: { three: { algorithm: hmac-sha256, secret: "${secrets.tsig}" } }`, secrets.tsig],
      [`cookie-secret: "${secrets.cookie}0"`, secrets.tsig],
      ['zones: [', secrets.tsig],
    ] as const) {
      config(more, tsig);
      ctl('reload');
      ctl('reconfig', '--json');
      run(process.execPath, [bin, 'check', '-c', 'ringzone.yaml']);
      run(process.execPath, [bin, 'serve', '-c', 'ringzone.yaml', '--trial', '--listen', `${ownAddress}:5399`]);
    }
    config();
    ctl('reload');
    for (const path of [
      '/',
      '/json/v1',
      '/json/v1/server',
      '/json/v1/zones',
      '/metrics',
      '/healthz',
      '/readyz',
      '/nonsense',
    ]) {
      const response = await fetch(`http://${ownAddress}:5380${path}`).catch(() => undefined);
      if (response !== undefined && !(response.headers.get('content-type') ?? '').includes('event-stream'))
        said += await response.text();
    }
    const pid = server.child.pid as number;
    for (const file of ['cmdline', 'environ']) said += readFileSync(`/proc/${pid}/${file}`, 'latin1');
    for (const task of readdirSync(`/proc/${pid}/task`))
      said += readFileSync(`/proc/${pid}/task/${task}/comm`, 'latin1');
    expect((await server.stop()).code).toBe(0);
    said += server.stdout + server.stderr + readAll(join(folder.path, 'logs')) + readAll(join(folder.path, 'data'));
    // The test looks where something is.
    expect(said).toMatch(/queries: .*query: a\.test IN SOA/);
    expect(said).toContain('BADSIG');
    expect(said).toContain('algorithm: hmac-sha256');
    const raw = [secrets.tsig, secrets.file].map((secret) => Buffer.from(secret, 'base64').toString('latin1'));
    const forms = [
      ...Object.values(secrets),
      ...raw,
      privateKey,
      Buffer.from(secrets.cookie, 'hex').toString('base64'),
    ];
    // As they are, and as hexadecimal digits.
    for (const secret of [...forms, ...raw.map((octets) => Buffer.from(octets, 'latin1').toString('hex'))]) {
      const at = said.indexOf(secret);
      expect(at < 0 ? '' : said.slice(Math.max(0, at - 200), at + secret.length)).toBe('');
    }
  },
);

/** All files of a folder, one after the other. */
function readAll(path: string): string {
  if (!existsSync(path)) return '';
  const entries = readdirSync(path).map((name) => join(path, name));
  return entries
    .map((entry) =>
      statSync(entry).isDirectory() ? readAll(entry) : statSync(entry).isFile() ? readFileSync(entry, 'latin1') : '',
    )
    .join('\n');
}

function isRunning(wrapper: readonly string[]): boolean {
  const [command = '', ...args] = wrapper;
  return spawnSync(command, [...args, process.execPath, '--version']).status === 0;
}
