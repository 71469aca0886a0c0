import { expect } from 'chai';
import { SupervisorError } from '../kit/errors.ts';
import { createFakeClock } from '../kit/testing/fake-clock.ts';
import { AppUuid } from '../model/ids.ts';
import type { LogLine } from '../model/log-line.ts';
import type { ContainerState, EngineEvent } from '../model/observed.ts';
import type { Step } from '../model/plan.ts';
import type { DeviceSnapshot } from '../model/snapshot.ts';
import { createSystemLog, type SystemLog } from './system-log.ts';

const image = 'registry.example/v2/ab@sha256:77';
const named = `'main ${image}'`;
const base = {
	...{ id: 'x', resource: 'main', serviceName: 'main', cause: 'absent', after: [] },
	appUuid: AppUuid.parse('a'),
};
const err = new SupervisorError('no route to host', { code: 'IMAGE_PULL_FAILED' });
const container = 'c1';
const config = {
	...{ Image: image, Labels: {}, Env: [] },
	HostConfig: { NetworkMode: 'none', RestartPolicy: { Name: 'no' as const, MaximumRetryCount: 0 } },
};

const eventOf = (action: string, attributes: EngineEvent['attributes']): EngineEvent => ({
	...{ type: 'container', action, objectId: container, timeNano: '0' },
	attributes,
});

