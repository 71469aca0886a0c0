import { expect } from 'chai';
import { SupervisorError } from '../kit/errors.ts';
import { silentLogger, type Logger } from '../kit/logger.ts';
import { createFakeClock, type FakeClock } from '../kit/testing/fake-clock.ts';
import { findImage } from '../model/image-reference.ts';
import type { DeltaAnswer } from '../ports/cloud.ts';
import { createFakeEngine, type FakeEngine } from '../ports/testing/fake-engine.ts';
import type { DeltaPatience } from './delta-book.ts';
import { createDeltaPulls, holderNameOf, type DeltaPull, type DeltaPulls } from './delta-pulls.ts';
import { settle } from './testing/executor-bench.ts';

const never = new AbortController().signal;
const image = 'registry.test/v2/b:2';
const source = 'registry.test/v2/a:1';
const delta = 'registry.test/v2/b:delta';
const holder = holderNameOf(image);
const ready: DeltaAnswer = { kind: 'ready', name: delta, token: 'T' };
const processing: DeltaAnswer = { kind: 'processing' };
const failed = new SupervisorError('no network', { code: 'IMAGE_PULL_FAILED' });

describe('createDeltaPulls', () => {
	let engine: FakeEngine;
	let clock: FakeClock;
	let patience: DeltaPatience;
	let answers: DeltaAnswer[];
	let asked: number;
	/** What happened, in order. */
	let done: string[];
	let logged: string[];
	let pulls: DeltaPulls;

	beforeEach(() => {
		engine = createFakeEngine();
		clock = createFakeClock();
		patience = { retryCount: 30, retryIntervalMs: 10_000, applyTimeoutMs: 0 };
		[answers, asked, done, logged] = [[], 0, [], []];
		const log: Logger = {
			...silentLogger,
			info: (_fields, message) => void logged.push(message),
			warn: (_fields, message) => void logged.push(message),
		};
		pulls = createDeltaPulls({
			engine,
			server: {
				ask: () => {
					asked += 1;
					const answer = answers.length > 1 ? answers.shift() : answers[0];
					return Promise.resolve(answer ?? { kind: 'none', reason: 'nobody', isLasting: false });
				},
			},
			patience: () => patience,
			clock,
			log,
		});
	});

	const orderOf = (more: Partial<DeltaPull> = {}): DeltaPull => ({
		...{ image, source, signal: never },
		async pullDelta(name, token, signal) {
			done.push(`pull ${name} with ${token}`);
			await engine.pullImage(name, { signal });
		},
		// As an engine that has made the image of the delta.
		async pullWhole() {
			done.push('pull whole');
			const isThere = findImage(await engine.listImages(never), holder) !== undefined;
			await (isThere
				? engine.tagImage(holder, image, never)
				: engine.pullImage(image, { signal: never }));
		},
		remember: (name) => Promise.resolve(void done.push(`remember ${name}`)),
		forget: (name) => Promise.resolve(void done.push(`forget ${name}`)),
		...more,
	});
	const run = (more?: Partial<DeltaPull>) => pulls.run(orderOf(more));
	const failureOf = (work: Promise<unknown>) =>
		work.then(
			() => undefined,
			(err: unknown) => err,
		);
	const names = (): string[] =>
		[...engine.world.images.values()].flatMap(({ references }) => [...references]);

	it('must leave the image behind under its own name, and no other', async () => {
		answers = [ready];
		await run();
		expect(names()).to.deep.equal([image]);
		expect(done).to.deep.equal([
			`remember ${delta}`,
			`remember ${holder}`,
			`pull ${delta} with T`,
			`forget ${delta}`, // before: its removal would take the digests of the same repository along
			'pull whole',
			`forget ${holder}`,
		]);
		expect(logged).to.deep.equal(['image made of a delta']);
	});

	it('must pull the image whole when there is no delta', async () => {
		await run();
		expect(done).to.deep.equal(['pull whole']);
		expect(names()).to.deep.equal([image]);
	});

	it('must not ask again for a delta that is refused for good, until the image is there', async () => {
		answers = [{ kind: 'none', reason: 'not found', isLasting: true }];
		const pullWhole = (): Promise<void> => Promise.reject(failed);
		expect(await failureOf(run({ pullWhole }))).to.equal(failed);
		await run();
		expect(asked).to.equal(1);
		await run();
		expect(asked).to.equal(2);
	});

	it('must put the pull off while the delta is being made, later each time', async () => {
		answers = [processing];
		for (const retryAfterMs of [10_000, 20_000, 40_000]) {
			expect(await failureOf(run())).to.include({ code: 'DELTA_PENDING', retryAfterMs });
		}
		answers = [{ kind: 'processing', retryAfterMs: 90_000 }];
		expect(await failureOf(run())).to.have.property('retryAfterMs', 90_000);
		expect(done).to.deep.equal([]);
		answers = [ready];
		await run();
		expect(logged).to.deep.equal(['image made of a delta']);
	});

	it('must pull the image whole when the delta is not made in time', async () => {
		patience = { ...patience, retryCount: 2 };
		answers = [processing];
		expect(await failureOf(run())).to.have.property('code', 'DELTA_PENDING');
		expect(await failureOf(run())).to.have.property('code', 'DELTA_PENDING');
		await run();
		expect(done).to.deep.equal(['pull whole']);
	});

	it('must try three times to pull a delta, and count one success as success', async () => {
		answers = [ready];
		engine.failNext('pullImage', failed, 2);
		const work = run();
		await clock.advance(3000);
		await work;
		expect(engine.calls.filter(({ method }) => method === 'pullImage')).to.have.lengthOf(3);
		expect(done.at(-2)).to.equal('pull whole');
		expect(logged).to.deep.equal(['image made of a delta']);
	});

	it('must pull the image whole after three failures', async () => {
		answers = [ready];
		engine.failNext('pullImage', failed, 3);
		const work = run();
		await clock.advance(3000);
		await work;
		expect(names()).to.deep.equal([image]);
		expect(logged).to.deep.equal(['a delta cannot be used, the image is pulled whole']);
		expect(done).to.include(`forget ${delta}`).and.include(`forget ${holder}`);
	});

	it('must try once what fails for another reason than the network', async () => {
		answers = [ready];
		engine.failNext('pullImage', new SupervisorError('no base', { code: 'ENGINE_REFUSED' }));
		await run();
		expect(engine.calls.filter(({ method }) => method === 'pullImage')).to.have.lengthOf(2);
		expect(names()).to.deep.equal([image]);
	});

	it('must ask for the delta again after the whole image could not be had either', async () => {
		answers = [ready];
		engine.failNext('pullImage', failed, 3);
		const work = failureOf(run({ pullWhole: () => Promise.reject(failed) }));
		await clock.advance(3000);
		expect(await work).to.equal(failed);
		await run();
		expect(asked).to.equal(2);
		expect(logged.at(-1)).to.equal('image made of a delta');
	});

	it('must end a delta that takes longer than it may, and pull the image whole', async () => {
		patience = { ...patience, applyTimeoutMs: 60_000 };
		answers = [ready];
		const goOn = engine.hold('pullImage');
		const work = run();
		await clock.advance(60_000);
		goOn();
		await work;
		expect(logged).to.deep.equal(['a delta cannot be used, the image is pulled whole']);
		expect(names()).to.deep.equal([image]);
	});

	it('must take its time for a delta where no limit is set', async () => {
		answers = [ready];
		const goOn = engine.hold('pullImage');
		const work = run();
		await clock.advance(24 * 3_600_000);
		goOn();
		await work;
		expect(logged).to.deep.equal(['image made of a delta']);
	});

	it('must say what is wrong with the disk or the engine, and pull whole after a full disk', async () => {
		answers = [ready];
		const full = new SupervisorError('full', { code: 'NO_SPACE' });
		const away = new SupervisorError('away', { code: 'ENGINE_UNAVAILABLE' });
		engine.failNext('pullImage', away);
		expect(await failureOf(run())).to.equal(away);
		engine.failNext('pullImage', full);
		expect(await failureOf(run())).to.equal(full);
		await run();
		expect(asked).to.equal(2);
		expect(names()).to.deep.equal([image]);
	});

	it('must ask no more on an engine that cannot make images of deltas', async () => {
		answers = [ready];
		const pullWhole = (): Promise<void> => engine.pullImage(image, { signal: never });
		await run({ pullWhole });
		await run({ pullWhole });
		expect(logged).to.deep.equal([
			'the engine made another image of a delta',
			'the engine made another image of a delta',
		]);
		expect(names()).to.deep.equal([image]);
		await run({ pullWhole });
		expect(asked).to.equal(2);
	});

	it('must succeed although the name of the delta cannot be removed, and keep it in mind', async () => {
		answers = [ready];
		engine.failNext('removeImage', new Error('no'));
		await run();
		expect(names()).to.include(image);
		expect(done).to.not.include(`forget ${delta}`);
	});

	it('must take no name away that it did not bring', async () => {
		await engine.pullImage(source, { signal: never });
		const pullWhole = (): Promise<void> => engine.pullImage(image, { signal: never });
		for (const name of [source, image]) {
			answers = [{ kind: 'ready', name, token: 'T' }];
			await run({ pullWhole });
			expect(names()).to.have.members([source, image]);
		}
		expect(done.join()).to.not.include(`forget ${source}`).and.not.include(`forget ${image}`);
	});

	it('must leave no name behind when its signal fires', async () => {
		answers = [ready];
		const abort = new AbortController();
		engine.hold('pullImage');
		const work = failureOf(run({ signal: abort.signal }));
		await settle();
		abort.abort(new Error('a new target'));
		expect(await work).to.have.property('message', 'a new target');
		expect(done).to.include(`forget ${delta}`).and.include(`forget ${holder}`);
		expect(names()).to.deep.equal([]);
	});

	it('must make three images of deltas at a time', async () => {
		let begun = 0;
		let goOn: () => void = () => undefined;
		const held = new Promise<void>((resolve) => (goOn = resolve));
		const pullWhole = (): Promise<void> => {
			begun += 1;
			return held;
		};
		const all = ['1', '2', '3', '4', '5'].map((tag) => run({ image: `i:${tag}`, pullWhole }));
		await settle();
		expect(begun).to.equal(3);
		goOn();
		await Promise.all(all);
		expect(begun).to.equal(5);
	});
});
