import { expect } from 'chai';
import { messageOf, SupervisorError } from '../kit/errors.ts';
import { silentLogger } from '../kit/logger.ts';
import { AppId } from '../model/ids.ts';
import { labelNames } from '../model/labels.ts';
import type { ObservedContainer } from '../model/observed.ts';
import { createStateBoard } from '../loop/board.ts';
import { appIdOf, appUuidOf, targetOf, type TestApp } from '../loop/testing/target-documents.ts';
import { createControl } from './create-control.ts';
import { controlMessages } from './messages.ts';

const appId = AppId.parse(appIdOf('a'));
const gentle = { force: false };

const container = (
	serviceName: string,
	containerId: string,
	imageId: number,
): ObservedContainer => ({
	containerId,
	name: `${serviceName}_${imageId}_1_c`,
	state: 'running',
	createdAtSec: 1,
	engineImageId: 'i',
	imageReference: 'i',
	labels: {
		[labelNames.appUuid]: appUuidOf('a'),
		[labelNames.appId]: String(appId),
		[labelNames.serviceName]: serviceName,
	},
	networks: [],
	volumes: [],
	networkMode: 'bridge',
});

interface SetUp {
	readonly app?: TestApp;
	readonly containers?: readonly ObservedContainer[];
	readonly instantUpdates?: boolean;
	readonly failure?: Error;
}

const setUp = ({ app, containers = [], instantUpdates = true, failure }: SetUp = {}) => {
	const board = createStateBoard();
	const asked: string[] = [];
	const announced: string[] = [];
	board.update({
		target: targetOf(...(app === undefined ? [] : [app])),
		observed: { atMs: 0, containers, images: [], networks: [], volumes: [] },
	});
	const control = createControl({
		board,
		reconciler: {
			request(appUuid, intents, { force }) {
				asked.push(`${appUuid.slice(0, 1)} ${JSON.stringify(intents)}${force ? ' forced' : ''}`);
				return failure === undefined ? Promise.resolve() : Promise.reject(failure);
			},
			goDown(order, { force }) {
				asked.push(`${order} ${force}`);
				return failure === undefined ? Promise.resolve() : Promise.reject(failure);
			},
			retryNow: ({ force }) => void asked.push(`retry ${force}`),
		},
		triggerPoll: ({ force, cancel }) => void asked.push(`poll ${force} ${cancel}`),
		instantUpdates: () => instantUpdates,
		announce: (message) => void announced.push(message),
		log: silentLogger,
	});
	return { control, asked, announced };
};

const failureOf = async (work: Promise<unknown>): Promise<{ code: unknown; message: string }> => {
	const err: unknown = await work.then(
		() => new Error('it did not fail'),
		(thrown: unknown) => thrown,
	);
	return { code: err instanceof SupervisorError ? err.code : undefined, message: messageOf(err) };
};

const single: TestApp = { services: { web: {} } };
const pair: TestApp = { services: { web: {}, worker: {} } };
const both = [container('web', 'c1', 11), container('worker', 'c2', 12)];

