import { expect } from 'chai';
import type { DockerEngine } from '../../src/engine/docker-engine.ts';
import { createExecutor, type Executor } from '../../src/execute/executor.ts';
import { systemClock } from '../../src/kit/clock.ts';
import { silentLogger } from '../../src/kit/logger.ts';
import { labelNames } from '../../src/model/labels.ts';
import type { Intent, Step } from '../../src/model/plan.ts';
import type { TargetApp } from '../../src/model/target.ts';
import { observeDevice } from '../../src/observe/observe-device.ts';
import { computeAppPlan } from '../../src/plan/app-plan.ts';
import { lockFolderOf } from '../../src/plan/compose/mounts.ts';
import { sketchApp, sketchContext, type AppSketch } from '../../src/plan/testing/sketch.ts';
import { engineOf } from './support/device.ts';
import { useDevice, useRegistry } from './support/shared.ts';

const never = new AbortController().signal;
const nothing = (): Promise<void> => Promise.resolve();

const uuid = 'hfstrategies00000000000000000000';
const id = 99_871;
/** Gives the sign of a hand-over half a second after its start, if it is told to, and ends at once when it is to. */
const body =
	'trap "exit 0" TERM; sleep 0.5; [ -z "$SIGN" ] || touch /tmp/balena/handover-complete; sleep 1000 & wait';

interface Variant {
	readonly release: number;
	readonly image: string;
	readonly strategy: string;
	readonly isSigning?: boolean;
	readonly timeoutMs?: number;
}

function sketchOf({ release, image, strategy, isSigning, timeoutMs }: Variant): AppSketch {
	return {
		uuid,
		id,
		commit: `c${release}`,
		releaseId: release,
		services: {
			web: {
				image,
				imageId: release,
				environment: { RELEASE: String(release), ...(isSigning === true && { SIGN: '1' }) },
				labels: {
					'io.balena.update.strategy': strategy,
					...(timeoutMs !== undefined && {
						'io.balena.update.handover-timeout': String(timeoutMs),
					}),
				},
				compose: { command: ['sh', '-c', body], stop_grace_period: '5s' },
			},
		},
	};
}

/** How a service fared while it was watched. */
interface Watched {
	/** No container of it ran. */
	readonly downMs: number;
	/** Two of them did. */
	readonly overlapMs: number;
}

