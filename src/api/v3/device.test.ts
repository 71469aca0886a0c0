import { expect } from 'chai';
import type { Status } from '../../model/v3/status.ts';
import { appKey, depsOf } from '../testing/fixture.ts';
import { serve } from './testing/agent.ts';
import { createConformance } from './testing/conforms.ts';

describe('GET /v3/status', () => {
	const conforms = createConformance();

	it('must tell each app and service with what its container uses', async () => {
		const answer = await serve().ask('GET /v3/status');
		conforms('GET /v3/status', answer);
		const { apps, loop, device } = answer.body as Status;
		expect(device.name).to.equal('gate-12');
		expect(loop).to.deep.equal({ state: 'applying', reason: '' });
		expect(apps.map(({ appUuid, services }) => [appUuid, services.length])).to.deep.equal([
			['uuid-1', 1],
			['uuid-2', 2],
		]);
		expect(apps[0]?.services[0]).to.include({
			serviceName: 'main',
			status: 'Running',
			startedAt: '2026-01-01T00:00:00.500Z',
			uptimeSeconds: 3599,
			restarts: 2,
			memoryBytes: 8_000_000,
			cpuPercent: 1.5,
		});
		expect(apps[1]).to.include({ downloadPercent: 21 });
	});

	it('must tell what prevents a reboot that is due', async () => {
		const snapshot = depsOf({ log: [] }).snapshot();
		const settled = { phase: 'settled', reason: '', since: 0, failures: 0 } as const;
		const answer = await serve({
			snapshot: () => ({
				...snapshot,
				apps: { 'uuid-1': settled, 'uuid-2': settled },
				blockedReboot: { reason: 'asked for', obstacle: 'a lock is held', retryInMs: 1000 },
			}),
		}).ask('GET /v3/status');
		conforms('GET /v3/status', answer);
		expect((answer.body as Status).loop).to.deep.equal({
			state: 'held',
			reason: 'a reboot is due (asked for) and cannot be yet: a lock is held',
		});
	});

	it('must show the holder of an app’s key no other app', async () => {
		const answer = await serve().ask('GET /v3/status', { key: appKey });
		conforms('GET /v3/status', answer);
		const { apps } = answer.body as Status;
		expect(apps.map(({ appUuid }) => appUuid)).to.deep.equal(['uuid-1']);
	});

	it('must tell who the device is', async () => {
		const answer = await serve().ask('GET /v3/device');
		conforms('GET /v3/device', answer);
		expect(answer.body).to.include({ name: 'gate-12', isManaged: true });
	});
});
