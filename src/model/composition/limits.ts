import { z } from 'zod';
import type { ServiceComposition } from '../composition.ts';
import { blkioConfig } from './blkio.ts';
import { deploy } from './deploy.ts';
import { gpus, namedDevices, type devices } from './devices.ts';
import { field } from './field.ts';
import { longOrShort, reader } from './parsed.ts';
import { orIgnored } from './partly.ts';
import {
	amount,
	byteSize,
	durationNs,
	flag,
	integer,
	integerBetween,
	integerFrom,
	members,
	word,
} from './values.ts';

const ulimit = longOrShort(
	members({ soft: integerFrom(-1), hard: integerFrom(-1) }).refine(
		({ soft, hard }) => hard === -1 || (soft !== -1 && soft <= hard),
		'must have a soft limit that is not above the hard one',
	),
	integerFrom(-1).transform((limit) => ({ soft: limit, hard: limit })),
);

/** Microseconds: a number of them, or a duration. */
const microseconds = reader((value) => {
	const plain = integerFrom(0).safeParse(value).data;
	const duration = durationNs.safeParse(value).data;
	return plain ?? (duration === undefined ? undefined : Math.round(duration / 1000));
}, 'must be a number of microseconds, or a duration such as 400ms');

/** A size, or -1 for no limit. */
const sizeOrUnlimited = reader((value) => {
	if (integer.safeParse(value).data === -1) return -1;
	return byteSize.safeParse(value).data;
}, 'must be a size in bytes such as 64m, or -1');

const size = () => orIgnored(byteSize, byteSize, 'not a size, so it has no effect');
const anyNumber = reader((value) => {
	const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}, 'must be a number');
const count = (schema: z.ZodType<number>) =>
	orIgnored(integer, schema, 'not an integer, so it has no effect');

