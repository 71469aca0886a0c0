import { expect } from 'chai';
import type { Settings } from '../../config/settings.ts';
import type { ContainerState, ObservedState } from '../../model/observed.ts';
import { decodeTargetDevice } from '../../model/target-document.ts';
import type { TargetState } from '../../model/target.ts';
import { computeFirewallWish } from './firewall-wish.ts';

const targetWith = (networkMode: string, running = true): TargetState =>
	decodeTargetDevice({
		name: 'test-device',
		config: {},
		apps: {
			['a'.repeat(32)]: {
				...{ id: 1, name: 'app', is_host: false, class: 'fleet' },
				releases: {
					['c'.repeat(32)]: {
						id: 1,
						services: {
							web: {
								...{ id: 1, image_id: 1, image: 'registry.test/web', running },
								...{ environment: {}, labels: {} },
								composition: { network_mode: networkMode },
							},
						},
						...{ volumes: {}, networks: {} },
					},
				},
			},
		},
	});

const observedWith = (networkMode: string, state: ContainerState): ObservedState => ({
	...{ atMs: 0, images: [], networks: [], volumes: [] },
	containers: [
		{
			...{ containerId: 'c1', name: 'web', state, createdAtSec: 0, networkMode },
			...{
				engineImageId: 'sha256:1',
				imageReference: 'web',
				labels: {},
				networks: [],
				volumes: [],
			},
		},
	],
});

describe('computeFirewallWish', () => {
	const isClosed = (
		firewallMode: Settings['firewallMode'],
		world: { target?: TargetState; observed?: ObservedState } = {},
	): boolean =>
		computeFirewallWish({
			...{ settings: { firewallMode }, isApiOpen: false, apiPort: 48_484 },
			...world,
		}).isClosed;

	it('must be closed when it is on, and open when it is off, whatever runs', () => {
		const world = { target: targetWith('host'), observed: observedWith('host', 'running') };
		expect([isClosed('on'), isClosed('on', world)]).to.deep.equal([true, true]);
		expect([isClosed('off'), isClosed('off', world)]).to.deep.equal([false, false]);
	});

	const cases = [
		{ name: 'nothing is known', world: {}, closed: false },
		{
			name: 'a service with the host’s network is wanted',
			world: { target: targetWith('host') },
			closed: true,
		},
		{
			name: 'such a service is wanted stopped',
			world: { target: targetWith('host', false) },
			closed: false,
		},
		{
			name: 'services have networks of their own',
			world: { target: targetWith('bridge') },
			closed: false,
		},
		{
			name: 'such a container still runs',
			world: { target: targetWith('bridge'), observed: observedWith('host', 'running') },
			closed: true,
		},
		{
			name: 'such a container has ended',
			world: { target: targetWith('bridge'), observed: observedWith('host', 'exited') },
			closed: false,
		},
	];
	for (const { name, world, closed } of cases) {
		it(`must be ${closed ? 'closed' : 'open'} in auto when ${name}`, () => {
			expect(isClosed('auto', world)).to.equal(closed);
		});
	}
});
