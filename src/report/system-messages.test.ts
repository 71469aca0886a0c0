import { expect } from 'chai';
import { SupervisorError, UpdatesLockedError } from '../kit/errors.ts';
import { AppUuid } from '../model/ids.ts';
import type { Step } from '../model/plan.ts';
import {
	contractMessages,
	rejectedAppMessages,
	rejectionMessages,
	systemMessageOf,
} from './system-messages.ts';

const base = {
	id: 'x',
	resource: 'main',
	serviceName: 'main',
	cause: 'absent',
	after: [],
	appUuid: AppUuid.parse('a'),
};
const image = 'registry.example/v2/ab@sha256:77';
const err = new SupervisorError('no route to host', { code: 'IMAGE_PULL_FAILED' });
const config = {
	Image: image,
	Labels: {},
	Env: [],
	HostConfig: { NetworkMode: 'none', RestartPolicy: { Name: 'no' as const, MaximumRetryCount: 0 } },
};

const part = { driver: 'local', driverOpts: {}, labels: {} };
const network = {
	...{ ...part, name: 'a_front', driver: 'bridge', internal: false, configOnly: false },
	...{ enableIpv6: false, ipam: { driver: 'default', options: {}, config: [] } },
};

describe('systemMessageOf', () => {
	it('must say of a delta that is not made yet that it comes later, and of no failure', () => {
		const step: Step = { ...base, kind: 'pullImage', image, deltaSource: 'old:1', services: [] };
		expect(systemMessageOf({ kind: 'stepPostponed', step })).to.equal(
			`Delta still processing remotely. Will retry... '${image}'`,
		);
	});

	const steps: { step: Step; lines: (string | undefined)[] }[] = [
		{
			step: {
				...{ ...base, kind: 'changeBootConfig', backend: 'configTxt' },
				change: { HOST_CONFIG_a: ['1'] },
				wanted: { a: '1', dtparam: ['spi=on'] },
			},
			lines: [
				'Applying boot config: {"a":"1","dtparam":["spi=on"]}',
				'Applied boot config: {"a":"1","dtparam":["spi=on"]}',
				'Error setting boot config: no route to host',
			],
		},
		{
			step: { ...base, kind: 'requireReboot', reason: 'x', changes: { a: '1', b: null } },
			lines: [
				undefined,
				'Reboot has been scheduled to apply changes: {"a":"1","b":null}',
				undefined,
			],
		},
		{
			step: { ...base, kind: 'pullImage', image, services: [] },
			lines: [
				`Downloading image '${image}'`,
				`Downloaded image '${image}'`,
				`Failed to download image '${image}' due to 'no route to host'`,
			],
		},
		{
			step: { ...base, kind: 'pullImage', image, deltaSource: 'old:1', services: [] },
			lines: [
				`Downloading delta for image '${image}'`,
				`Downloaded image '${image}'`,
				`Failed to download image '${image}' due to 'no route to host'`,
			],
		},
		{
			step: { ...base, kind: 'removeImage', references: [image] },
			lines: [
				`Deleting image '${image}'`,
				`Deleted image '${image}'`,
				`Failed to delete image '${image}' due to 'no route to host'`,
			],
		},
		{
			step: { ...base, kind: 'createContainer', spec: { name: 'main_1', config, networks: [] } },
			lines: [
				`Installing service 'main ${image}'`,
				`Installed service 'main ${image}'`,
				`Failed to install service 'main ${image}' due to 'no route to host'`,
			],
		},
		{
			step: { ...base, kind: 'startContainer', container: 'main_1' },
			lines: [
				`Starting service 'main ${image}'`,
				`Started service 'main ${image}'`,
				`Failed to start service 'main ${image}' due to 'no route to host'`,
			],
		},
		{
			step: { ...base, kind: 'stopContainer', container: 'c1' },
			lines: [
				"Killing service 'main'",
				"Killed service 'main'",
				"Failed to kill service 'main' due to 'no route to host'",
			],
		},
		{
			step: { ...base, kind: 'removeContainer', container: 'c1' },
			lines: [undefined, undefined, "Failed to kill service 'main' due to 'no route to host'"],
		},
		{
			step: { ...base, resource: 'data', kind: 'removeVolume', volume: '1_data' },
			lines: [
				"Removing volume 'data'",
				undefined,
				"Error removing volume 'data' due to 'no route to host'",
			],
		},
		{
			step: { ...base, resource: 'data', kind: 'createVolume', spec: { name: '1_data', ...part } },
			lines: [
				"Creating volume 'data'",
				undefined,
				"Error creating volume 'data' due to 'no route to host'",
			],
		},
		{
			step: { ...base, resource: 'front', kind: 'createNetwork', spec: network },
			lines: [
				"Creating network 'front'",
				undefined,
				"Error creating network 'front' due to 'no route to host'",
			],
		},
		{
			step: { ...base, resource: 'front', kind: 'removeNetwork', networkId: 'n1' },
			lines: [
				"Removing network 'front'",
				undefined,
				"Error removing network 'front' due to 'no route to host'",
			],
		},
		{
			step: { ...base, kind: 'releaseLocks', appId: 1, services: [] },
			lines: ['Releasing update locks', undefined, undefined],
		},
		{
			step: { ...base, kind: 'takeLocks', appId: 1, services: [], force: false },
			lines: ['Taking update locks', undefined, undefined],
		},
		{
			step: { ...base, kind: 'renameContainer', container: 'c1', name: 'main_2' },
			lines: [undefined, undefined, undefined],
		},
	];
	for (const { step, lines } of steps) {
		it(`must have the words of the catalogue for ${step.kind}`, () => {
			const imageOf = (container: string): string | undefined =>
				container === 'main_1' ? image : undefined;
			const events = [
				{ kind: 'stepStarted', step },
				{ kind: 'stepDone', step, tookMs: 1 },
				{ kind: 'stepFailed', step, err, tookMs: 1 },
			] as const;
			expect(events.map((event) => systemMessageOf(event, imageOf))).to.deep.equal(lines);
		});
	}

	it('must leave held locks to whoever tells when it is tried again', () => {
		const step: Step = { ...base, kind: 'takeLocks', appId: 1, services: [], force: false };
		const locked = new UpdatesLockedError('main holds a lock');
		const event = { kind: 'stepFailed', step, err: locked, tookMs: 1 } as const;
		expect(systemMessageOf(event)).to.equal(undefined);
	});
});