describe('createSystemLog', () => {
	let lines: LogLine[];
	let state: ContainerState;
	let log: SystemLog;
	beforeEach(() => {
		lines = [];
		state = 'running';
		const sinks = [{ write: (line: LogLine) => void lines.push(line) }];
		log = createSystemLog({ sinks, snapshot, clock: createFakeClock(7) });
	});
	const snapshot = (): Pick<DeviceSnapshot, 'observed'> => ({
		observed: {
			...{ atMs: 0, images: [], networks: [], volumes: [] },
			containers: [
				{
					...{ containerId: container, name: 'main_1', state, createdAtSec: 0, labels: {} },
					...{ engineImageId: 'sha256:1', imageReference: image, networks: [], volumes: [] },
					networkMode: 'bridge',
				},
			],
		},
	});
	const messages = (): string[] => lines.map(({ message }) => message);
	const run = (step: Step): void => {
		log.hear({ kind: 'stepStarted', step });
		log.hear({ kind: 'stepDone', step, tookMs: 1 });
	};
	const fail = (step: Step): void => {
		log.hear({ kind: 'stepStarted', step });
		log.hear({ kind: 'stepFailed', step, err, tookMs: 1 });
	};
	const happen = (action: string): void => {
		const attributes = { 'io.balena.supervised': 'true', 'io.balena.service-name': 'main' };
		log.notice(eventOf(action, { ...attributes, name: 'main_1' }));
	};
	const step = {
		pull: { ...base, kind: 'pullImage', image, services: [] },
		delta: { ...base, kind: 'pullImage', image, services: [], deltaSource: 'sha256:1' },
		removeImage: { ...base, kind: 'removeImage', references: [image] },
		create: { ...base, kind: 'createContainer', spec: { name: 'main_1', config, networks: [] } },
		start: { ...base, kind: 'startContainer', container },
		stop: { ...base, kind: 'stopContainer', container },
		restart: { ...base, kind: 'restartContainer', container },
		remove: { ...base, kind: 'removeContainer', container },
		takeLocks: { ...base, kind: 'takeLocks', appId: 1, services: [], force: false },
		removeVolume: { ...base, resource: 'data', kind: 'removeVolume', volume: '1_data' },
	} as unknown as Record<string, Step>;

	/** The catalogue of contract 2.4, as far as steps and events of the engine stand for it. */
	const catalogue: { name: string; happens: () => void; says: string[] }[] = [
		{
			name: 'a download',
			happens: () => run(step['pull'] as Step),
			says: [`Downloading image '${image}'`, `Downloaded image '${image}'`],
		},
		{
			name: 'a download that fails',
			happens: () => fail(step['pull'] as Step),
			says: [
				`Downloading image '${image}'`,
				`Failed to download image '${image}' due to 'no route to host'`,
			],
		},
		{
			name: 'a download of a delta',
			happens: () => log.hear({ kind: 'stepStarted', step: step['delta'] as Step }),
			says: [`Downloading delta for image '${image}'`],
		},
		{
			name: 'an image that goes',
			happens: () => run(step['removeImage'] as Step),
			says: [`Deleting image '${image}'`, `Deleted image '${image}'`],
		},
		{
			name: 'a container that is made',
			happens: () => run(step['create'] as Step),
			says: [`Installing service ${named}`, `Installed service ${named}`],
		},
		{
			name: 'a start',
			happens: () => {
				run(step['start'] as Step);
				happen('start');
			},
			says: [`Starting service ${named}`, `Started service ${named}`],
		},
		{
			name: 'a start that fails',
			happens: () => fail(step['start'] as Step),
			says: [
				`Starting service ${named}`,
				`Failed to start service ${named} due to 'no route to host'`,
			],
		},
		{
			name: 'a stop, and the removal after it',
			happens: () => {
				run(step['stop'] as Step);
				happen('die');
				state = 'exited';
				run(step['remove'] as Step);
			},
			says: [`Killing service ${named}`, `Killed service ${named}`],
		},
		{
			name: 'a stop that fails',
			happens: () => fail(step['stop'] as Step),
			says: [
				`Killing service ${named}`,
				`Failed to kill service ${named} due to 'no route to host'`,
			],
		},
		{
			name: 'the removal of a service that had stopped before',
			happens: () => {
				state = 'exited';
				run(step['remove'] as Step);
			},
			says: [`Service is already stopped, removing container ${named}`],
		},
		{
			name: 'the removal of a dead container',
			happens: () => {
				state = 'dead';
				run(step['remove'] as Step);
			},
			says: [`Removing dead container ${named}`],
		},
		{
			name: 'a restart that was asked for',
			happens: () => {
				run(step['restart'] as Step);
				happen('die');
				happen('start');
			},
			says: [`Restarting service ${named}`, `Started service ${named}`],
		},
		{
			name: 'a service that ends by itself, and is started again by the engine',
			happens: () => {
				happen('die');
				happen('start');
			},
			says: [`Service exited ${named}`, `Restarting service ${named}`],
		},
		{
			name: 'a service that ends by itself, and is started again by the supervisor',
			happens: () => {
				happen('die');
				run(step['start'] as Step);
				happen('start');
				happen('die');
			},
			says: [
				`Service exited ${named}`,
				`Starting service ${named}`,
				`Started service ${named}`,
				`Service exited ${named}`,
			],
		},
		{
			name: 'locks',
			happens: () => log.hear({ kind: 'stepStarted', step: step['takeLocks'] as Step }),
			says: ['Taking update locks'],
		},
		{
			name: 'a volume that does not go',
			happens: () => fail(step['removeVolume'] as Step),
			says: ["Removing volume 'data'", "Error removing volume 'data' due to 'no route to host'"],
		},
		{
			name: 'a delta that is not made yet',
			happens: () =>
				log.hear({ kind: 'stepPostponed', step: step['delta'] as Step, err, tookMs: 1 } as never),
			says: [`Delta still processing remotely. Will retry... '${image}'`],
		},
	];
	for (const { name, happens, says } of catalogue) {
		it(`must have the words of the catalogue for ${name}`, () => {
			happens();
			expect(messages()).to.deep.equal(says);
			expect(lines.every(({ isSystem, isStdErr }) => isSystem && !isStdErr)).to.equal(true);
		});
	}

	it('must say nothing of containers that are none of ours', () => {
		log.notice(eventOf('die', { name: 'x' }));
		expect(lines).to.deep.equal([]);
	});

	it('must stamp what is announced', () => {
		log.announce('Supervisor starting');
		expect(lines).to.deep.equal([
			{ message: 'Supervisor starting', timestampMs: 7, isSystem: true, isStdErr: false },
		]);
	});
});