describe('update strategies on a real engine', () => {
	const device = useDevice();
	const registry = useRegistry();
	let engine: DockerEngine;
	let executor: Executor;
	let done: Step['kind'][];
	let first: string;
	let second: string;

	before(async () => {
		engine = engineOf(device());
		first = `${registry().open}/${await registry().publishLayers('hf-strategy:1', [1])}`;
		second = `${registry().open}/${await registry().publishLayers('hf-strategy:2', [1])}`;
		const signIn = (service: string): string => `${lockFolderOf(id, service)}/handover-complete`;
		executor = createExecutor({
			engine,
			locks: { take: nothing, release: nothing, untilReleased: nothing },
			handovers: {
				clear: async (_appId, service) => {
					await device().exec('rm', '-f', signIn(service));
				},
				isGiven: (_appId, service) =>
					device()
						.exec('test', '-e', signIn(service))
						.then(
							() => true,
							() => false,
						),
			},
			rebootMark: { add: nothing },
			store: { recordImages: nothing, forgetImages: nothing, recordCommit: nothing },
			registryAuth: { credentialsFor: () => Promise.resolve(undefined) },
			clock: systemClock,
			log: silentLogger,
			onProgress: (event) => {
				if (event.kind === 'stepDone') done.push(event.step.kind);
			},
		});
	});

	beforeEach(() => (done = []));
	afterEach(async () => {
		await apply(undefined, [{ kind: 'purge' }]);
		for (const image of [first, second]) await engine.removeImage(image, never);
	});
	after(() => engine.close());

	async function apply(sketch: AppSketch | undefined, intents: readonly Intent[] = []) {
		const target: TargetApp = sketchApp(sketch ?? { uuid, id, services: {} });
		const observed = await observeDevice({ engine, clock: systemClock }, never);
		const input = { observed, context: sketchContext, force: false, intents };
		const { appUuid, appId } = target;
		const oldImages = { web: [first, second].filter((image) => image !== imageOf(target)) };
		const currentCommit = target.release?.commit;
		const plan = computeAppPlan({ ...input, appUuid, appId, target, oldImages, currentCommit });
		const { failures } = await executor.execute(plan, { signal: never });
		expect(failures.map(({ step, err }) => `${step.id}: ${err.message}`)).to.deep.equal([]);
	}

	/** Runs the work, and looks at the service every 20 ms meanwhile. */
	async function watching(work: () => Promise<void>): Promise<Watched> {
		const end = new AbortController();
		const watched = { downMs: 0, overlapMs: 0 };
		const watch = async (): Promise<void> => {
			let lastMs = performance.now();
			while (!end.signal.aborted) {
				const running = (await engine.listContainers(never)).filter(
					({ labels, state }) => labels[labelNames.appUuid] === uuid && state === 'running',
				).length;
				const nowMs = performance.now();
				if (running === 0) watched.downMs += nowMs - lastMs;
				if (running === 2) watched.overlapMs += nowMs - lastMs;
				lastMs = nowMs;
				await systemClock.sleep(20, end.signal).catch(() => undefined);
			}
		};
		const eyes = watch();
		await work();
		end.abort();
		await eyes;
		return watched;
	}

	const update = async (strategy: string, more: Partial<Variant> = {}): Promise<Watched> => {
		await apply(sketchOf({ release: 1, image: first, strategy })); // the old one gives no sign
		done = [];
		return watching(() => apply(sketchOf({ release: 2, image: second, strategy, ...more })));
	};
	const orderOf = (...kinds: readonly Step['kind'][]): Step['kind'][] =>
		done.filter((kind) => kinds.includes(kind));

	it('must fetch before anything stops, and be down for the switch only', async () => {
		const { downMs, overlapMs } = await update('download-then-kill');
		expect(
			orderOf('pullImage', 'createContainer', 'stopContainer', 'startContainer'),
		).to.deep.equal(['pullImage', 'createContainer', 'stopContainer', 'startContainer']);
		expect(overlapMs).to.equal(0);
		expect(downMs).to.be.below(5000);
	});

	it('must stop and remove before it fetches, when told to kill then download', async () => {
		const { overlapMs } = await update('kill-then-download');
		expect(orderOf('pullImage', 'stopContainer', 'removeContainer')).to.deep.equal([
			'stopContainer',
			'removeContainer',
			'pullImage',
		]);
		expect(overlapMs).to.equal(0);
	});

	it('must remove the old image, too, before it fetches, when told to delete then download', async () => {
		await update('delete-then-download');
		expect(orderOf('pullImage', 'removeContainer', 'removeImage')).to.deep.equal([
			'removeContainer',
			'removeImage',
			'pullImage',
		]);
	});

	it('must not be down for a moment while it hands over, and end when the sign is given', async () => {
		const { downMs, overlapMs } = await update('hand-over', { isSigning: true });
		expect(downMs).to.equal(0);
		expect(overlapMs).to.be.within(200, 20_000);
		const left = (await engine.listContainers(never)).filter(
			({ labels }) => labels[labelNames.appUuid] === uuid,
		);
		expect(left.map(({ name, state }) => `${name} ${state}`)).to.deep.equal(['web_2_2_c2 running']);
	});

	it('must end a hand-over without a sign when the time of the label is up', async () => {
		const { downMs, overlapMs } = await update('hand-over', { timeoutMs: 2000 });
		expect(downMs).to.equal(0);
		expect(overlapMs).to.be.within(1500, 20_000);
	});
});

function imageOf({ release }: TargetApp): string | undefined {
	return release?.services[0]?.image;
}
