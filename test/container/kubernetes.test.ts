/** deploy/kubernetes: what the API server would refuse, and whether its parts and the server's own configuration agree. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { ask, Folder, ServeProcess, serialOf } from '../e2e/serve-process.ts';
import { getManifest, getPod, manifestFile, type PodContainer, projectVolume, readManifests } from './manifests.ts';

const project = resolve(import.meta.dirname, '../..');
const program = join(project, 'bin/ringzone.js');
const python = '/usr/bin/python3';
const hasSchema = spawnSync(python, ['-c', 'import kubernetes, yaml']).status === 0;

const data = getManifest('ConfigMap').data as Record<'ringzone.yaml' | 'example.com.zone', string>;
const pod = getPod();
const container = pod.containers[0] as PodContainer;
const config = parse(data['ringzone.yaml']);

function checkSchema(file: string): string {
  return spawnSync(python, [join(import.meta.dirname, 'check-manifests.py'), file], { encoding: 'utf8' }).stdout;
}

test.skipIf(!hasSchema)("fits the API's schema (skipped without python3-kubernetes)", () => {
  expect(checkSchema(manifestFile)).toBe('\n');
});

test.skipIf(!hasSchema)('a key that there is not is found (skipped without python3-kubernetes)', () => {
  const folder = new Folder();
  const text = readFileSync(manifestFile, 'utf8').replace('failureThreshold: 1', 'failureTreshold: "1"');
  expect(checkSchema(folder.write('wrong.yaml', text))).toMatch(/readinessProbe\.failureTreshold: unknown key/);
  folder.remove();
});

test('has what there should be, in one namespace', () => {
  const manifests = readManifests();
  const kinds = ['Namespace', 'ConfigMap', 'Deployment', 'Service', 'PodDisruptionBudget'];
  expect(manifests.map(({ kind }) => kind)).toEqual(kinds);
  const [namespace, ...rest] = manifests;
  for (const { metadata } of rest) expect(metadata.namespace).toBe(namespace?.metadata.name);
});

test('each selector finds the pods', () => {
  const { labels } = (getManifest('Deployment').spec as { template: { metadata: { labels: unknown } } }).template
    .metadata;
  const deployment = getManifest('Deployment').spec as {
    replicas: number;
    selector: { matchLabels: unknown };
    template: { spec: { topologySpreadConstraints: { labelSelector: { matchLabels: unknown } }[] } };
  };
  const spread = deployment.template.spec.topologySpreadConstraints;
  const budget = getManifest('PodDisruptionBudget').spec as { selector: { matchLabels: unknown } };
  const service = getManifest('Service').spec as { selector: unknown };
  const selectors = [deployment.selector, budget.selector, ...spread.map(({ labelSelector }) => labelSelector)];
  expect(spread.length).toBe(2);
  for (const { matchLabels } of selectors) expect(matchLabels).toEqual(labels);
  expect(service.selector).toEqual(labels);
  expect(deployment.replicas).toBeGreaterThanOrEqual(2);
});

test('may do nothing that a server need not', () => {
  expect(pod).toMatchObject({ automountServiceAccountToken: false });
  expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
  expect(container.securityContext).toEqual({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  });
  // The image's user; the volumes are its group's.
  const user = /^USER (\d+):(\d+)$/m.exec(readFileSync(join(project, 'Dockerfile'), 'utf8'));
  const { runAsUser, runAsGroup, fsGroup } = pod.securityContext;
  expect([`${runAsUser}`, `${runAsGroup}`, `${fsGroup}`]).toEqual([user?.[1], user?.[2], user?.[2]]);
  expect(pod.volumes.find(({ secret }) => secret !== undefined)?.secret?.defaultMode).toBe(0o440);
});

test('its ports are those that the configuration opens', () => {
  const portOf = (address: string) => Number(address.split(':').at(-1));
  const dns = portOf(config.listen[0]);
  expect(config.listen.length).toBe(1);
  expect(container.ports).toEqual([
    { name: 'dns', containerPort: dns, protocol: 'UDP' },
    { name: 'dns-tcp', containerPort: dns, protocol: 'TCP' },
    { name: 'http', containerPort: portOf(config.http.listen), protocol: 'TCP' },
  ]);
  const { ports } = getManifest('Service').spec as { ports: unknown };
  expect(ports).toEqual([
    { name: 'dns', port: 53, protocol: 'UDP', targetPort: 'dns' },
    { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: 'dns-tcp' },
  ]);
  for (const probe of [container.startupProbe, container.livenessProbe, container.readinessProbe]) {
    expect(probe.httpGet.port).toBe('http');
  }
});

test('all of its paths lie in a volume, and each volume is there', () => {
  const mounts = container.volumeMounts;
  expect(mounts.map(({ name }) => name).sort()).toEqual(pod.volumes.map(({ name }) => name).sort());
  const at = (path: string) => mounts.find(({ mountPath }) => path === mountPath || path.startsWith(`${mountPath}/`));
  const kindOf = (path: string) => pod.volumes.find(({ name }) => name === at(path)?.name);
  expect(kindOf(container.args.at(-1) as string)?.configMap?.name).toBe(getManifest('ConfigMap').metadata.name);
  for (const path of [config['data-dir'], config.control]) {
    expect(kindOf(path)?.emptyDir).toBeDefined();
    expect(at(path)?.readOnly).toBeUndefined();
  }
  expect(kindOf(config.keys['transfer-key']['secret-file'])?.secret?.secretName).toBe('ringzone-keys');
});

test('it goes on answering while it is taken out, and has time to end', () => {
  const lameDuckSeconds = Number(/^(\d+)s$/.exec(config['lame-duck'])?.[1]);
  const { periodSeconds, failureThreshold } = container.readinessProbe;
  // The kubelet looks, the endpoints change, and each node hears of it.
  expect(lameDuckSeconds).toBeGreaterThanOrEqual(periodSeconds * failureThreshold + 10);
  expect(pod.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(lameDuckSeconds + 10);
});

let folder: Folder;
const servers: ServeProcess[] = [];
beforeEach(() => {
  folder = new Folder();
});
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.kill('SIGKILL');
    await server.exit;
  }
  folder.remove();
});

/** The volumes, as a pod has them; paths and ports are others here. */
function layOut(): string {
  mkdirSync(join(folder.path, 'keys'));
  const key = execFileSync(process.execPath, [program, 'tsig-keygen', 'transfer-key'], { encoding: 'utf8' });
  writeFileSync(join(folder.path, 'keys/transfer.key'), key, { mode: 0o440 });
  const text = data['ringzone.yaml']
    .replace('/etc/ringzone-keys', join(folder.path, 'keys'))
    .replaceAll('/var/lib/ringzone', join(folder.path, 'data'))
    .replace('0.0.0.0:5353', '127.0.0.1:0')
    .replace('0.0.0.0:8053', '127.0.0.1:0');
  projectVolume(join(folder.path, 'config'), { ...data, 'ringzone.yaml': text });
  return join(folder.path, 'config/ringzone.yaml');
}

