import type { BareServer } from '../support/bare-server.ts';
import type { BenchSupervisor } from '../support/bench-supervisor.ts';
import type { BenchContext } from '../support/context.ts';
import { follow, isDone, measuredApp } from '../support/course.ts';
import { percentile } from '../support/load.ts';
import { startPings } from '../support/pings.ts';
import type { Row } from '../support/table.ts';
import { untilServicesRun } from '../support/with-services.ts';

const aimMs = 50;

/** Does the local API answer while the supervisor has most to do? */
export async function measurePingDuringChange(
	context: BenchContext,
	{ supervisor, server }: { readonly supervisor: BenchSupervisor; readonly server: BareServer },
	services: number,
): Promise<Row[]> {
	const variables = { services, value: 'ping' };
	context.cloud.setTarget({ services, keeper: true, variables });
	const pings = startPings(`${supervisor.apiUrl}/ping`);
	const floorPings = startPings(server.urlOf(2));
	const course = await follow(context, measuredApp, {
		what: `${services} services changed under pings`,
		isOver: (happenings) =>
			isDone('destroy', services)(happenings) && isDone('start', services)(happenings),
		begin: () => supervisor.update(),
	}).finally(() => [pings, floorPings].forEach((one) => one.stop()));
	const { tookMs: times } = await pings.result();
	const floorP99 = percentile((await floorPings.result()).tookMs, 0.99);
	await untilServicesRun(context, supervisor, services);
	const p99 = percentile(times, 0.99);
	const slowest = percentile(times, 1);
	const tookSec = (course.tookMs / 1000).toFixed(0);
	return [
		{
			question: `GET /ping while ${services} services change, ${times.length} in ${tookSec} s: p99 (slowest)`,
			measured: `${p99.toFixed(1)} ms (${slowest.toFixed(0)} ms)`,
			rounds: 1,
			floor: `${floorP99.toFixed(1)} ms`,
			ratio: (p99 / floorP99).toFixed(2),
			peer: '',
			aim: `${aimMs} ms`,
			met: p99 < aimMs,
		},
	];
}
