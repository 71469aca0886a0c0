import { expect } from 'chai';
import { createTopic } from '../kit/emitter.ts';
import { createFakeClock } from '../kit/testing/fake-clock.ts';
import { createIdleCollector } from './idle-collector.ts';

describe('createIdleCollector', () => {
	const open = () => {
		const clock = createFakeClock();
		const changes = createTopic<undefined>();
		const stop = new AbortController();
		let collections = 0;
		const job = createIdleCollector({
			onChange: (listener) => changes.subscribe(listener),
			collect: () => void (collections += 1),
			clock,
		});
		const ended = job.run(stop.signal);
		const change = (): void => changes.publish(undefined);
		return { clock, change, ended, stop: () => stop.abort(), collections: () => collections };
	};

	it('must collect once, ten seconds after the last of several changes', async () => {
		const { clock, change, collections } = open();
		change();
		await clock.advance(9_000);
		change();
		await clock.advance(9_000);
		expect(collections()).to.equal(0);
		await clock.advance(1_000);
		expect(collections()).to.equal(1);
		await clock.advance(3_600_000);
		expect(collections()).to.equal(1);
	});

	it('must let a minute pass before it collects again', async () => {
		const { clock, change, collections } = open();
		change();
		await clock.advance(10_000);
		change();
		await clock.advance(59_000);
		expect(collections()).to.equal(1);
		await clock.advance(11_000);
		expect(collections()).to.equal(2);
	});

	it('must end when told to', async () => {
		const { ended, stop, clock, change, collections } = open();
		change();
		await clock.advance(1_000);
		stop();
		await ended;
		await clock.advance(60_000);
		expect(collections()).to.equal(0);
	});
});
