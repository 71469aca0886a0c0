import { freePort } from './supervisor-process.ts';
import { createSigningKeys, type SigningKeys } from '../../tools/cloud/registry/certificate.ts';
import { createCloud, type Cloud } from '../../tools/cloud/create-cloud.ts';
import { docker } from '../../tools/dind/commands/argv.ts';
import type { TestDevice } from '../integration/support/device.ts';
import { ownerArgs, removeContainers, shell } from '../integration/support/host.ts';
import { testRegistryImage } from '../integration/support/images.ts';
import { eventually } from './eventually.ts';
import { publishImages, type TestImages } from './test-images.ts';

/**
 * A real registry whose token realm is the development cloud. The device's engine reaches it on its own 127.0.0.1;
 * from there the way leads to the cloud that serves it at the moment, in the process of the test, and on to
 * docker-registry in a container.
 */
export interface CloudRegistry {
	/** What image references begin with. */
	readonly host: string;
	readonly signingKeys: SigningKeys;
	/** The images that tests run, with their digests. */
	readonly images: TestImages;
	/** The cloud is the token realm from now on, until it is closed. */
	readonly serveFrom: (cloud: Cloud) => Promise<void>;
	/** Connections from the device are refused. */
	readonly disconnect: () => Promise<void>;
	readonly connect: () => Promise<void>;
	readonly remove: () => Promise<void>;
}

export const registryHost = '127.0.0.1:5002';
const issuer = 'api.holdfast.test';
const relay = 'holdfast-test-registry';

export async function startCloudRegistry(device: TestDevice): Promise<CloudRegistry> {
	const name = `${device.name}-cloud-registry`;
	const signingKeys = await createSigningKeys(new Date());
	try {
		const upstreamPort = await startUpstream(name, signingKeys);
		const gateway = await device.exec('sh', '-c', "ip route | awk '/^default/ { print $3 }'");
		const port = await freePort();
		const parts = {
			host: registryHost,
			signingKeys,
			serveFrom: async (cloud: Cloud): Promise<void> => {
				await cloud.listenAsRegistry(port, upstreamPort, gateway);
			},
			disconnect: async (): Promise<void> => {
				await device.exec('systemctl', 'stop', `${relay}.socket`, `${relay}.service`);
			},
			connect: async (): Promise<void> => {
				const listen = `--socket-property=ListenStream=${registryHost}`;
				const target = `${gateway}:${port}`;
				const run = ['systemd-run', '--quiet', `--unit=${relay}`, listen];
				await device.exec(...run, '/lib/systemd/systemd-socket-proxyd', target);
			},
			remove: () => removeContainers([name]),
		};
		await parts.connect();
		return { ...parts, images: await publish(device, parts) };
	} catch (err) {
		await removeContainers([name]);
		throw err;
	}
}

/** @returns the port of this computer on which docker-registry answers */
async function startUpstream(name: string, { certificate }: SigningKeys): Promise<number> {
	const config = {
		version: 0.1,
		log: { level: 'error' },
		storage: { filesystem: { rootdirectory: '/var/lib/registry' } },
		http: { addr: ':5000', relativeurls: true },
		auth: {
			token: {
				// The cloud in front puts the address in that the caller used.
				realm: 'http://token-realm',
				service: registryHost,
				issuer,
				rootcertbundle: '/tmp/token.crt',
			},
		},
	};
	const script =
		'echo "$CERTIFICATE" >/tmp/token.crt && echo "$CONFIG" >/tmp/config.yml && exec docker-registry serve /tmp/config.yml';
	const environment = [
		'--env',
		`CERTIFICATE=${certificate}`,
		'--env',
		`CONFIG=${JSON.stringify(config)}`,
	];
	const run = ['run', '--detach', '--name', name, '--publish', '127.0.0.1::5000', ...ownerArgs];
	await shell.read(docker(...run, ...environment, await testRegistryImage(), 'sh', '-c', script));
	const port = Number((await shell.read(docker('port', name, '5000/tcp'))).split(':').at(-1));
	await eventually('a registry that asks for tokens', async () => {
		const url = `http://127.0.0.1:${port}/v2/`;
		const { status } = await fetch(url, { signal: AbortSignal.timeout(1_000) });
		return status === 401 ? true : undefined;
	});
	return port;
}

async function publish(
	device: TestDevice,
	{ signingKeys, serveFrom }: Pick<CloudRegistry, 'signingKeys' | 'serveFrom'>,
): Promise<TestImages> {
	const cloud = await createCloud({
		...{ userKey: 'publisher-key', registryHost, issuer, signingKeys },
		fleets: [{ name: 'publisher', provisioningKey: 'provision-publisher' }],
	});
	try {
		const url = await cloud.listen(0);
		await serveFrom(cloud);
		return await publishImages({ device, cloud, url, registryHost });
	} finally {
		await cloud.close();
	}
}
