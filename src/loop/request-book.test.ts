import { expect } from 'chai';
import { AppUuid } from '../model/ids.ts';
import { labelNames } from '../model/labels.ts';
import type { ContainerState, ObservedContainer, ObservedState } from '../model/observed.ts';
import type { Intent } from '../model/plan.ts';
import { RequestBook } from './request-book.ts';

const appUuid = AppUuid.parse('app');
const container = (
	containerId: string,
	serviceName: string,
	state: ContainerState,
): ObservedContainer => ({
	containerId,
	name: containerId,
	state,
	createdAtSec: 1,
	engineImageId: 'i',
	imageReference: 'i',
	labels: { [labelNames.appUuid]: appUuid, [labelNames.serviceName]: serviceName },
	networks: [],
	volumes: [],
	networkMode: 'bridge',
});
const world = (...containers: ObservedContainer[]): ObservedState => ({
	atMs: 0,
	containers,
	images: [],
	networks: [],
	volumes: [],
});
const gentle = { force: false };
const stop = (serviceName: string): Intent => ({ kind: 'stop', serviceName });
const start = (serviceName: string): Intent => ({ kind: 'start', serviceName });
const fateOf = (promise: Promise<void>): Promise<string> =>
	promise.then(
		() => 'met',
		(err: unknown) => (err instanceof Error && 'code' in err ? String(err.code) : String(err)),
	);

describe('RequestBook', () => {
	const running = world(container('1', 'web', 'running'));

	const met: {
		name: string;
		intent: Intent;
		before?: ObservedState;
		now: ObservedState;
		isMet: boolean;
	}[] = [
		{ name: 'stop, still running', intent: stop('web'), now: running, isMet: false },
		{
			name: 'stop, restarting',
			intent: stop('web'),
			now: world(container('1', 'web', 'restarting')),
			isMet: false,
		},
		{
			name: 'stop, exited',
			intent: stop('web'),
			now: world(container('1', 'web', 'exited')),
			isMet: true,
		},
		{
			name: 'start, exited',
			intent: start('web'),
			now: world(container('1', 'web', 'exited')),
			isMet: false,
		},
		{ name: 'start, running', intent: start('web'), now: running, isMet: true },
		{
			name: 'replace, still there',
			intent: { kind: 'replace', containerIds: ['1'] },
			before: running,
			now: running,
			isMet: false,
		},
		{
			name: 'replace, gone only',
			intent: { kind: 'replace', containerIds: ['1'] },
			before: running,
			now: world(),
			isMet: false,
		},
		{
			name: 'replace, made only',
			intent: { kind: 'replace', containerIds: ['1'] },
			before: running,
			now: world(container('2', 'web', 'created')),
			isMet: false,
		},
		{
			name: 'replace, running',
			intent: { kind: 'replace', containerIds: ['1'] },
			before: running,
			now: world(container('2', 'web', 'running')),
			isMet: true,
		},
		{
			name: 'purge, all gone',
			intent: { kind: 'purge' },
			before: running,
			now: world(),
			isMet: false,
		},
	];
	for (const { name, intent, before, now, isMet } of met) {
		it(`must ${isMet ? '' : 'not '}call it met: ${name}`, () => {
			const book = new RequestBook(appUuid);
			book.add([intent], gentle, before).catch(() => undefined);
			book.settleBy(now);
			expect(book.isEmpty).to.equal(isMet);
		});
	}

	it('must end with an empty plan what no observation can tell', async () => {
		const book = new RequestBook(appUuid);
		const purge = book.add([{ kind: 'purge' }], gentle, running);
		expect(book.settleAll()).to.equal(true);
		expect(await fateOf(purge)).to.equal('met');
		const settled = book.add([], gentle, running);
		book.settleBy(running);
		expect(book.isEmpty).to.equal(false);
		expect(book.settleAll()).to.equal(false);
		expect(await fateOf(settled)).to.equal('met');
	});

	it('must let wishes for different services stand side by side', () => {
		const book = new RequestBook(appUuid);
		book.add([stop('web')], gentle, running).catch(() => undefined);
		book.add([stop('worker')], { force: true }, running).catch(() => undefined);
		expect(book.intents).to.deep.equal([stop('web'), stop('worker')]);
		expect(book.isForced).to.equal(true);
	});

	it('must let a wish take the place of one that contradicts it', async () => {
		const book = new RequestBook(appUuid);
		const first = book.add([stop('web')], gentle, running);
		const second = book.add([start('web')], gentle, running);
		expect(await fateOf(first)).to.equal('SUPERSEDED');
		book.add([{ kind: 'purge' }], gentle, running).catch(() => undefined);
		expect(await fateOf(second)).to.equal('SUPERSEDED');
		expect(book.intents).to.deep.equal([{ kind: 'purge' }]);
	});
});