describe('control', () => {
	it('must take the device down, or say why not', async () => {
		const { control, asked } = setUp();
		await control.goDown('reboot', { force: true });
		await control.goDown('shutdown', gentle);
		expect(asked).to.deep.equal(['reboot true', 'shutdown false']);
		const failure = new SupervisorError('Lockfile exists', { code: 'UPDATES_LOCKED' });
		const refused = setUp({ failure }).control.goDown('reboot', gentle);
		expect(await failureOf(refused)).to.have.property('code', 'UPDATES_LOCKED');
	});

	it('must ask for new containers of the whole app', async () => {
		const { control, asked } = setUp({ app: pair, containers: both });
		await control.restartApp(appId, { force: true });
		expect(asked).to.deep.equal(['a [{"kind":"replace","containerIds":["c1","c2"]}] forced']);
	});

	it('must purge, then wait until the app is back, and tell of both', async () => {
		const { control, asked, announced } = setUp({ app: pair, containers: both });
		await control.purgeApp(appId, gentle);
		expect(asked).to.deep.equal(['a [{"kind":"purge"}]', 'a []']);
		expect(announced).to.deep.equal([`Purging data for app ${appId}`, 'Purged data']);
	});

	it('must tell of a purge that failed, and reject with the failure', async () => {
		const failure = new SupervisorError('Lockfile exists', { code: 'UPDATES_LOCKED' });
		const { control, announced } = setUp({ app: pair, containers: both, failure });
		expect(await failureOf(control.purgeApp(appId, gentle))).to.have.property(
			'code',
			'UPDATES_LOCKED',
		);
		expect(announced.at(-1)).to.equal('Error purging data: Lockfile exists');
	});

	it('must find an app that is not in the target by nothing', async () => {
		const { control } = setUp();
		expect(await failureOf(control.restartApp(appId, gentle))).to.deep.equal({
			code: 'APP_NOT_FOUND',
			message: controlMessages.appNotFound,
		});
		expect(controlMessages.appNotFound).to.match(/^App not found: .*(\n\t.*){3}$/);
	});

	it('must return the id of the service that was stopped or started', async () => {
		const { control, asked } = setUp({ app: pair, containers: both });
		expect(await control.stopService(appId, { serviceName: 'worker' }, gentle)).to.equal('c2');
		expect(await control.startService(appId, { imageId: 11 })).to.equal('c1');
		expect(asked).to.deep.equal([
			'a [{"kind":"stop","serviceName":"worker"}]',
			'a [{"kind":"start","serviceName":"web"}]',
		]);
	});

	const selections: { name: string; setup: SetUp; selector: object; expected: string }[] = [
		{
			name: 'one service: any name',
			setup: { app: single, containers: [container('web', 'c1', 11)] },
			selector: { serviceName: 'nope' },
			expected: 'c1',
		},
		{
			name: 'one service: no name',
			setup: { app: single, containers: [container('web', 'c1', 11)] },
			selector: {},
			expected: 'c1',
		},
		{
			name: 'two services: name',
			setup: { app: pair, containers: both },
			selector: { serviceName: 'worker' },
			expected: 'c2',
		},
		{
			name: 'two services: image id',
			setup: { app: pair, containers: both },
			selector: { imageId: 12 },
			expected: 'c2',
		},
		{
			name: 'two services: contradiction',
			setup: { app: pair, containers: both },
			selector: { imageId: 12, serviceName: 'web' },
			expected: 'c1',
		},
		{
			name: 'two services: nothing',
			setup: { app: pair, containers: both },
			selector: {},
			expected: `BAD_REQUEST ${controlMessages.noSelector}`,
		},
		{
			name: 'two services: unknown',
			setup: { app: pair, containers: both },
			selector: { serviceName: 'nope' },
			expected: `SERVICE_NOT_FOUND ${controlMessages.serviceNotFound}`,
		},
		{
			name: 'not in the target',
			setup: { app: single, containers: both },
			selector: { serviceName: 'worker' },
			expected: `SERVICE_NOT_IN_TARGET ${controlMessages.serviceNotInTarget}`,
		},
		{
			name: 'no containers',
			setup: { app: pair },
			selector: { serviceName: 'web' },
			expected: `APP_NOT_FOUND ${controlMessages.appNotFound}`,
		},
	];
	for (const { name, setup, selector, expected } of selections) {
		it(`must select by the rules of the API, ${name}`, async () => {
			const { control, asked } = setUp(setup);
			const outcome = await control.restartService(appId, selector, gentle).then(
				() => asked.join().replace(/.*\["(.*)"\].*/, '$1'),
				(err: unknown) =>
					err instanceof SupervisorError ? `${err.code} ${err.message}` : String(err),
			);
			expect(outcome).to.equal(expected);
		});
	}

	const updates: { instantUpdates: boolean; force: boolean; asked: string[] }[] = [
		{ instantUpdates: true, force: false, asked: ['poll false true'] },
		{ instantUpdates: true, force: true, asked: ['poll true true', 'retry true'] },
		{ instantUpdates: false, force: false, asked: [] },
		{ instantUpdates: false, force: true, asked: ['poll true true', 'retry true'] },
	];
	for (const { instantUpdates, force, asked: expected } of updates) {
		it(`must poll at once unless told not to: instant ${instantUpdates}, force ${force}`, async () => {
			const { control, asked } = setUp({ instantUpdates });
			expect(await control.update({ force, cancel: true })).to.equal(expected.length > 0);
			expect(asked).to.deep.equal(expected);
		});
	}
});
