import { expect } from 'chai';
import type { DockerEngine } from '../../src/engine/docker-engine.ts';
import { sleeperSpec } from '../../src/ports/testing/engine-under-test.ts';
import { engineOf } from './support/device.ts';
import { baseImage } from './support/images.ts';
import { useDevice } from './support/shared.ts';

const never = new AbortController().signal;

describe('containers of a docker engine that go, or do not start', () => {
	const device = useDevice();
	let engine: DockerEngine;
	before(() => {
		engine = engineOf(device());
	});
	after(() => engine.close());

	it('must take their anonymous volumes along, and leave the others', async () => {
		const volumes = async (): Promise<string[]> =>
			(await device().docker('volume', 'ls', '--quiet')).split('\n').filter(Boolean).sort();
		const before = await volumes();
		const HostConfig = {
			NetworkMode: 'none',
			RestartPolicy: { Name: 'no', MaximumRetryCount: 0 },
			Binds: ['hf-removal-kept:/data'],
		} as const;
		const config = { HostConfig, Volumes: { '/anonymous': {} } };
		const containerId = await engine.createContainer(
			sleeperSpec('hf-removal', baseImage, { config }),
			never,
		);
		expect(await volumes()).to.have.length(before.length + 2);
		await engine.removeContainer(containerId, never);
		expect(await volumes()).to.deep.equal([...before, 'hf-removal-kept'].sort());
		await engine.removeVolume('hf-removal-kept', never);
	});

	it('must tell that the address of a published port is not there', async () => {
		const HostConfig = {
			NetworkMode: 'bridge',
			RestartPolicy: { Name: 'always', MaximumRetryCount: 0 },
			PortBindings: { '80/tcp': [{ HostIp: '10.9.8.7', HostPort: '8099' }] },
		} as const;
		const config = { HostConfig, ExposedPorts: { '80/tcp': {} } };
		const containerId = await engine.createContainer(
			sleeperSpec('hf-too-early', baseImage, { config }),
			never,
		);
		await engine.startContainer(containerId, never).catch(() => undefined);
		const { startError } = await engine.inspectContainer(containerId, never);
		expect(startError).to.match(/cannot assign requested address/i);
		await engine.removeContainer(containerId, never);
	});
});
