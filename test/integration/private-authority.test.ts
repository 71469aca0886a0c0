import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { testCertificate } from '../../src/cloud/testing/certificate.ts';
import { createClient, type CloudClient } from '../../tools/cloud/client.ts';
import { createCloud, type Cloud } from '../../tools/cloud/create-cloud.ts';
import { eventually } from '../support/eventually.ts';
import {
	makeDeviceFolder,
	startSupervisor,
	type DeviceFolder,
	type SupervisorProcess,
} from '../support/supervisor-process.ts';
import { buildSupervisor } from '../support/use-stage.ts';

const provisioningKey = 'provision-private';
const userKey = 'private-user-key';
const patience = { withinMs: 120_000 };
/** Registering and logging want no engine. */
const noEngine = 'unix:///nonexistent/engine.sock';

describe('a cloud with a certificate of a private authority', function () {
	this.timeout(300_000);
	let cloud: Cloud;
	let client: CloudClient;
	let server: Server;
	let authority: string;
	let config: Readonly<Record<string, unknown>>;
	let folder: DeviceFolder | undefined;
	let supervisor: SupervisorProcess | undefined;

	before(async () => {
		await buildSupervisor();
		const fleets = [{ name: 'private', provisioningKey }];
		cloud = await createCloud({ userKey, fleets, pollFloorMs: 1000 });
		client = createClient({ url: await cloud.listen(0), userKey });
		const { key, cert } = await testCertificate('127.0.0.1');
		server = createServer({ key, cert }, cloud.app);
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		authority = Buffer.from(cert).toString('base64');
		const { id: applicationId } = await client.getFleet('private');
		config = {
			...{ applicationId, apiKey: provisioningKey, deviceType: 'generic-amd64' },
			apiEndpoint: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
			bootstrapRetryDelay: 500,
		};
	});
	afterEach(async () => {
		await supervisor?.kill();
		await folder?.remove();
		[supervisor, folder] = [undefined, undefined];
	});
	after(async () => {
		server.closeAllConnections();
		server.close();
		await cloud.close();
	});

	async function start(more: Readonly<Record<string, unknown>>): Promise<SupervisorProcess> {
		folder = await makeDeviceFolder({ ...config, ...more });
		supervisor = await startSupervisor(folder, noEngine);
		return supervisor;
	}

	it('must be taken by balenaRootCA of config.json, by requests and by the log stream', async () => {
		await start({ balenaRootCA: authority });
		const uuid = await eventually(
			'a registered device',
			async () => {
				const { registered_at: registeredAt, uuid } = (await folder?.readConfig()) ?? {};
				return registeredAt === undefined ? undefined : String(uuid);
			},
			patience,
		);
		const messages = async (): Promise<string[]> =>
			(await client.deviceLogs(uuid)).map(({ message }) => message);
		await eventually(
			'a line in the cloud',
			async () => ((await messages()).includes('Supervisor starting') ? true : undefined),
			patience,
		);
	});

	for (const { name, more, says } of [
		{
			name: 'that it is not trusted, and what to do',
			more: {},
			says: [/certificate is not trusted; name the authority with balenaRootCA in config\.json/],
		},
		{
			name: 'that balenaRootCA is none',
			more: { balenaRootCA: 'what?' },
			says: [/balenaRootCA is no certificate in base64, not used/, /certificate is not trusted/],
		},
	]) {
		it(`must be told ${name}`, async () => {
			const process = await start(more);
			await eventually(
				'the words in the log',
				() => (says.every((words) => words.test(process.log())) ? true : undefined),
				patience,
			);
			expect((await folder?.readConfig())?.registered_at).to.equal(undefined);
		});
	}
});
