import { expect } from 'chai';
import { ask, type Server } from '../contract/support/ask.ts';
import { readRecordings } from '../contract/support/case-file.ts';
import { differencesOf, fillIn } from '../contract/support/match.ts';
import { createRealDevice, makeable } from '../contract/support/real-device.ts';
import { keepArtifacts } from './support/artifacts.ts';
import { eventually } from '../support/eventually.ts';
import { createDindctl } from './support/dindctl.ts';
import { firstPorts } from './support/first-ports.ts';

const firstPort = firstPorts.contract;
const dindctl = createDindctl({ name: 'hf-e2e-contract', firstPort });
const device = createRealDevice(`${dindctl.name}-device`, firstPort);

/** The recorded answers, from the image on a device of its own, in every state that it can be brought into. */
describe('recorded answers, on a device', () => {
	before(async () => {
		if (process.env['DINDCTL_KEEP'] !== '1') await dindctl.mustCall('stop');
		await dindctl.run().catch(async (failure: unknown) => {
			await keepArtifacts(dindctl, 'run');
			throw failure;
		});
	});
	afterEach(async function () {
		await device.unmake();
		if (this.currentTest?.state === 'failed') await keepArtifacts(dindctl, this.currentTest.title);
	});
	after(async () => {
		if (process.env['DINDCTL_KEEP'] !== '1') await dindctl.mustCall('stop');
	});

	for (const recording of readRecordings()) {
		const cases = recording.cases.filter(({ given, onDevice }) => onDevice && makeable.has(given));
		describe(recording.endpoint, () => {
			if (recording.endpoint.includes('regenerate')) afterEach(() => device.forgetKey());
			for (const one of cases) {
				const state = one.given === 'settled' ? '' : `, given ${one.given}`;
				it(`must answer ${one.name}${state}`, async () => {
					const server = await device.make(one.given);
					const seen = await ask(one, recording, server);
					expect(differencesOf(fillIn(one.response, server.names), seen)).to.deep.equal([]);
				});
			}
		});
	}

	describe('beyond what is recorded', () => {
		interface Sent {
			readonly endpoint: string;
			readonly json?: object;
			readonly key?: 'global' | 'app';
		}
		const send = (
			server: Server,
			{ endpoint, json, key = 'global' }: Sent,
		): ReturnType<typeof ask> => {
			const request = { key, keyIn: 'query', headers: {}, json } as const;
			const one = { name: '', given: 'settled', onDevice: true, request };
			return ask(one, { name: '', endpoint, cases: [] }, server);
		};

		it("must give the host's journal", async () => {
			const server = await device.make('settled');
			const { status, text = '' } = await send(server, {
				endpoint: 'POST /v2/journal-logs',
				json: { count: 3 },
			});
			expect(status).to.equal(200);
			expect(text.trim().split('\n')).to.have.length.within(3, 4);
		});

		it('must tell the state of the VPN', async () => {
			const answer = await send(await device.make('settled'), { endpoint: 'GET /v2/device/vpn' });
			expect(answer.json).to.deep.equal({
				status: 'success',
				vpn: { enabled: false, connected: false },
			});
		});

		it('must put a proxy where the operating system looks for it, and take it away', async () => {
			const server = await device.make('settled');
			const conf = '/mnt/boot/system-proxy/redsocks.conf';
			const proxy = { type: 'socks5', ip: '10.20.0.9', port: 1080 };
			const path = '/v1/device/host-config';
			expect(
				await send(server, { endpoint: `PATCH ${path}`, json: { network: { proxy } } }),
			).to.include({
				status: 200,
			});
			expect(await device.run('cat', conf)).to.include('ip = 10.20.0.9;');
			const shown = await send(server, { endpoint: `GET ${path}` });
			expect(shown.json).to.have.deep.nested.property('network.proxy', proxy);
			await send(server, { endpoint: `PATCH ${path}`, json: { network: { proxy: {} } } });
			expect(await device.run('ls', '/mnt/boot/system-proxy')).to.equal('');
		});

		it('must accept the former key of a service until its container is replaced', async () => {
			const server = await device.make('settled');
			const state = `GET /v2/applications/${server.names.app}/state`;
			const asked = await send(server, { endpoint: 'POST /v1/regenerate-api-key', key: 'app' });
			expect(await send(server, { endpoint: state, key: 'app' })).to.include({ status: 200 });
			await send(server, { endpoint: 'POST /v1/update', json: { force: true } });
			const renewed = await eventually('the container has the new key', async () => {
				const now = await device.make('settled');
				return now.keys.app === asked.text ? now : undefined;
			});
			expect(renewed.names.webId).not.to.equal(server.names.webId);
			expect(renewed.names.workerId).to.equal(server.names.workerId);
			expect(await send(renewed, { endpoint: state, key: 'app' })).to.include({ status: 200 });
			await eventually('the former key is refused', async () => {
				const { status } = await send(server, { endpoint: state, key: 'app' });
				return status === 401 ? true : undefined;
			});
		});

		it('must accept a former global key until the cloud has the new one', async () => {
			const server = await device.make('settled');
			const { text: fresh = '' } = await send(server, { endpoint: 'POST /v1/regenerate-api-key' });
			expect(fresh)
				.to.match(/^[0-9a-f]{32}$/)
				.and.not.equal(server.keys.global);
			expect(await send(server, { endpoint: 'GET /v2/version' })).to.include({ status: 200 });
			const renewed = { ...server, keys: { ...server.keys, global: fresh } };
			expect(await send(renewed, { endpoint: 'GET /v2/version' })).to.include({ status: 200 });
		});
	});
});
