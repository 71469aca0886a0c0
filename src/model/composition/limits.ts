import { z } from 'zod';
import type { ServiceComposition } from '../composition.ts';
import { longOrShort } from './parsed.ts';
import { amount, byteSize, flag, integer, word } from './values.ts';

const ulimit = longOrShort(
	z.object({ soft: integer, hard: integer }),
	integer.transform((limit) => ({ soft: limit, hard: limit })),
);

/** How much of the device the container may use. */
export const limitFields = {
	mem_limit: byteSize.optional(),
	mem_reservation: byteSize.optional(),
	cpu_shares: integer.optional(),
	cpu_quota: integer.optional(),
	cpus: amount.optional(),
	cpuset: word.optional(),
	pids_limit: integer.optional(),
	oom_kill_disable: flag.default(false),
	oom_score_adj: integer.optional(),
	ulimits: z.record(z.string(), ulimit, { error: 'must be a map' }).default({}),
};

type LimitFields = z.infer<z.ZodObject<typeof limitFields>>;

export function toLimits(fields: LimitFields) {
	return {
		memLimitBytes: fields.mem_limit,
		memReservationBytes: fields.mem_reservation,
		cpuShares: fields.cpu_shares,
		cpuQuota: fields.cpu_quota,
		cpus: fields.cpus,
		cpuset: fields.cpuset,
		pidsLimit: fields.pids_limit,
		oomKillDisable: fields.oom_kill_disable,
		oomScoreAdj: fields.oom_score_adj,
		ulimits: Object.entries(fields.ulimits).map(([name, { soft, hard }]) => ({ name, soft, hard })),
	} satisfies Partial<ServiceComposition>;
}
