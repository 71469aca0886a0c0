import { readdir, readFile } from 'node:fs/promises';
import { createReading, type MetricFamily } from '../report/metrics-values.ts';

/**
 * What this process uses, under the names that Prometheus' own client libraries give these. Read when somebody asks:
 * the collectors of prom-client keep a timer that wakes the processor a hundred times a second.
 */
export function processFamilies(): readonly MetricFamily[] {
	const startedAt = performance.timeOrigin / 1000;
	return [
		counter('process_cpu_user_seconds_total', 'Processor time in user mode', () => seconds('user')),
		counter('process_cpu_system_seconds_total', 'Processor time in the kernel', () =>
			seconds('system'),
		),
		counter(
			'process_cpu_seconds_total',
			'Processor time',
			() => seconds('user') + seconds('system'),
		),
		gauge('process_start_time_seconds', 'When the process began', () => startedAt),
		gauge('process_resident_memory_bytes', 'Memory that is resident', () =>
			process.memoryUsage.rss(),
		),
		gauge('process_open_fds', 'Open file descriptors', openFiles),
		gauge('process_max_fds', 'File descriptors that may be open', maxFiles),
		gauge(
			'nodejs_heap_size_total_bytes',
			'Heap of the runtime',
			() => process.memoryUsage().heapTotal,
		),
		gauge('nodejs_heap_size_used_bytes', 'Heap in use', () => process.memoryUsage().heapUsed),
		gauge(
			'nodejs_external_memory_bytes',
			'Memory outside of the heap',
			() => process.memoryUsage().external,
		),
	];
}

type Read = () => number | undefined | Promise<number | undefined>;

function reading(
	type: 'counter' | 'gauge',
	name: string,
): (help: string, read: Read) => MetricFamily {
	return (help, read) =>
		createReading({
			...{ name, help, type },
			read: async () => {
				const value = await read();
				return value === undefined ? [] : [{ labels: {}, value }];
			},
		});
}

const counter = (name: string, help: string, read: Read): MetricFamily =>
	reading('counter', name)(help, read);
const gauge = (name: string, help: string, read: Read): MetricFamily =>
	reading('gauge', name)(help, read);

function seconds(mode: 'user' | 'system'): number {
	return process.cpuUsage()[mode] / 1e6;
}

/** Absent where there is no /proc. */
async function openFiles(): Promise<number | undefined> {
	const files = await readdir('/proc/self/fd').catch(() => undefined);
	return files && files.length - 1; // reading the folder opens one
}

async function maxFiles(): Promise<number | undefined> {
	const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '');
	const [, limit] = /^Max open files\s+(\d+)/m.exec(limits) ?? [];
	return limit === undefined ? undefined : Number(limit);
}
