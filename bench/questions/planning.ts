import { computeAppPlan } from '../../src/plan/app-plan.ts';
import { createSpecCache } from '../../src/plan/spec-cache.ts';
import { executePlan } from '../../src/plan/testing/simulator.ts';
import { lookAt, sketchApp, type AppSketch } from '../../src/plan/testing/sketch.ts';
import { emptyWorld, type World } from '../../src/plan/testing/world.ts';
import { say } from '../support/bench-device.ts';
import { median, servicesText, type Row } from '../support/table.ts';

interface Case {
	readonly services: number;
	readonly rounds: number;
	/** Milliseconds; undefined: nothing is aimed at. */
	readonly aimMs?: number;
}

const cases: readonly Case[] = [
	{ services: 1, rounds: 101 },
	{ services: 100, rounds: 31 },
	{ services: 1000, rounds: 11, aimMs: 50 },
];

/** How long does it take to plan, without an engine? */
export async function measurePlanning(): Promise<Row[]> {
	const rows: Row[] = [];
	for (const one of cases) {
		say(`planning ${servicesText(one.services)}`);
		rows.push(...measureCase(one));
		await Promise.resolve();
	}
	return rows;
}

function measureCase(one: Case): Row[] {
	const [before, after] = [sketchOf(one.services, 1), sketchOf(one.services, 2)].map(sketchApp);
	const world = settledWorld(sketchOf(one.services, 1));
	const specs = createSpecCache();
	const ways = [
		{ name: 'an update of all, from scratch', plan: () => computeAppPlan(lookAt(world, after)) },
		{
			name: 'another look at what is settled',
			plan: () => computeAppPlan(lookAt(world, before, { specs })),
		},
	];
	return ways.map(({ name, plan }) => rowOf(name, one, timesOf(plan, one.rounds)));
}

function timesOf(work: () => unknown, rounds: number): number[] {
	for (let warm = 0; warm < 5; warm += 1) work();
	return Array.from({ length: rounds }, () => {
		const startedMs = performance.now();
		work();
		return performance.now() - startedMs;
	});
}

function rowOf(name: string, { services, rounds, aimMs }: Case, times: readonly number[]): Row {
	const measured = median(times);
	return {
		question: `plan ${servicesText(services)}: ${name}`,
		measured: `${measured.toFixed(1)} ms`,
		rounds,
		floor: '',
		ratio: '',
		aim: aimMs === undefined ? '' : `${aimMs} ms`,
		peer: '',
		met: aimMs === undefined || measured <= aimMs,
	};
}

/** Services as fleets have them: an image each, a common volume, two networks, a port, chains of dependencies. */
function sketchOf(services: number, release: number): AppSketch {
	const serviceOf = (index: number): [string, NonNullable<AppSketch['services']>[string]] => [
		`service${index}`,
		{
			image: `registry.example.com/service${index}:${release}`,
			environment: { MODE: 'production', RELEASE: String(release) },
			labels: { 'io.balena.features.supervisor-api': '1' },
			compose: {
				depends_on: index % 5 === 0 ? [] : [`service${index - 1}`],
				volumes: ['data:/data'],
				networks: ['default', 'back'],
				ports: [`${10_000 + index}:80`],
			},
		},
	];
	return {
		commit: `c${release}`,
		releaseId: release,
		services: Object.fromEntries(Array.from({ length: services }, (_, index) => serviceOf(index))),
		networks: { back: {} },
		volumes: { data: {} },
	};
}

function settledWorld(sketch: AppSketch): World {
	return executePlan(emptyWorld, computeAppPlan(lookAt(emptyWorld, sketchApp(sketch))));
}