describe('rejectionMessages', () => {
	it('must mark the first line', () => {
		expect(rejectionMessages(['a', 'b'])).to.deep.equal(['Could not move to new release: a', 'b']);
	});

	it('must name the app', () => {
		const rejected = [{ appUuid: 'u', name: 'cold-chain', reasons: ['id must be an integer'] }];
		expect(rejectedAppMessages(rejected)).to.deep.equal([
			'Could not move to new release: app cold-chain: id must be an integer',
		]);
	});
});

describe('contractMessages', () => {
	const target = { deviceName: 'x', config: {}, apps: [], rejected: [] };
	const nothing = { target, malformed: [], unmet: [], dropped: [] };

	it('must have nothing to say of a target that fits', () => {
		expect(contractMessages(nothing)).to.deep.equal([]);
	});

	it('must say what is rejected, what is left out, and why', () => {
		const lines = contractMessages({
			...nothing,
			malformed: [{ appUuid: 'u1', name: 'a', reasons: ['services.web.contract: must be a map'] }],
			unmet: [
				{
					appUuid: 'u2',
					name: 'b',
					commit: 'c1',
					reasons: ['service web needs sw.l4t', 'and more'],
				},
				{ appUuid: 'u3', reasons: ['service x needs arch.sw amd64'] },
			],
			dropped: [{ appName: 'd', serviceName: 'gpu', reasons: ['sw.l4t', 'sw.os x'] }],
		});
		expect(lines).to.deep.equal([
			'Could not move to new release: app a: services.web.contract: must be a map',
			'Some releases were rejected due to having unmet requirements: ' +
				'app b, release c1, service web needs sw.l4t, and more; app u3, service x needs arch.sw amd64',
			'Not running containers because of contract violations: app d, service gpu needs sw.l4t and sw.os x',
		]);
	});
});
