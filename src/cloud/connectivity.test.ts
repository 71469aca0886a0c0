import net from 'node:net';
import { once } from 'node:events';
import { expect } from 'chai';
import { createFakeClock, type FakeClock } from '../kit/testing/fake-clock.ts';
import { silentLogger } from '../kit/logger.ts';
import {
	createConnectivityCheck,
	type ConnectivityChange,
	type ConnectivityCheck,
	type ConnectivityDeps,
} from './connectivity.ts';
import { createDialer } from './dialer.ts';
import { createMemoryConfig, eventually } from './testing/memory-config.ts';

describe('createConnectivityCheck', () => {
	let server: net.Server;
	let port: number;
	let calls: number;
	let changes: ConnectivityChange[];
	let clock: FakeClock;
	let stop: AbortController;
	let job: Promise<void> | undefined;
	let check: ConnectivityCheck;

	const listen = async (at = 0): Promise<void> => {
		server = net.createServer((socket) => {
			calls += 1;
			socket.resume().on('error', () => undefined);
		});
		server.listen(at, '127.0.0.1');
		await once(server, 'listening');
		const address = server.address();
		port = typeof address === 'object' && address !== null ? address.port : 0;
	};
	const close = async (): Promise<void> => {
		server.close();
		await once(server, 'close');
	};
	beforeEach(async () => {
		[calls, changes] = [0, []];
		await listen();
		clock = createFakeClock();
		stop = new AbortController();
	});
	afterEach(async () => {
		stop.abort();
		await job;
		if (server.listening) await close();
	});

	function start(deps: Partial<ConnectivityDeps> = {}, apiEndpoint?: string): void {
		check = createConnectivityCheck({
			config: createMemoryConfig({ apiEndpoint: apiEndpoint ?? `http://127.0.0.1:${port}` }),
			dialer: createDialer(),
			isEnabled: () => Promise.resolve(true),
			isVpnUp: () => Promise.resolve(false),
			onChange: (change) => changes.push(change),
			clock,
			log: silentLogger,
			...deps,
		});
		job = check.run(stop.signal);
	}
	/** It waits for its next look. */
	const rested = () => eventually(() => clock.sleepers().length > 0);
	const looked = async (): Promise<void> => {
		await clock.advance(10_000);
		await rested();
	};
	const host = (): string => `127.0.0.1:${port}`;

	it('must try every ten seconds, and say nothing while all is well', async () => {
		start();
		await rested();
		expect(clock.sleepers()).to.deep.equal([10_000]);
		await looked();
		await eventually(() => calls === 2);
		expect(check.isConnected()).to.equal(true);
		expect(changes).to.deep.equal([]);
	});

	it('must tell once that the cloud is out of reach, and once that it is back', async () => {
		start();
		await rested();
		await close();
		await looked();
		await looked();
		expect(check.isConnected()).to.equal(false);
		await listen(port);
		await looked();
		await looked();
		expect(check.isConnected()).to.equal(true);
		expect(changes).to.deep.equal([
			{
				host: host(),
				reason: `The cloud API at ${host()} cannot be reached: it refused the connection`,
			},
			{ host: host() },
		]);
	});

	it('must tell of a device that begins without a network', async () => {
		await close();
		start();
		await rested();
		expect(changes).to.have.length(1);
	});

	it('must try where apiEndpointOverride points', async () => {
		const override = `http://127.0.0.1:${port}`;
		start({ apiEndpointOverride: () => Promise.resolve(override) }, 'http://127.0.0.1:9');
		await eventually(() => calls === 1);
	});

	it('must try the proxy where there is one', async () => {
		const proxyFor = () => `http://127.0.0.1:${port}/`;
		start({ dialer: createDialer({ proxyFor }) }, 'https://api.invalid');
		await eventually(() => calls === 1);
	});

	it('must tell at each look how it is, also that nobody knows', async () => {
		const looks: (boolean | undefined)[] = [];
		const state = { isOn: true };
		start({
			onLook: (isConnected) => looks.push(isConnected),
			isEnabled: () => Promise.resolve(state.isOn),
		});
		await rested();
		await close();
		await looked();
		state.isOn = false;
		await looked();
		expect(looks).to.deep.equal([true, false, undefined]);
	});

	it('must try nothing while it is switched off, and know nothing then', async () => {
		let isEnabled = false;
		start({ isEnabled: () => Promise.resolve(isEnabled) });
		await rested();
		expect([calls, check.isConnected()]).to.deep.equal([0, undefined]);
		isEnabled = true;
		await looked();
		expect(check.isConnected()).to.equal(true);
		isEnabled = false;
		await looked();
		expect(check.isConnected()).to.equal(undefined);
		expect(changes).to.deep.equal([]);
	});

	it('must try nothing while the VPN is up', async () => {
		start({ isVpnUp: () => Promise.resolve(true) });
		await rested();
		expect([calls, check.isConnected()]).to.deep.equal([0, true]);
	});

	it('must try nothing on a device without a cloud', async () => {
		start({}, '');
		await rested();
		expect([calls, check.isConnected()]).to.deep.equal([0, undefined]);
	});

	it('must go on when it cannot tell whether it is wanted', async () => {
		start({ isEnabled: () => Promise.reject(new Error('no database')) });
		await rested();
		await looked();
		expect(check.isConnected()).to.equal(undefined);
	});
});
