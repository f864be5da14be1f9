import { availableParallelism, hostname, machine, release, version as systemVersion, type } from 'node:os';
import { bare } from '../control-command.ts';
import type { ControlTarget } from '../control-target.ts';
import { succeed } from '../messages.ts';

/** In BIND's layout, line by line, so that what reads rndc's reads ours. */
export const status = bare((target) => {
  const data = statusData(target);
  const lines = [
    `version: ${data.version}`,
    `running on ${data.host}: ${data.system}`,
    `boot time: ${new Date(data.bootTime).toUTCString()}`,
    `last configured: ${new Date(data.lastConfigured).toUTCString()}`,
    `configuration file: ${data.configurationFile ?? '(none)'}`,
    `CPUs found: ${data.cpus}`,
    `worker threads: ${data.workerThreads}`,
    `UDP listeners per interface: ${data.udpListeners}`,
    // None is made by itself.
    `number of zones: ${data.zones} (0 automatic)`,
    `debug level: ${data.debugLevel}`,
    `xfers running: ${data.transfersRunning}`,
    `xfers deferred: ${data.transfersDeferred}`,
    `soa queries in progress: ${data.soaQueries}`,
    `query logging is ${data.queryLog ? 'ON' : 'OFF'}`,
    // Nobody is served that way.
    'recursive clients: 0/0/0',
    `tcp clients: ${data.tcpClients}/${data.maxTcpClients}`,
    `TCP high-water: ${data.tcpHighWater}`,
    'server is up and running',
  ];
  return succeed(lines.join('\n'), data);
});

function statusData(target: ControlTarget) {
  const state = target.state();
  const { named } = target.counters();
  const { running, deferred, soaQueries } = target.replication.secondaries.activity;
  return {
    version: state.version,
    host: hostname(),
    system: `${type()} ${machine()} ${release()} ${systemVersion()}`,
    pid: process.pid,
    bootTime: new Date(state.bootMs).toISOString(),
    lastConfigured: new Date(state.configuredMs).toISOString(),
    configurationFile: state.configFile,
    cpus: availableParallelism(),
    workerThreads: state.udpWorkers + state.tcpWorkers,
    udpListeners: state.udpWorkers,
    zones: state.zones,
    transfersRunning: running,
    transfersDeferred: deferred,
    soaQueries,
    queryLog: state.isQueryLogOn,
    debugLevel: state.debugLevel,
    tcpClients: named.tcpConnections,
    maxTcpClients: state.tcpClients,
    tcpHighWater: named.TCPConnHighWater,
  };
}
