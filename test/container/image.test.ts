/** The Dockerfile, built and run as its user would: with nothing but what the image says and what docs/containers.md adds. */
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Container } from './container.ts';
import { Image, whyNotBuilt } from './image.ts';
import { getManifest, getPod, type PodContainer, projectVolume } from './manifests.ts';

const project = resolve(import.meta.dirname, '../..');
const reason = whyNotBuilt();
/** Beyond the base image's node, as is promised. */
const mostOctets = 120e6;
const srv = ['_sip._udp.rapidtech.phones', 'SRV', '+short'];
const srvAnswer = [
  '0 40 5060 sipserver1.rapidtech.phones.',
  '0 60 5060 sipserver2.rapidtech.phones.',
  '1 5 5060 sipserverbackup.rapidtech.phones.',
];

describe.skipIf(reason !== undefined)(`the image (skipped where it can't be built: ${reason ?? 'it can'})`, () => {
  let image: Image;
  let folder: string;
  const containers: Container[] = [];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ringzone-container-'));
    // Whose user is another one inside.
    chmodSync(folder, 0o755);
    image = new Image();
    image.build();
  }, 400_000);

  afterEach(() => {
    for (const container of containers.splice(0)) container.remove();
  });

  afterAll(() => {
    image.remove();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  function run(options: readonly string[] = [], command: readonly string[] = []): Container {
    const container = new Container(image, options, command);
    containers.push(container);
    return container;
  }

  /** For the user of the container to read. */
  function write(name: string, text: string): string {
    const path = join(folder, name);
    writeFileSync(path, text, { mode: 0o644 });
    return path;
  }

  function dig(container: Container, port: number, ...words: readonly string[]): string[] {
    return container
      .inNetwork('dig', '@127.0.0.1', '-p', `${port}`, '+tries=5', '+time=2', ...words)
      .split('\n')
      .sort();
  }

  test('is small, says what it is, and holds only what runs', () => {
    const layers = image.layers();
    const octets = layers.reduce((sum, layer) => sum + layer.octets, 0);
    const megabytes = (count: number) => `${(count / 1e6).toFixed(1)} MB`;
    const report = layers.map((layer) => `  ${megabytes(layer.octets)}  ${layer.createdBy.replace(/.*\(nop\) /, '')}`);
    console.log(`image: ${megabytes(octets)} in ${layers.length} layers beyond its base\n${report.join('\n')}`);
    expect(octets).toBeLessThan(mostOctets);
    expect(layers.length).toBeLessThanOrEqual(9);

    const { version } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'));
    const { Config: config } = image.inspect() as { Config: Record<string, unknown> };
    expect(config).toMatchObject({
      User: '1000:1000',
      StopSignal: 'SIGTERM',
      Volumes: { '/var/lib/ringzone': {} },
      ExposedPorts: { '5353/tcp': {}, '5353/udp': {} },
      Labels: { 'org.opencontainers.image.version': version, 'org.opencontainers.image.title': 'ringzone' },
    });
  });

  test('without shell, capabilities, new privileges or a file to write to it answers, is healthy, and ends in a second', async () => {
    let fastest = Number.POSITIVE_INFINITY;
    // Once is enough; a busy host gets three.
    for (let attempt = 0; attempt < 3 && fastest > 1000; attempt++) {
      const container = run();
      await container.waitFor('"msg":"ready"');
      expect(dig(container, 5353, ...srv)).toEqual(srvAnswer);
      expect(dig(container, 5353, '+tcp', ...srv)).toEqual(srvAnswer);
      expect(container.isHealthy()).toBe(true);
      expectUnprivileged(container);
      expect(container.exec('node', 'bin/ringzone.js', 'ctl', '-c', '/etc/ringzone/ringzone.yaml', 'status')).toMatch(
        /^server is up and running$/m,
      );
      const { code, ms } = await container.end('SIGTERM');
      expect(code, container.logs()).toBe(0);
      expect(container.logs()).toMatch(/"msg":"exiting"/);
      fastest = Math.min(fastest, ms);
    }
    expect(fastest).toBeLessThan(1000);
  }, 120_000);

  test('what it runs is all there is: no sources, no tools, and code that is compiled already', () => {
    const look = `const { readdirSync } = require('node:fs');
      console.log(JSON.stringify(['/app', '/app/node_modules', '/app/deploy/container', '/var/cache/ringzone'].map((path) => readdirSync(path))));`;
    const container = run();
    const [app, modules, scripts, cache] = JSON.parse(container.exec('node', '-e', look)) as string[][];
    expect(app).toEqual(['LICENSE', 'bin', 'deploy', 'dist', 'node_modules', 'package.json']);
    expect(scripts).toEqual(['healthcheck.js']);
    expect(modules).toEqual(expect.arrayContaining(['koffi', 'lmdb']));
    for (const name of ['typescript', 'vitest', 'esbuild', 'zod', 'yaml', 'npm']) expect(modules).not.toContain(name);
    const compiled = (cache ?? []).flatMap((name) => /^([a-z-]+)-[0-9a-f]{16}-0-v\d/.exec(name)?.[1] ?? []);
    expect(compiled.sort()).toEqual(
      expect.arrayContaining(['loader-thread', 'main', 'serve', 'tcp-worker', 'udp-worker']),
    );
  });

  test('port 53, a configuration and zones of its own, readiness, and updates that outlive the container', async () => {
    write('ringzone.yaml', ownConfig);
    write('example.com.zone', ownZone);
    const volume = `ringzone-test-${process.pid}`;
    const options = [
      ...['--volume', `${folder}:/etc/ringzone:ro`, '--volume', `${volume}:/var/lib/ringzone`],
      ...['--sysctl', 'net.ipv4.ip_unprivileged_port_start=0'],
    ];
    const first = run([...options, '--env', 'RINGZONE_HEALTH_PORT=53']);
    await first.waitFor('"msg":"ready"');
    expect(dig(first, 53, 'www.example.com', 'A', '+short')).toEqual(['192.0.2.10']);
    expect(dig(first, 53, '+tcp', 'www.example.com', 'A', '+short')).toEqual(['192.0.2.10']);
    expect(first.isHealthy()).toBe(true);
    for (const path of ['/readyz', '/healthz', '/metrics']) {
      expect(first.inNetwork(process.execPath, '-e', get(8053, path)), path).toBe('200');
    }
    write('update', 'server 127.0.0.1 53\nzone example.com\nupdate add added.example.com 60 A 192.0.2.11\nsend\n');
    first.inNetwork('nsupdate', join(folder, 'update'));
    expect(dig(first, 53, 'added.example.com', 'A', '+short')).toEqual(['192.0.2.11']);
    expect((await first.end('SIGTERM')).code).toBe(0);

    const second = run(options);
    await second.waitFor('"msg":"ready"');
    expect(dig(second, 53, 'added.example.com', 'A', '+short')).toEqual(['192.0.2.11']);
    // Nobody told it where to ask.
    expect(second.isHealthy()).toBe(false);
  }, 120_000);

  test('as the pod of deploy/kubernetes', async () => {
    const pod = getPod();
    const [{ args, ports, volumeMounts, readinessProbe, livenessProbe }] = pod.containers as [PodContainer];
    const { runAsUser, runAsGroup } = pod.securityContext;
    const options = ['--user', `${runAsUser}:${runAsGroup}`];
    for (const { name, mountPath, readOnly } of volumeMounts) {
      const volume = join(folder, `pod-${name}`);
      mkdirSync(volume);
      // fsGroup.
      chownSync(volume, 0, runAsGroup as number);
      chmodSync(volume, 0o775);
      options.push('--volume', `${volume}:${mountPath}${readOnly === true ? ':ro' : ''}`);
    }
    projectVolume(join(folder, 'pod-config'), getManifest('ConfigMap').data as Record<string, string>);
    const words = [join(project, 'bin/ringzone.js'), 'tsig-keygen', 'transfer-key'];
    const key = join(folder, 'pod-keys/transfer.key');
    writeFileSync(key, execFileSync(process.execPath, words), { mode: 0o440 });
    chownSync(key, 0, runAsGroup as number);

    const container = run(options, args);
    await container.waitFor('"msg":"ready"');
    const portOf = (wanted: string) => ports.find(({ name }) => name === wanted)?.containerPort as number;
    expect(dig(container, portOf('dns'), 'sip1.example.com', 'A', '+short')).toEqual(['192.0.2.11']);
    expect(dig(container, portOf('dns-tcp'), '+tcp', 'sip1.example.com', 'A', '+short')).toEqual(['192.0.2.11']);
    const axfr = dig(container, portOf('dns-tcp'), '-k', key, 'example.com', 'AXFR', '+short');
    expect(axfr.length, axfr.join('\n')).toBeGreaterThan(8);
    for (const { httpGet } of [readinessProbe, livenessProbe]) {
      expect(container.inNetwork(process.execPath, '-e', get(portOf(httpGet.port), httpGet.path))).toBe('200');
    }
    expectUnprivileged(container);
    expect(container.logs()).not.toMatch(/"level":"(warn|error|fatal)"/);
  }, 60_000);

  test('a user that the image does not know, with a folder that it may write to', async () => {
    const data = join(folder, 'data');
    mkdirSync(data);
    chownSync(data, 12_345, 0);
    const container = run(['--user', '12345:0', '--volume', `${data}:/var/lib/ringzone`]);
    await container.waitFor('"msg":"ready"');
    expect(dig(container, 5353, ...srv)).toEqual(srvAnswer);
    expect(container.isHealthy()).toBe(true);
  });

  test('the folder that `init` has made, by its owner, as docs/first-hour.md has it', async () => {
    const guide = readFileSync(join(project, 'docs/first-hour.md'), 'utf8');
    expect(guide).toContain(
      '--user "$(id -u):$(id -g)" -p 53:5353/udp -p 53:5353/tcp -v "$PWD":/etc/ringzone ringzone`',
    );
    const dir = join(folder, 'first');
    const options = ['--domain', 'example.com', '--server', 'sip1=192.0.2.11', '--listen', '0.0.0.0:5353'];
    execFileSync(process.execPath, [join(project, 'bin/ringzone.js'), 'init', '--dir', dir, ...options]);
    execFileSync('chown', ['-R', '12345:12345', dir]);
    const container = run(['--user', '12345:12345', '--volume', `${dir}:/etc/ringzone`]);
    await container.waitFor('"msg":"ready"');
    expect(dig(container, 5353, 'sip1.example.com', 'A', '+short')).toEqual(['192.0.2.11']);
    expect(container.isHealthy()).toBe(true);
  }, 60_000);

  test('a wrong configuration ends it with 1, and is told', () => {
    const path = write('wrong.yaml', 'listen: [nowhere]\nzones: { example.com: { file: none } }\n');
    const container = run(['--volume', `${path}:/etc/ringzone/ringzone.yaml:ro`]);
    expect(container.exitCode()).toBe(1);
    expect(container.logs()).toMatch(/ringzone\.yaml:1:10: error: /);
  });
});

