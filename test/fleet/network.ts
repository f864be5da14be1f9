/** Hosts as network namespaces, each linked to a router: addresses and port 53 as the configurations of deploy/fleet have them. */
import { execFileSync, spawnSync } from 'node:child_process';

const routerAddress = '192.0.2.254';
/** That of deploy/fleet, on each node's own loopback. */
export const anycastAddress = '198.51.100.53';

/** Whether namespaces can be made here. */
export function canMakeNetworks(): boolean {
  const name = `rz${process.pid}-try`;
  if (process.getuid?.() !== 0 || spawnSync('ip', ['netns', 'add', name]).status !== 0) return false;
  spawnSync('ip', ['netns', 'delete', name]);
  return true;
}

export class Network {
  private readonly hosts: string[] = [];

  /** `addresses`: of each host, by its name. */
  constructor(addresses: Readonly<Record<string, string>>) {
    this.addHost('router');
    this.ip('router', 'sysctl', '-qw', 'net.ipv4.ip_forward=1');
    for (const [host, address] of Object.entries(addresses)) {
      this.addHost(host);
      const link = `to-${host}`;
      const [here, there] = [this.nameOf('router'), this.nameOf(host)];
      run('ip', 'link', 'add', link, 'netns', here, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', there);
      this.ip('router', 'ip', 'address', 'add', routerAddress, 'peer', address, 'dev', link);
      this.ip('router', 'ip', 'link', 'set', link, 'up');
      this.ip(host, 'ip', 'address', 'add', address, 'peer', routerAddress, 'dev', 'eth0');
      this.ip(host, 'ip', 'address', 'add', `${anycastAddress}/32`, 'dev', 'lo');
      this.ip(host, 'ip', 'link', 'set', 'eth0', 'up');
      this.ip(host, 'ip', 'route', 'add', 'default', 'via', routerAddress);
    }
  }

  /** What a command begins with to run on a host. */
  on(host: string): string[] {
    return ['ip', 'netns', 'exec', this.nameOf(host)];
  }

  /** Ask from the router; the lines of dig's answer, sorted. Empty where there is none. */
  dig(address: string, ...words: readonly string[]): string[] {
    const [command = '', ...rest] = [...this.on('router'), 'dig', `@${address}`, '+norecurse', '+tries=1', '+time=2'];
    const { status, stdout } = spawnSync(command, [...rest, '+short', ...words], { encoding: 'utf8' });
    return status === 0 ? stdout.trim().split('\n').sort() : [];
  }

  remove(): void {
    for (const host of this.hosts) spawnSync('ip', ['netns', 'delete', this.nameOf(host)]);
  }

  private addHost(host: string): void {
    run('ip', 'netns', 'add', this.nameOf(host));
    this.hosts.push(host);
    this.ip(host, 'ip', 'link', 'set', 'lo', 'up');
  }

  private ip(host: string, ...words: readonly string[]): void {
    run(...this.on(host), ...words);
  }

  /** Other runs of this test may go on beside this one. */
  private nameOf(host: string): string {
    return `rz${process.pid}-${host}`;
  }
}

function run(command = '', ...words: readonly string[]): void {
  execFileSync(command, words, { stdio: ['ignore', 'ignore', 'pipe'] });
}
