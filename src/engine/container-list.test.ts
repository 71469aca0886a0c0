import { expect } from 'chai';
import { toObservedContainer } from './container-list.ts';

describe('toObservedContainer', () => {
	const statuses = [
		{ State: 'created', Status: 'Created', seen: { state: 'created' } },
		{ State: 'running', Status: 'Up 4 minutes', seen: { state: 'running' } },
		{ State: 'running', Status: 'Up 4 minutes (healthy)', seen: { health: 'healthy' } },
		{ State: 'running', Status: 'Up 4 minutes (unhealthy)', seen: { health: 'unhealthy' } },
		{ State: 'running', Status: 'Up 1 second (health: starting)', seen: { health: 'starting' } },
		{ State: 'paused', Status: 'Up 2 hours (Paused)', seen: { state: 'paused' } },
		{ State: 'exited', Status: 'Exited (0) 3 minutes ago', seen: { state: 'exited', exitCode: 0 } },
		{ State: 'exited', Status: 'Exited (137) 2 days ago', seen: { exitCode: 137 } },
		{ State: 'exited', Status: 'Exited (-1) 2 days ago', seen: { exitCode: -1 } },
		{
			State: 'restarting',
			Status: 'Restarting (1) 5 seconds ago',
			seen: { state: 'restarting', exitCode: 1 },
		},
		{ State: 'dead', Status: 'Dead', seen: { state: 'dead' } },
		{
			State: 'stopped',
			Status: 'Exited (3) 5 seconds ago',
			seen: { state: 'exited', exitCode: 3 },
		},
	];
	for (const { State, Status, seen } of statuses) {
		it(`must read ${State}: ${Status}`, () => {
			const container = toObservedContainer({ Id: 'a', State, Status });
			const unset = { exitCode: undefined, health: undefined };
			expect(container).to.include({ ...unset, ...seen });
		});
	}

	it('must take the name of its own, not those of links', () => {
		const { name } = toObservedContainer({ Id: 'a', Names: ['/other/web', '/main_1_2_abc'] });
		expect(name).to.equal('main_1_2_abc');
	});

	it('must name networks and volumes, without anonymous volumes and binds', () => {
		const container = toObservedContainer({
			Id: 'a',
			HostConfig: { NetworkMode: 'one' },
			NetworkSettings: { Networks: { one: {}, two: {} } },
			Mounts: [
				{ Type: 'volume', Name: '1_data' },
				{ Type: 'volume', Name: 'ab'.repeat(32) },
				{ Type: 'bind' },
			],
		});
		expect(container.networks).to.deep.equal(['one', 'two']);
		expect(container.volumes).to.deep.equal(['1_data']);
		expect(container.networkMode).to.equal('one');
	});

	it('must name the ports of the host that it has, without those that are only exposed', () => {
		const { hostPorts } = toObservedContainer({
			Id: 'a',
			Ports: [
				{ IP: '0.0.0.0', PublicPort: 8080, Type: 'tcp' },
				{ IP: '::', PublicPort: 8080, Type: 'tcp' },
				{ PublicPort: 53, Type: 'udp' },
				{ Type: 'tcp' },
			],
		});
		expect(hostPorts).to.deep.equal([
			{ hostIp: '0.0.0.0', port: 8080, protocol: 'tcp' },
			{ hostIp: '::', port: 8080, protocol: 'tcp' },
			{ hostIp: '', port: 53, protocol: 'udp' },
		]);
	});

	it('must bear an answer with nothing but an id', () => {
		const container = toObservedContainer({ Id: 'a', Names: null, Labels: null, Mounts: null });
		expect(container).to.deep.include({ containerId: 'a', name: '', labels: {}, networks: [] });
	});
});