/** A program that prints the status of what HTTP gives. */
function get(port: number, path: string): string {
  return `fetch('http://127.0.0.1:${port}${path}').then((reply) => console.log(reply.status))`;
}

function expectUnprivileged(container: Container): void {
  const status = container.proc('status').map((line) => line.split('\t'));
  const field = (name: string) => status.find(([first]) => first === `${name}:`)?.slice(1);
  for (const ids of ['Uid', 'Gid']) expect(field(ids)).toEqual(['1000', '1000', '1000', '1000']);
  for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb']) expect(field(set)).toEqual(['0'.repeat(16)]);
  expect(field('NoNewPrivs')).toEqual(['1']);
  const mounts = container.proc('mounts').map((line) => line.split(' '));
  const isWritable = (path: string) =>
    mounts.filter(([, at]) => at === path).some(([, , , how]) => /^rw/.test(how ?? ''));
  expect(isWritable('/')).toBe(false);
  expect(isWritable('/var/lib/ringzone')).toBe(true);
  const write = "try { fs.writeFileSync('/app/x', ''); } catch ({ code }) { console.log(code); }";
  expect(container.exec('node', '-e', write).trim()).toBe('EROFS');
}

const ownConfig = `listen: ["0.0.0.0:53", "[::]:53"]
data-dir: /var/lib/ringzone
control: /var/lib/ringzone/control.sock
http: { listen: "0.0.0.0:8053", allow: [any] }
lame-duck: 0s
zones:
  example.com: { file: example.com.zone, allow-update: [127.0.0.1] }
`;

const ownZone = `$TTL 300
@ SOA ns hostmaster 1 3600 600 604800 300
@ NS ns
ns A 192.0.2.1
www A 192.0.2.10
`;