function serve(file: string): ServeProcess {
  const server = new ServeProcess(['-c', file], { cwd: folder.path });
  servers.push(server);
  return server;
}

test('the configuration and its zone pass `check`', () => {
  const words = [program, 'check', '-c', layOut(), '--strict'];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^zone example\.com\/IN: loaded serial \d+ \(\d+ records\)\nOK\n$/);
  expect(status).toBe(0);
});

test('its probes pass, a new ConfigMap is served by itself, and SIGTERM takes it out while it answers', async () => {
  const server = serve(layOut());
  const port = await server.ready();
  const { msg } = await server.waitFor(/^statistics channel listening on 127\.0\.0\.1#\d+$/);
  const statusOf = async ({ httpGet: { path } }: { httpGet: { path: string } }) =>
    (await fetch(`http://127.0.0.1:${msg.split('#').at(-1)}${path}`)).status;
  for (const probe of [container.startupProbe, container.livenessProbe, container.readinessProbe]) {
    expect(await statusOf(probe)).toBe(200);
  }
  expect((await ask(port, '_sip._udp.example.com', 'SRV', 'tcp')).answers.length).toBe(3);

  const serial = await serialOf(port, 'example.com');
  const text = data['example.com.zone'].replace(`${serial}`, `${Number(serial) + 1}`);
  const configText = readFileSync(join(folder.path, 'config/ringzone.yaml'), 'utf8');
  projectVolume(join(folder.path, 'config'), { 'ringzone.yaml': configText, 'example.com.zone': text }, 2);
  await expect.poll(() => serialOf(port, 'example.com')).toBe(Number(serial) + 1);

  server.kill('SIGTERM');
  await server.waitFor(/^lame duck: not ready from now on, answering for another 15 s$/);
  expect(await statusOf(container.readinessProbe)).toBe(503);
  expect(await statusOf(container.livenessProbe)).toBe(200);
  expect(await serialOf(port, 'example.com')).toBe(Number(serial) + 1);
  // A second signal doesn't wait.
  server.kill('SIGTERM');
  expect((await server.exit).code).toBe(0);
}, 60_000);
