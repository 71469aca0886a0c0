import { expect } from 'chai';
import type { DockerEngine } from '../../src/engine/docker-engine.ts';
import { systemClock } from '../../src/kit/clock.ts';
import { labelNames } from '../../src/model/labels.ts';
import type { Step } from '../../src/model/plan.ts';
import type { AppSketch } from '../../src/plan/testing/sketch.ts';
import { engineOf } from './support/device.ts';
import { useDevice, useRegistry } from './support/shared.ts';
import { createStrategyBench, type StrategyBench } from './support/strategy-bench.ts';

const never = new AbortController().signal;

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
	let bench: StrategyBench;
	let done: Step['kind'][];
	let first: string;
	let second: string;

	before(async () => {
		engine = engineOf(device());
		first = `${registry().open}/${await registry().publishLayers('hf-strategy:1', [1])}`;
		second = `${registry().open}/${await registry().publishLayers('hf-strategy:2', [1])}`;
		bench = createStrategyBench({
			...{ app: { uuid, id }, device: device(), engine, images: [first, second] },
			onProgress: (event) => {
				if (event.kind === 'stepDone') done.push(event.step.kind);
			},
		});
	});

	beforeEach(() => (done = []));
	afterEach(() => bench.clear());
	after(() => engine.close());

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
		await bench.apply(sketchOf({ release: 1, image: first, strategy })); // the old one gives no sign
		done = [];
		return watching(() => bench.apply(sketchOf({ release: 2, image: second, strategy, ...more })));
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
