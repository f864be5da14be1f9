/** The server as a whole. */
import { readinessOf } from '../http/readiness.ts';
import type { MetricsSource } from './metric-family.ts';

export const serverMetrics: MetricsSource = {
  title: 'The server',
  families: [
    {
      name: 'ringzone_build_info',
      type: 'gauge',
      help: 'Always 1; what runs',
      labels: ['version', 'node'],
      samples: ({ source }) => {
        const [, version = ''] = /^Ringzone (\S+)/.exec(source.state().version) ?? [];
        return [{ labels: { version, node: process.versions.node }, value: 1 }];
      },
    },
    {
      name: 'ringzone_start_time_seconds',
      type: 'gauge',
      help: 'When the server was started',
      labels: [],
      samples: ({ source }) => [{ value: source.state().bootMs / 1000 }],
    },
    {
      name: 'ringzone_configured_time_seconds',
      type: 'gauge',
      help: 'When the configuration in force was read',
      labels: [],
      samples: ({ source }) => [{ value: source.state().configuredMs / 1000 }],
    },
    {
      name: 'ringzone_ready',
      type: 'gauge',
      help: '1 where /readyz says so',
      labels: [],
      samples: ({ source, totals }) => [{ value: readinessOf(source, totals).isReady ? 1 : 0 }],
    },
    {
      name: 'ringzone_workers',
      type: 'gauge',
      help: 'Threads that answer now',
      labels: ['transport'],
      samples: ({ vitals: { udpWorkers, tcpWorkers } }) => [
        { labels: { transport: 'udp' }, value: udpWorkers },
        { labels: { transport: 'tcp' }, value: tcpWorkers },
      ],
    },
    {
      name: 'ringzone_workers_configured',
      type: 'gauge',
      help: 'Threads that shall answer',
      labels: ['transport'],
      samples: ({ source }) => {
        const { udpWorkers, tcpWorkers } = source.state();
        return [
          { labels: { transport: 'udp' }, value: udpWorkers },
          { labels: { transport: 'tcp' }, value: tcpWorkers },
        ];
      },
    },
    {
      name: 'ringzone_worker_replacements_total',
      type: 'counter',
      help: 'Threads that died and were replaced',
      labels: [],
      samples: ({ vitals }) => [{ value: vitals.replacements }],
    },
    {
      name: 'ringzone_log_dropped_total',
      type: 'counter',
      help: 'Log lines of workers that found no room because the log thread or the disk was slower',
      labels: [],
      samples: ({ vitals }) => [{ value: vitals.logDropped }],
    },
    {
      name: 'ringzone_dnstap_dropped_total',
      type: 'counter',
      help: 'Messages that dnstap did not get because its output was slower',
      labels: [],
      samples: ({ vitals }) => [{ value: vitals.dnstapDropped }],
    },
    {
      name: 'ringzone_zone_memory_bytes',
      type: 'gauge',
      help: 'Shared memory that zones have taken so far, all versions that are still read among them',
      labels: [],
      samples: ({ source }) => [{ value: source.zoneOctets() }],
    },
    {
      name: 'ringzone_zone_memory_limit_bytes',
      type: 'gauge',
      help: 'The most that zones can have',
      labels: [],
      samples: ({ vitals }) => [{ value: vitals.zoneOctetsLimit }],
    },
  ],
};
