import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import type { DockerEngine } from '../../src/engine/docker-engine.ts';
import type { Step } from '../../src/model/plan.ts';
import type { AppSketch } from '../../src/plan/testing/sketch.ts';
import { eventually } from '../support/eventually.ts';
import { engineOf } from './support/device.ts';
import { startPoller, type Poll, type Poller } from './support/poller.ts';
import { useDevice, useRegistry } from './support/shared.ts';
import { createStrategyBench, type StrategyBench } from './support/strategy-bench.ts';

const app = { uuid: 'hfdowntime0000000000000000000000', id: 99_872 };

/** Serves the number of its release, and gives the sign of a hand-over once it does, if it is told to. */
const body = `trap 'exit 0' TERM; mkdir -p /www; echo "$RELEASE" >/www/index.html; httpd -p 80 -h /www
until wget -q -O - http://127.0.0.1/; do usleep 50000; done
[ -z "$SIGN" ] || touch /tmp/balena/handover-complete
sleep 100000 & wait`;

interface Variant {
	readonly release: 1 | 2;
	readonly image: string;
	readonly strategy: string;
	readonly isSigning?: boolean;
	readonly timeoutMs?: number;
}

function sketchOf({ release, image, strategy, isSigning = false, timeoutMs }: Variant): AppSketch {
	const timeout = { 'io.balena.update.handover-timeout': String(timeoutMs) };
	const web = {
		image,
		imageId: release,
		environment: { RELEASE: String(release), ...(isSigning && { SIGN: '1' }) },
		labels: {
			'io.balena.update.strategy': strategy,
			...(timeoutMs !== undefined && timeout),
		},
		compose: { command: ['sh', '-c', body], stop_grace_period: '5s' },
	};
	return { ...app, commit: `c${release}`, releaseId: release, services: { web } };
}

/** When a step began and ended, in the poller's time. */
type Spans = Map<Step['kind'], { beganMs: number; endedMs: number }>;

const uptimeMs = (): number => Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 1000;

describe('a web service that is asked for its page while it is updated', () => {
	const device = useDevice();
	const registry = useRegistry();
	const table: string[] = [];
	let engine: DockerEngine;
	let bench: StrategyBench;
	let poller: Poller | undefined;
	let spans: Spans;
	let first: string;
	let second: string;

	before(async () => {
		first = `${registry().open}/${await registry().publishLayers('hf-downtime:1', [1])}`;
		second = `${registry().open}/${await registry().publishLayers('hf-downtime:2', [1])}`;
		engine = engineOf(device());
		bench = createStrategyBench({
			...{ app, device: device(), images: [first, second] },
			engine: { ...engine, pullImage: pullSlowly },
			onProgress: (event) => {
				if (event.kind === 'stepStarted') {
					spans.set(event.step.kind, { beganMs: uptimeMs(), endedMs: Infinity });
				}
				const span = event.kind === 'stepDone' ? spans.get(event.step.kind) : undefined;
				if (span !== undefined) span.endedMs = uptimeMs();
			},
		});
	});

	beforeEach(() => (spans = new Map()));
	afterEach(async () => {
		await poller?.remove();
		poller = undefined;
		await bench.clear();
	});
	after(() => {
		engine.close();
		process.stdout.write(`\n${table.join('\n')}\n`);
	});

	/** A pull takes as long as the poller needs to see what is up and what is not, however busy the machine is. */
	const pullSlowly: DockerEngine['pullImage'] = async (reference, options) => {
		await poller?.more(5);
		await engine.pullImage(reference, options);
	};

	/** Updates from the first release to the second. @returns every request from before to after it */
	const update = async (strategy: string, more: Partial<Variant> = {}): Promise<Poll[]> => {
		await bench.apply(sketchOf({ release: 1, image: first, strategy })); // it gives no sign
		const network = `${app.uuid}_default`;
		poller = await startPoller(device(), { network, service: 'web' });
		await untilAnswers('1');
		const before = (await poller.polls()).findIndex(({ answer }) => answer === '1');
		await bench.apply(sketchOf({ release: 2, image: second, strategy, ...more }));
		await untilAnswers('2');
		await poller.more(5);
		const polls = (await poller.polls()).slice(before);
		table.push(`${strategy.padEnd(22)} down ${Math.round(downtimeOf(polls))} ms`);
		return polls;
	};
	const untilAnswers = (release: string): Promise<unknown> =>
		eventually(`an answer of release ${release}`, async () => {
			const polls = (await poller?.polls()) ?? [];
			return polls.at(-1)?.answer === release ? true : undefined;
		});
	const within = (polls: readonly Poll[], fromMs: number, toMs: number): (string | undefined)[] =>
		polls
			.filter(({ endedMs }, index) => (polls[index - 1]?.endedMs ?? 0) >= fromMs && endedMs <= toMs)
			.map(({ answer }) => answer);
	const spanOf = (kind: Step['kind']): { beganMs: number; endedMs: number } => {
		const span = spans.get(kind);
		if (span === undefined) throw new Error(`there was no ${kind}`);
		return span;
	};

	it('must answer until the new image is there, when it is downloaded before the old one is killed', async () => {
		const polls = await update('download-then-kill');
		const { beganMs, endedMs } = spanOf('pullImage');
		const meanwhile = within(polls, beganMs, endedMs);
		expect(meanwhile).to.have.lengthOf.at.least(3);
		expect(new Set(meanwhile)).to.deep.equal(new Set(['1']));
		expect(new Set(within(polls, 0, spanOf('stopContainer').beganMs))).to.deep.equal(
			new Set(['1']),
		);
	});

	for (const strategy of ['kill-then-download', 'delete-then-download']) {
		it(`must be down while the new image is fetched: ${strategy}`, async () => {
			const polls = await update(strategy);
			const { beganMs, endedMs } = spanOf('pullImage');
			expect(spanOf('removeContainer').endedMs).to.be.at.most(beganMs);
			const meanwhile = within(polls, beganMs, endedMs);
			expect(meanwhile).to.have.lengthOf.at.least(3);
			expect(new Set(meanwhile)).to.deep.equal(new Set([undefined]));
		});
	}

	it('must answer every single request while it is handed over', async () => {
		const polls = await update('hand-over', { isSigning: true });
		expect(downtimeOf(polls)).to.equal(0);
		expect(new Set(polls.map(({ answer }) => answer))).to.deep.equal(new Set(['1', '2']));
	});

	it('must stop the old one, without a failed request, when the sign never comes', async () => {
		const timeoutMs = 3000;
		const polls = await update('hand-over', { timeoutMs });
		expect(downtimeOf(polls)).to.equal(0);
		const { beganMs, endedMs } = spanOf('waitHandover');
		expect(endedMs - beganMs).to.be.at.least(timeoutMs - 20); // the kernel tells hundredths of a second
		expect(spanOf('stopContainer').beganMs).to.be.at.least(endedMs);
		expect(polls.at(-1)?.answer).to.equal('2');
	});
});

/** From the last answer before to the first one after, over all gaps. */
function downtimeOf(polls: readonly Poll[]): number {
	let downMs = 0;
	let lastAnswerMs = polls[0]?.endedMs ?? 0;
	let isDown = false;
	for (const { endedMs, answer } of polls) {
		if (answer === undefined) {
			isDown = true;
			continue;
		}
		if (isDown) downMs += endedMs - lastAnswerMs;
		isDown = false;
		lastAnswerMs = endedMs;
	}
	return downMs;
}
