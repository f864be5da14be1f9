/** deploy/kubernetes as its reader takes it: documents, and volumes laid out as the kubelet does it. */
import { mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';

export const manifestFile = resolve(import.meta.dirname, '../../deploy/kubernetes/ringzone.yaml');

/** The parts that the tests look at. */
export interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: unknown;
}

export interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
  readonly periodSeconds: number;
  readonly failureThreshold: number;
}

export interface PodSpec {
  readonly terminationGracePeriodSeconds: number;
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly containers: readonly PodContainer[];
  readonly volumes: readonly PodVolume[];
}

export interface PodContainer {
  readonly args: readonly string[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number; readonly protocol: string }[];
  readonly startupProbe: Probe;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[];
}

export interface PodVolume {
  readonly name: string;
  readonly configMap?: { readonly name: string };
  readonly secret?: { readonly secretName: string; readonly defaultMode: number };
  readonly emptyDir?: Readonly<Record<string, string>>;
}

/** YAML 1.1, as kubectl reads it: 0440 is octal. Throws where it is malformed. */
export function readManifests(): readonly Manifest[] {
  return parseAllDocuments(readFileSync(manifestFile, 'utf8'), { version: '1.1' }).map((document) => {
    const [fault] = document.errors;
    if (fault !== undefined) throw fault;
    return document.toJS() as Manifest;
  });
}

/** The one of this kind. */
export function getManifest(kind: string): Manifest {
  const found = readManifests().filter((manifest) => manifest.kind === kind);
  if (found.length !== 1) throw new Error(`${found.length} of kind ${kind}`);
  return found[0] as Manifest;
}

export function getPod(): PodSpec {
  return (getManifest('Deployment').spec as { template: { spec: PodSpec } }).template.spec;
}

/**
 * Write a ConfigMap into a folder as the kubelet does: links lead to `..data`, which leads to a folder with the content, and is
 * replaced by another one at each change.
 */
export function projectVolume(folder: string, data: Readonly<Record<string, string>>, version = 1): void {
  const content = `..version_${version}`;
  mkdirSync(join(folder, content), { recursive: true });
  for (const [name, text] of Object.entries(data)) writeFileSync(join(folder, content, name), text);
  symlinkSync(content, join(folder, '..data_tmp'));
  renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
  if (version > 1) return;
  for (const name of Object.keys(data)) symlinkSync(`..data/${name}`, join(folder, name));
}