/** How much of the device the container may use. */
export const limitFields = {
	mem_limit: field(size(), {
		forms: 'size; anything else has no effect',
		engine: 'HostConfig.Memory',
		fallback: 'no limit',
		doc: 'Memory the container may use.',
	}),
	mem_reservation: field(size(), {
		forms: 'size; anything else has no effect',
		engine: 'HostConfig.MemoryReservation',
		fallback: 'none',
		doc: 'Memory that it is held to when the device runs short.',
	}),
	memswap_limit: field(sizeOrUnlimited.optional(), {
		forms: 'size, or `-1` for no limit',
		engine: 'HostConfig.MemorySwap',
		fallback: 'twice `mem_limit`',
		doc: 'Memory and swap together.',
	}),
	mem_swappiness: field(integerBetween(0, 100).optional(), {
		forms: 'integer from 0 to 100',
		engine: 'HostConfig.MemorySwappiness',
		fallback: "the kernel's",
		doc: 'How readily its memory is swapped out.',
	}),
	shm_size: field(size(), {
		forms: 'size; anything else has no effect',
		engine: 'HostConfig.ShmSize',
		fallback: '64 MiB',
		doc: 'Size of /dev/shm.',
	}),
	cpus: field(orIgnored(anyNumber, amount, 'not a number, so it has no effect'), {
		forms: 'number; anything else has no effect',
		engine: 'HostConfig.NanoCpus',
		fallback: 'no limit',
		doc: 'Processors the container may use; not beside `cpu_quota` or `cpu_period`.',
	}),
	cpu_shares: field(count(integerFrom(0)), {
		forms: 'integer; anything else has no effect',
		engine: 'HostConfig.CpuShares',
		fallback: '1024',
		doc: 'Weight against other containers when processors are short.',
	}),
	cpu_quota: field(count(integerFrom(-1)), {
		forms: 'integer, microseconds; anything else has no effect',
		engine: 'HostConfig.CpuQuota',
		fallback: 'no limit',
		doc: 'Processor time in each period.',
	}),
	cpu_period: field(microseconds.optional(), {
		forms: 'integer, microseconds; duration',
		engine: 'HostConfig.CpuPeriod',
		fallback: '100 ms',
		doc: 'The period of `cpu_quota`.',
	}),
	cpu_rt_period: field(microseconds.optional(), {
		forms: 'integer, microseconds; duration',
		engine: 'HostConfig.CpuRealtimePeriod',
		fallback: 'none',
		doc: 'The period of `cpu_rt_runtime`.',
	}),
	cpu_rt_runtime: field(microseconds.optional(), {
		forms: 'integer, microseconds; duration',
		engine: 'HostConfig.CpuRealtimeRuntime',
		fallback: 'none',
		doc: 'Real-time processor time in each period, where the kernel has it.',
	}),
	cpuset: field(word.optional(), {
		forms: 'list of numbers and ranges: `0-2,4`',
		engine: 'HostConfig.CpusetCpus',
		fallback: 'all',
		doc: 'Processors the container may run on.',
	}),
	pids_limit: field(integerFrom(-1).optional(), {
		forms: 'integer; `-1` for no limit',
		engine: 'HostConfig.PidsLimit',
		fallback: 'no limit',
		doc: 'Processes and threads the container may have.',
	}),
	oom_kill_disable: field(flag.default(false), {
		forms: 'boolean',
		engine: 'HostConfig.OomKillDisable',
		fallback: '`false`',
		doc: 'Processes wait instead of being killed when memory is short.',
	}),
	oom_score_adj: field(count(integerBetween(-1000, 1000)), {
		forms: 'integer from -1000 to 1000; what is no integer has no effect',
		engine: 'HostConfig.OomScoreAdj',
		fallback: '0',
		doc: 'How likely it is killed when the memory of the device is short.',
	}),
	ulimits: field(z.record(z.string(), ulimit, { error: 'must be a map' }).default({}), {
		forms: 'map of names to a number, or to a map of `soft` and `hard`; `-1` for no limit',
		engine: 'HostConfig.Ulimits',
		fallback: "the engine's",
		doc: 'Limits of the process, such as `nofile`.',
	}),
	blkio_config: field(blkioConfig.default({}), {
		forms:
			'map of `weight`, `weight_device`, `device_read_bps`, `device_write_bps`, `device_read_iops`, `device_write_iops`',
		engine: 'HostConfig.BlkioWeight, HostConfig.BlkioDeviceReadBps …',
		fallback: 'none',
		doc: 'Weight and limits on block devices.',
	}),
	gpus: field(gpus.default([]), {
		forms: '`all`; list of maps of `driver`, `count` or `device_ids`, `capabilities`, `options`',
		engine: 'HostConfig.DeviceRequests',
		fallback: 'none, or one with the label `io.balena.features.gpu`',
		doc: 'Graphics processors.',
	}),
	deploy: field(deploy.optional(), {
		forms:
			'map of `resources.limits` (`cpus`, `memory`, `pids`) and `resources.reservations` (`memory`, `devices`)',
		engine: 'HostConfig.NanoCpus, Memory, PidsLimit, MemoryReservation, DeviceRequests',
		fallback: 'none',
		doc: 'The same limits in another place; those of the service itself come first.',
	}),
};

type LimitFields = z.infer<z.ZodObject<typeof limitFields>>;

export function toLimits(fields: LimitFields & { devices: z.infer<typeof devices> }) {
	const { limits, reservations } = fields.deploy?.resources ?? {};
	return {
		memLimitBytes: fields.mem_limit?.taken ?? limits?.memory,
		memReservationBytes: fields.mem_reservation?.taken ?? reservations?.memory,
		memSwapLimitBytes: fields.memswap_limit,
		memSwappiness: fields.mem_swappiness,
		shmSizeBytes: fields.shm_size?.taken,
		cpus: fields.cpus?.taken ?? limits?.cpus,
		cpuShares: fields.cpu_shares?.taken,
		cpuQuota: fields.cpu_quota?.taken,
		cpuPeriod: fields.cpu_period,
		cpuRtPeriodUs: fields.cpu_rt_period,
		cpuRtRuntimeUs: fields.cpu_rt_runtime,
		cpuset: fields.cpuset,
		pidsLimit: fields.pids_limit ?? limits?.pids,
		oomKillDisable: fields.oom_kill_disable,
		oomScoreAdj: fields.oom_score_adj?.taken,
		ulimits: Object.entries(fields.ulimits).map(([name, { soft, hard }]) => ({ name, soft, hard })),
		blkio: fields.blkio_config,
		deviceRequests: [
			...fields.gpus,
			...(reservations?.devices ?? []),
			...namedDevices(fields.devices),
		],
	} satisfies Partial<ServiceComposition>;
}
