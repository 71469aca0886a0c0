import { readdir, statfs } from 'node:fs/promises';
import path from 'node:path';
import type { HostMetrics } from '../model/host-metrics.ts';
import { readFirst, readText } from './read-text.ts';
import { createUndervoltageCheck } from './undervoltage.ts';

export interface MetricPaths {
	/** `/proc` */
	readonly proc: string;
	/** `/sys` */
	readonly sys: string;
	/** `/dev/kmsg` */
	readonly kmsg: string;
}

/**
 * Reads the metrics from the kernel's files, without child processes.
 * @returns a function; processor use is the mean since its last call, or since boot at the first
 */
export function createMetricsReader({ proc, sys, kmsg }: MetricPaths): () => Promise<HostMetrics> {
	const isUndervolted = createUndervoltageCheck(kmsg);
	let lastTimes: CpuTimes = { busy: 0, total: 0 };
	let cpuId: string | undefined;

	const readCpuUsage = async (): Promise<number | undefined> => {
		const times = parseCpuTimes((await readText(path.join(proc, 'stat'))) ?? '');
		if (times === undefined) return undefined;
		const usage = usageBetween(lastTimes, times);
		lastTimes = times;
		return usage;
	};
	return async () => {
		cpuId ??= await readCpuId(proc, sys);
		return {
			cpuUsage: await readCpuUsage(),
			...parseMemory((await readText(path.join(proc, 'meminfo'))) ?? ''),
			...(await readStorage(proc)),
			cpuTemp: await readTemperature(sys),
			cpuId,
			isUndervolted: isUndervolted(),
		};
	};
}

interface CpuTimes {
	readonly busy: number;
	readonly total: number;
}

/** The line `cpu` of /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal (guest is part of user). */
export function parseCpuTimes(stat: string): CpuTimes | undefined {
	const line = /^cpu +([\d ]+)$/m.exec(stat)?.[1];
	if (line === undefined) return undefined;
	const ticks = line.split(' ').slice(0, 8).map(Number);
	const total = ticks.reduce((sum, tick) => sum + tick, 0);
	const idle = (ticks[3] ?? 0) + (ticks[4] ?? 0);
	return { busy: total - idle, total };
}

function usageBetween(before: CpuTimes, now: CpuTimes): number | undefined {
	const total = now.total - before.total;
	if (total <= 0) return undefined;
	// The kernel's idle counters may step back a little.
	return Math.min(100, Math.max(0, Math.round((100 * (now.busy - before.busy)) / total)));
}

/** Used is what is left without caches that the kernel gives back on demand. */
export function parseMemory(meminfo: string): Pick<HostMetrics, 'memoryUsage' | 'memoryTotal'> {
	const kib = (name: string): number | undefined => {
		const digits = new RegExp(`^${name}: +(\\d+) kB`, 'm').exec(meminfo)?.[1];
		return digits === undefined ? undefined : Number(digits);
	};
	const total = kib('MemTotal');
	const free = kib('MemFree');
	if (total === undefined || free === undefined) return {};
	const caches = (kib('Cached') ?? 0) + (kib('Buffers') ?? 0) + (kib('SReclaimable') ?? 0);
	return {
		memoryTotal: Math.round(total / 1024),
		memoryUsage: Math.round(Math.max(0, total - free - caches) / 1024),
	};
}

/** The file system that holds the data: the one mounted at `/data`, else one whose mount point contains `/data`. */
export function findDataMount(
	mounts: string,
): { readonly device: string; readonly mountPoint: string } | undefined {
	const found = mounts
		.split('\n')
		.map((line) => line.split(' '))
		.map(([device = '', mountPoint = '']) => ({
			device: unescapeMount(device),
			mountPoint: unescapeMount(mountPoint),
		}))
		.filter(({ mountPoint }) => mountPoint.includes('/data'));
	return found.find(({ mountPoint }) => mountPoint === '/data') ?? found[0];
}

/** Blanks and the like are written as octal numbers. */
function unescapeMount(text: string): string {
	return text.replaceAll(/\\(\d{3})/g, (_, octal: string) =>
		String.fromCharCode(Number.parseInt(octal, 8)),
	);
}

const mebibyte = 1024 * 1024;

async function readStorage(
	proc: string,
): Promise<Pick<HostMetrics, 'storageBlockDevice' | 'storageUsage' | 'storageTotal'>> {
	const mount = findDataMount((await readText(path.join(proc, 'self/mounts'))) ?? '');
	const sizes = mount && (await statfs(mount.mountPoint).catch(() => undefined));
	if (sizes === undefined) return {};
	return {
		storageBlockDevice: mount?.device,
		storageUsage: Math.round(((sizes.blocks - sizes.bfree) * sizes.bsize) / mebibyte),
		storageTotal: Math.round((sizes.blocks * sizes.bsize) / mebibyte),
	};
}

async function readTemperature(sys: string): Promise<number | undefined> {
	const folder = path.join(sys, 'class/thermal');
	const zones = (await readdir(folder).catch(() => [])).filter((name) =>
		/^thermal_zone/.test(name),
	);
	const readings = await Promise.all(
		zones.sort().map(async (zone) => ({
			isCpu: /cpu|soc|x86_pkg|core/i.test((await readText(path.join(folder, zone, 'type'))) ?? ''),
			milli: Number(await readText(path.join(folder, zone, 'temp'))),
		})),
	);
	const sound = readings.filter(({ milli }) => Number.isFinite(milli));
	const chosen = sound.find(({ isCpu }) => isCpu) ?? sound[0];
	return chosen && Math.round(chosen.milli / 1000);
}

async function readCpuId(proc: string, sys: string): Promise<string | undefined> {
	const found = await readFirst([
		path.join(proc, 'device-tree/serial-number'),
		path.join(proc, 'device-tree/product-sn'),
		path.join(sys, 'devices/soc0/serial_number'),
		path.join(sys, 'class/dmi/id/board_serial'),
	]);
	return found?.toLowerCase();
}
